// The photo of a dish, from the owner's file to the guests' cards: put into its frame by finger, keys and buttons, sent,
// refused in words, replaced, held for a dish that is not saved yet, and taken away.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { quarters } from "./support/pictures.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

/** Opens a dish in the menu tab. */
async function openDish(staff, name) {
  await staff.waitForBoard();
  await staff.goTo("메뉴");
  await staff.page.locator(".menu-dishes").getByText(name, { exact: true }).click();
  await staff.page.locator(".menu-editor form").waitFor();
}

async function choose(page, file) {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /^사진 (넣기|바꾸기)$/ }).click();
  await (await chooser).setFiles(file);
}

const picture = (width, height) => ({ name: "dish.png", mimeType: "image/png", buffer: quarters(width, height) });
const crop = (page) => page.getByRole("dialog", { name: "사진 자리 맞추기" });
const photo = (guest, name) => guest.card(name).locator("img.dish-photo");

/** Colours of the card's photo, near its corners. */
async function cornersOf(image) {
  await until("the photo", () => image.evaluate((element) => element.complete && element.naturalWidth), (width) => width > 0);
  return image.evaluate((element) => {
    const canvas = document.createElement("canvas");
    canvas.width = element.naturalWidth;
    canvas.height = element.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(element, 0, 0);
    const at = (x, y) => context.getImageData(canvas.width * x, canvas.height * y, 1, 1).data;
    const word = ([red, green, blue]) => (red > 150 ? (green > 150 ? "yellow" : "red") : blue > 150 ? "blue" : "green");
    return [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(([x, y]) => word(at(x, y))).join(" ");
  });
}

test("staff put a photo into its frame, guests see it at once, and without it the drawing again", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 3);
  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  await guest.waitForMenu();
  await guest.page.evaluate(() => {
    window.still_the_same = true;
  });
  await openDish(staff, "해물 순두부");

  await choose(page, picture(600, 800));
  await crop(page).waitFor();
  await assertAccessible(page, "the frame of a photo");
  await crop(page).getByRole("button", { name: "그만" }).click();
  assert.equal(await photo(guest, "해물 순두부").count(), 0, "left without a photo");

  await choose(page, picture(600, 800));
  await crop(page).getByRole("button", { name: "이 사진 쓰기" }).click();
  await page.getByText("해물 순두부 사진 올림").waitFor();
  await photo(guest, "해물 순두부").waitFor();
  assert.equal(await cornersOf(photo(guest, "해물 순두부")), "red green blue yellow");

  // By keys to the top of the photo, and enlarged into its left half.
  await choose(page, picture(600, 800));
  const frame = crop(page).getByRole("group", { name: "사진, 화살표 키로 옮김" });
  await frame.waitFor();
  for (let times = 0; times < 12; times += 1) await page.keyboard.press("ArrowDown");
  for (let times = 0; times < 6; times += 1) await crop(page).getByRole("button", { name: "크게" }).click();
  assert.equal(await crop(page).getByRole("slider", { name: "확대" }).getAttribute("aria-valuetext"), "250 %");
  for (let times = 0; times < 40; times += 1) await crop(page).getByRole("button", { name: "사진 오른쪽으로" }).click();
  for (let times = 0; times < 40; times += 1) await crop(page).getByRole("button", { name: "사진 아래로" }).click();
  const before = await photo(guest, "해물 순두부").getAttribute("src");
  await crop(page).getByRole("button", { name: "이 사진 쓰기" }).click();
  await until("another photo", () => photo(guest, "해물 순두부").getAttribute("src"), (source) => source !== before);
  assert.equal(await cornersOf(photo(guest, "해물 순두부")), "red red red red");

  await staff.page.getByRole("switch", { name: "해물 순두부 판매" }).click();
  await guest.card("해물 순두부").getByText("품절", { exact: true }).waitFor();
  assert.match(await guest.card("해물 순두부").locator(".dish").evaluate((box) => getComputedStyle(box).filter), /grayscale/);

  await page.getByRole("button", { name: "사진 지우기" }).click();
  await staff.answer("지우기");
  await page.getByText("해물 순두부 사진 지움").waitFor();
  await photo(guest, "해물 순두부").waitFor({ state: "detached" });
  await guest.card("해물 순두부").locator("img.dish-drawing").waitFor();
  assert.equal(await guest.page.evaluate(() => window.still_the_same), true, "nobody had to load the page again");
  await page.getByRole("switch", { name: "해물 순두부 판매" }).click();
  for (const watched of [guest.page, page]) assertNoFaults(watched);
});

test("a finger moves the photo in its frame on a small screen", async () => {
  const staff = new StaffPage(await open(await device(world.browser, { size: sizes.phone }), `${world.server.url}/admin`));
  const { page } = staff;
  await staff.login(world.server);
  await openDish(staff, "닭곰탕");
  await choose(page, picture(1200, 300));
  await crop(page).waitFor();
  await assertAccessible(page, "the frame of a photo on a phone");
  const canvas = await crop(page).locator("canvas").boundingBox();
  const touch = await page.context().newCDPSession(page);
  const at = (x) => [{ x: canvas.x + canvas.width * x, y: canvas.y + canvas.height / 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0.1) });
  for (const x of [0.4, 0.7, 0.99]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(x) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await crop(page).getByRole("button", { name: "이 사진 쓰기" }).click();
  const shown = page.locator(".form-picture img.dish-photo");
  await shown.waitFor();
  assert.equal(await cornersOf(shown), "red red blue blue", "the frame shows its left end");
  assertNoFaults(page);
});

test("what is no photo is refused in words, and the button has the focus again", async () => {
  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  await openDish(staff, "닭곰탕");
  await choose(page, { name: "dish.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo at all") });
  await page.getByText("JPEG, PNG, WebP 사진만 됨. 다른 것으로.").waitFor();
  await until("the focus", () => page.evaluate(() => document.activeElement?.getAttribute("data-act")), (act) => act === "menu.choosePhoto");
  await choose(page, { name: "dish.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG\r\n\x1a\nand nothing else", "latin1") });
  await page.getByText("열리지 않거나 2,500만 화소가 넘는 사진. 다른 것으로.").waitFor();
  await choose(page, { name: "dish.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc((10 << 20) + 1, 1) });
  await page.getByText("10MB가 넘는 사진. 더 작은 것으로.").waitFor();
  await assertAccessible(page, "a refused photo");
  assertNoFaults(page, networkTrouble);
});

test("a new dish is saved with its photo", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 6);
  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  await guest.waitForMenu();
  await staff.waitForBoard();
  await staff.goTo("메뉴");
  await page.getByRole("button", { name: "음식 추가" }).click();
  await page.getByLabel("이름", { exact: true }).fill("사진 있는 찌개");
  await page.getByLabel("가격").fill("9000");
  await choose(page, picture(400, 300));
  await crop(page).getByRole("button", { name: "이 사진 쓰기" }).click();
  await page.getByText("저장하면 사진도 함께 올라감.").waitFor();
  assert.equal(await cornersOf(page.locator(".form-picture img.dish-photo")), "red green blue yellow");
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("사진 있는 찌개 저장함").waitFor();
  await photo(guest, "사진 있는 찌개").waitFor();
  assert.equal(await cornersOf(photo(guest, "사진 있는 찌개")), "red green blue yellow");
  for (const watched of [guest.page, page]) assertNoFaults(watched);
});

// The start screen and the idle warning of a tablet: how a visit begins, what happens when nobody touches the screen, and
// what is left of the guests before. Time is the page's own and is moved by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";

const world = journey();
closePages(world);

/** Minutes that pass in a moment are too much for the stream, which asks too often then. */
const hurried = networkTrouble;

/** A tablet that has just been logged in, at its start screen, with a clock that the test moves. */
async function tabletAtStart(table_number, { clock = true, ...options } = {}) {
  const page = await open(await device(world.browser, options), world.server.url);
  if (clock) await movedByHand(page);
  const guest = new GuestPage(page);
  await guest.login(world.server, table_number);
  await laid(page);
  return guest;
}

async function movedByHand(page) {
  await page.clock.install();
  await page.reload();
}

const start = (page) => page.locator('[data-act="start-order"]');
/** The start screen stands with its dishes. */
const laid = (page) => page.locator('.start-dish[data-place="8"]').waitFor();
const warning = (page) => page.getByRole("alertdialog", { name: "계속 주문하시겠어요?" });
const dishes = (page) => page.locator('.start-dish:not([data-turn="gone"])').evaluateAll((all) => all.map((dish) => dish.dataset.key));
const looks = (page) => page.evaluate(() => ["lang", "data-size", "data-contrast", "data-easy", "data-low"].map((name) => document.documentElement.getAttribute(name)));

test("a visit begins at the start screen, one press from the menu", async () => {
  const { page } = await tabletAtStart(3, { clock: false });
  await page.getByRole("heading", { name: "자리에서 편하게 주문하세요" }).waitFor();
  await page.getByText("둥근달 식당").waitFor();
  assert.equal(await page.locator(".start-dish").count(), 9);
  assert.deepEqual(await page.locator(".language").allInnerTexts(), ["한국어", "English", "日本語", "简体中文", "繁體中文"]);
  for (const act of ["large", "contrast", "display", "call"]) await page.locator(`.top-bar [data-act="${act}"]`).waitFor();
  await assertAccessible(page, "start");
  assert.ok(await start(page).evaluate((button) => button === document.activeElement));
  await start(page).click();
  await page.locator(".card").first().waitFor();
  await page.reload();
  await page.locator(".card").first().waitFor();
  assertNoFaults(page);
});

test("any key starts, but those that move about do not", async () => {
  const { page } = await tabletAtStart(3, { clock: false });
  for (const key of ["Tab", "Shift", "ArrowDown", "Escape"]) await page.keyboard.press(key);
  assert.ok(await start(page).isVisible());
  await page.locator(".start-title").click();
  await page.keyboard.press("5");
  await page.locator(".card").first().waitFor();
  assertNoFaults(page);
});

test("a language chosen at the start is the page's language, and the Korean names stay beside it", async () => {
  const { page } = await tabletAtStart(6, { clock: false });
  await page.getByRole("button", { name: "日本語" }).click();
  await page.locator('html[lang="ja"]').waitFor();
  await page.getByRole("button", { name: "注文を始める" }).click();
  const card = page.locator(".card").first();
  assert.equal(await card.locator('[lang="ja"]').innerText(), "牛バラ味噌チゲ");
  assert.equal(await card.locator('.card-korean[lang="ko"]').innerText(), "차돌 된장찌개");
  // What has no Japanese name is Korean, and says so.
  await page.locator(".card-add[data-choose]").nth(1).click();
  await page.locator('.choice:has(.choice-name[lang="ko"]) input').first().click();
  await page.locator('[data-act="add-chosen"]').click();
  await page.locator('.cart-column .line-options [lang="ko"]').waitFor();
  assertNoFaults(page);
});

test("one dish gives way every 8 seconds, until somebody touches the screen", async () => {
  const page = await open(await device(world.browser), world.server.url);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  await movedByHand(page);
  await new GuestPage(page).login(world.server, 7);
  await laid(page);
  const first = await dishes(page);
  await page.clock.runFor(9_000);
  const second = await dishes(page);
  assert.equal(second.filter((key) => !first.includes(key)).length, 1);
  await page.clock.runFor(8_000);
  assert.equal((await dishes(page)).filter((key) => !second.includes(key)).length, 1);
  await page.locator(".start-title").click();
  const stopped = await dishes(page);
  await page.clock.runFor(60_000);
  assert.deepEqual(await dishes(page), stopped);
  assertNoFaults(page, hurried);
});

test("with reduced motion no dish changes", async () => {
  const { page } = await tabletAtStart(7);
  const first = await dishes(page);
  await page.clock.runFor(30_000);
  assert.deepEqual(await dishes(page), first);
  assertNoFaults(page, hurried);
});

test("a tablet that nobody touches goes back to its start", async () => {
  const guest = await tabletAtStart(3);
  const { page } = guest;
  await guest.waitForMenu();
  await page.clock.runFor(74_000);
  assert.ok(!(await start(page).isVisible()));
  await page.clock.runFor(3_000);
  await start(page).waitFor();
  assertNoFaults(page, hurried);
});

test("with a filled cart it asks for 20 seconds first, and the cart is kept", async () => {
  const guest = await tabletAtStart(12);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("청국장");
  await page.locator('[data-act="language"]').click();
  await page.getByRole("button", { name: "English" }).click();
  await page.locator('[data-act="contrast"]').click();
  assert.deepEqual(await looks(page), ["en", null, "high", null, null]);
  await page.clock.runFor(77_000);
  const asked = page.getByRole("alertdialog", { name: "Still ordering?" });
  await asked.waitFor();
  await assertAccessible(page, "idle warning");
  const before = await asked.innerText();
  await page.clock.runFor(5_000);
  assert.notEqual(await asked.innerText(), before);
  assert.ok(!(await start(page).isVisible()));
  await page.clock.runFor(16_000);
  await start(page).waitFor();
  assert.ok(!(await asked.isVisible()));
  assert.deepEqual(await looks(page), ["ko", null, null, null, null]);
  await guest.waitForMenu();
  await guest.cart.getByText("청국장").waitFor();
  assertNoFaults(page, hurried);
});

test("one press goes on ordering where one was", async () => {
  const guest = await tabletAtStart(12);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.card("부대찌개").locator(".card-open").click();
  await guest.choice("순한맛").click();
  await page.clock.runFor(77_000);
  await warning(page).getByRole("button", { name: "계속하기" }).click();
  await warning(page).waitFor({ state: "hidden" });
  assert.ok(await guest.choice("순한맛").isChecked());
  await page.clock.runFor(60_000);
  assert.ok(!(await warning(page).isVisible()));
  assertNoFaults(page, hurried);
});

test("who reads large letters has three times as long", async () => {
  const guest = await tabletAtStart(12);
  const { page } = guest;
  await guest.waitForMenu();
  await page.locator('[data-act="large"]').click();
  await guest.card("부대찌개").locator(".card-open").click();
  await page.clock.runFor(200_000);
  assert.ok(!(await warning(page).isVisible()));
  await page.clock.runFor(28_000);
  await warning(page).waitFor();
  await page.clock.runFor(45_000);
  assert.ok(await warning(page).isVisible());
  assertNoFaults(page, hurried);
});

test("a phone has neither start screen nor idle warning", async () => {
  const page = await open(await device(world.browser, { size: sizes.phone }), world.server.url);
  await movedByHand(page);
  const guest = new GuestPage(page);
  await guest.login(world.server, 5);
  await page.locator(".card").first().waitFor();
  await page.locator(".card-open").first().click();
  await page.clock.runFor(300_000);
  assert.ok(!(await page.getByRole("alertdialog").isVisible()));
  await guest.sheet.waitFor();
  assertNoFaults(page, hurried);
});

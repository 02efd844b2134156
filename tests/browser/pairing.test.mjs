// How a tablet comes to its table: by six digits, by a link, by the table's password; how staff get it back out of a
// guest's hands; and what it says when it was disconnected.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";

const world = journey();
closePages(world);

const act = (page, name) => page.locator(`[data-act="${name}"]:visible`).first();
const tableName = (page, number) => page.locator(".table-name b").getByText(String(number), { exact: true });

async function offer(table) {
  return world.server.api("POST", `/api/admin/tables/${table}/pairing`, { token: await world.server.staffToken() });
}

async function fresh(options, hash = "") {
  const page = await open(await device(world.browser, options), `${world.server.url}/${hash}`);
  return new GuestPage(page);
}

for (const [size, language] of [["tablet", "ko"], ["portrait", "en"], ["small", "ko"], ["phone", "en"]]) {
  test(`a new device asks for the six digits of the staff page, ${size}, ${language}`, async () => {
    const guest = await fresh({ size: sizes[size] });
    const { page } = guest;
    await page.locator("#code").waitFor();
    if (language === "en") {
      await page.locator(".login-language").click();
      await page.locator('html[lang="en"]').waitFor();
    }
    await assertAccessible(page, "pairing");
    await page.locator("#code").fill("12a3 45");
    await page.keyboard.press("Enter");
    await page.locator("#code-error").waitFor();
    // Pasted with a gap, as it is shown.
    await page.locator("#code").fill("000 000");
    await page.locator("#code-error").getByText(language === "en" ? /wrong or too old/ : /맞지 않거나 시간이 지난/).waitFor();
    await assertAccessible(page, "pairing, refused");
    const { code } = await offer(4);
    if (size === "phone") await page.locator("#code").fill(code);
    else for (const digit of code) await page.locator(`[data-digit="${digit}"]`).click();
    await tableName(page, 4).waitFor();
    await page.reload();
    await tableName(page, 4).waitFor();
    assertNoFaults(page, networkTrouble);
  });
}

test("digits are taken back one by one, and the screen's size is kept", async () => {
  const guest = await fresh();
  const { page } = guest;
  await page.locator("#screen").selectOption("8");
  const { code } = await offer(5);
  await page.locator('[data-digit="9"]').click();
  await page.getByRole("button", { name: "한 자리 지우기" }).click();
  assert.equal(await page.locator("#code").inputValue(), "");
  for (const digit of code) await page.locator(`[data-digit="${digit}"]`).click();
  await tableName(page, 5).waitFor();
  const mm = await page.evaluate(() => document.documentElement.style.getPropertyValue("--mm"));
  assert.equal(Number.parseFloat(mm).toFixed(2), (Math.hypot(1280, 800) / 8 / 25.4).toFixed(2));
  assertNoFaults(page, networkTrouble);
});

test("a link pairs at once, leaves no secret in the address, and asks how large the screen is", async () => {
  const { url } = await offer(6);
  const { hash } = new URL(url);
  const guest = await fresh({}, hash);
  const { page } = guest;
  await guest.sheet.getByText("화면이 몇 인치인가요?").waitFor();
  await assertAccessible(page, "size of the screen");
  assert.equal(new URL(page.url()).hash, "");
  assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes(hash.split("=")[1]));
  await guest.sheet.getByRole("button", { name: "11인치 태블릿" }).click();
  await tableName(page, 6).waitFor();
  await page.reload();
  await tableName(page, 6).waitFor();
  assert.equal(await guest.sheet.count(), 0);
  // A used link is of no use to anybody else.
  const other = await fresh({}, hash);
  await other.page.locator("#code-error").getByText(/이미 썼거나 시간이 지난 연결이에요/).waitFor();
  for (const one of [page, other.page]) assertNoFaults(one, networkTrouble);
});

/** Five taps on the table's name and the password. */
async function throughGate(guest, password) {
  for (let n = 0; n < 5; n += 1) await guest.page.locator(".table-name").click();
  await guest.page.locator("#gate-password").fill(password);
  await guest.page.keyboard.press("Enter");
}

test("five taps and the password open the staff's sheet; four taps or a wrong password do not", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 9);
  const { page } = guest;
  await guest.waitForMenu();
  for (let n = 0; n < 4; n += 1) await page.locator(".table-name").click();
  assert.equal(await guest.sheet.count(), 0);
  await page.locator(".table-name").click();
  await guest.sheet.getByText("가게 직원만 쓰는 화면이에요.").waitFor();
  await assertAccessible(page, "gate");
  await page.locator("#gate-password").fill("not-it");
  await page.keyboard.press("Enter");
  await guest.sheet.getByText("비밀번호가 맞지 않아요.").waitFor();
  await page.locator("#gate-password").fill(world.server.tablePassword(9));
  await page.keyboard.press("Enter");
  await guest.sheet.getByText(new URL(world.server.url).host).waitFor();
  await guest.sheet.getByText("1280×800").waitFor();
  await assertAccessible(page, "staff's sheet");
  await page.locator("#screen").selectOption("13.3");
  const mm = await page.evaluate(() => Number.parseFloat(document.documentElement.style.getPropertyValue("--mm")));
  assert.ok(Math.abs(mm - Math.hypot(1280, 800) / 13.3 / 25.4) < 0.01);
  assertNoFaults(page, networkTrouble);
});

test("a tablet out of order says so across reloads, and staff can still be called", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 10);
  const { page } = guest;
  await guest.waitForMenu();
  await throughGate(guest, world.server.tablePassword(10));
  await guest.sheet.getByRole("button", { name: /점검 중으로 두기/ }).click();
  await page.getByRole("heading", { name: "이 태블릿은 점검 중이에요" }).waitFor();
  await assertAccessible(page, "out of order");
  await page.reload();
  await page.getByRole("heading", { name: "이 태블릿은 점검 중이에요" }).waitFor();
  assert.equal(await page.locator(".top-button:visible").count(), 1);
  await page.getByRole("button", { name: "직원 호출" }).click();
  await guest.sheet.getByRole("button", { name: "직원이 와 주세요" }).click();
  await guest.sheet.getByRole("button", { name: /보냈어요/ }).waitFor();
  await guest.closeSheet();
  await throughGate(guest, world.server.tablePassword(10));
  await guest.sheet.getByRole("button", { name: /점검 끝내기/ }).click();
  await guest.waitForMenu();
  assertNoFaults(page, networkTrouble);
});

test("staff give the tablet to another table; the cart of the first does not come along", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 11);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  await throughGate(guest, world.server.tablePassword(11));
  await guest.sheet.getByRole("button", { name: /다른 테이블에 연결/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "다른 테이블에 연결" }).click();
  const { code } = await offer(12);
  await page.locator("#code").fill(code);
  await tableName(page, 12).waitFor();
  await guest.waitForMenu();
  await guest.cart.getByText("아직 담은 음식이 없어요").waitFor();
  assertNoFaults(page, networkTrouble);
});

test("a tablet that was disconnected says so and can be paired again", async () => {
  const { code } = await offer(3);
  const guest = await fresh();
  const { page } = guest;
  await page.locator("#code").fill(code);
  await tableName(page, 3).waitFor();
  await guest.waitForMenu();
  // What staff take back is the credential; here it is given back from beside the page.
  await page.evaluate(() => fetch("/api/auth/logout?as=table", { method: "POST" }));
  await page.getByText("이 태블릿의 연결이 끊어졌어요. 다시 연결해 주세요.").waitFor();
  await assertAccessible(page, "disconnected");
  const again = await offer(3);
  await page.locator("#code").fill(again.code);
  await tableName(page, 3).waitFor();
  assertNoFaults(page, networkTrouble);
});

// The last: wrong digits are counted for all tablets together.
test("too many wrong digits are refused in words; a link still pairs", async () => {
  const guest = await fresh();
  const { page } = guest;
  const locked = page.locator("#code-error").getByText(/여러 번 틀렸어요\. \d+분 뒤에 다시 해 주세요\./);
  for (let n = 0; n < 12 && (await locked.count()) === 0; n += 1) {
    const answered = page.waitForResponse("**/api/auth/table/pair");
    await page.locator("#code").fill(String(100000 + n));
    await answered;
    await page.locator("#code-error").waitFor();
  }
  await locked.waitFor();
  const { url } = await offer(7);
  await page.goto(`${world.server.url}/${new URL(url).hash}`);
  await tableName(page, 7).waitFor();
  assertNoFaults(page, networkTrouble);
});

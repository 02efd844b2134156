// What staff do with a table before anybody orders: put a tablet to it, seat a party, print the stickers for phones.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

const pairing = (staff) => staff.page.getByRole("dialog", { name: /태블릿 연결/ });

/** Asks for six digits at a free table's sheet. */
async function offer(staff, table) {
  await staff.openTable(table);
  await staff.sheet.getByRole("button", { name: "태블릿 연결" }).click();
  await pairing(staff).locator(".pairing-qr").waitFor();
  return (await pairing(staff).locator(".pairing-code").textContent()).replace(/\s/g, "");
}

const pair = (code) => world.server.api("POST", "/api/auth/table/pair", { body: { code } });

test("six digits put a tablet to a table, once, and staff see that it worked", async () => {
  const staff = await StaffPage.at(world.browser, world.server);
  await staff.waitForBoard();
  const code = await offer(staff, 7);
  assert.match(code, /^\d{6}$/);
  const picture = pairing(staff).getByRole("img", { name: "7번 테이블 연결 QR" });
  assert.ok(await picture.evaluate((image) => image.complete && image.naturalWidth > 0), "the QR code is drawn");
  assert.match(await pairing(staff).getByRole("timer").textContent(), /^(10:00|9:\d\d) 남음$/);

  await pairing(staff).getByRole("button", { name: "새 코드" }).click();
  await pairing(staff).locator(".pairing-code").filter({ hasNotText: `${code.slice(0, 3)} ${code.slice(3)}` }).waitFor();
  const newer = (await pairing(staff).locator(".pairing-code").textContent()).replace(/\s/g, "");
  await assert.rejects(pair(code), /403/, "the code before it is over");
  assert.equal((await pair(newer)).table.number, 7);
  await pairing(staff).getByText("7번 태블릿이 연결됨").waitFor();
  await assertAccessible(staff.page, "a tablet is connected");
  await pairing(staff).getByRole("button", { name: "닫기" }).click();
  await pairing(staff).waitFor({ state: "hidden" });
  await staff.sheet.getByText("비어 있음").waitFor();
  assertNoFaults(staff.page);
});

test("an offer that is over says so and is made anew with one touch", async () => {
  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  await staff.waitForBoard();
  await page.route("**/pairing", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), expires_at: new Date(Date.now() + 2_000).toISOString() } });
  }, { times: 1 });
  const code = await offer(staff, 12);
  await pairing(staff).getByText("시간이 지남. 새 코드를 만드세요.").waitFor();
  assert.equal(await pairing(staff).locator(".pairing-code").count(), 0, "what is over is not shown");
  await assertAccessible(page, "an offer that is over");
  await pairing(staff).getByRole("button", { name: "새 코드" }).click();
  await pairing(staff).locator(".pairing-code").waitFor();
  assert.notEqual((await pairing(staff).locator(".pairing-code").textContent()).replace(/\s/g, ""), code);
  assertNoFaults(page);
});

test("a party is seated before it orders, and an empty table is finished with one touch", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 3);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await staff.waitForBoard();
  await staff.openTable(3);
  await staff.sheet.getByRole("button", { name: "손님 앉히기" }).click();
  await staff.sheet.waitFor({ state: "hidden" });
  await staff.waitForTile(3, "식사 중");
  const token = await world.server.tableToken(3);
  const session = await until("a session", async () => (await world.server.api("GET", "/api/orders", { token })).session, Boolean);

  await guest.add("닭곰탕");
  await guest.order();
  await guest.backToMenu();
  assert.equal((await world.server.api("GET", "/api/orders", { token })).session.id, session.id, "the party that was seated");
  await staff.waitForTile(3, "새 주문");

  await staff.openTable(6);
  await staff.sheet.getByRole("button", { name: "손님 앉히기" }).click();
  await staff.waitForTile(6, "식사 중");
  await staff.openTable(6);
  await staff.sheet.getByRole("button", { name: "테이블 끝내기" }).click();
  await staff.sheet.waitFor({ state: "hidden" });
  await staff.waitForTile(6, "비어 있음");
  for (const { page } of [guest, staff]) assertNoFaults(page);
});

test("the stickers of all tables are printed, six to a sheet and nothing else", async () => {
  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  await staff.waitForBoard();
  await staff.goTo("설정");
  await page.getByRole("button", { name: "QR 스티커" }).click();
  await page.locator(".sticker").nth(11).waitFor();
  assert.deepEqual(await page.locator(".sticker-number strong").allTextContents(), Array.from({ length: 12 }, (_, n) => String(n + 1)));
  assert.ok(await page.locator(".sticker img").evaluateAll((images) => images.every((image) => image.complete && image.naturalWidth > 0)));
  const asked = page.evaluate(() => new Promise((resolve) => {
    window.print = () => resolve(true);
  }));
  await page.getByRole("button", { name: "12장 인쇄" }).click();
  assert.ok(await asked);

  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.equal(pdf.match(/\/Type\s*\/Page[^s]/g)?.length, 2);
  assert.match(pdf, /\/MediaBox\s*\[0 0 59\d(\.\d+)? 84\d/, "A4");
  await page.emulateMedia({ media: "print" });
  for (const part of [".top", ".bar", ".menu-categories", ".stickers-words"]) assert.ok(!(await page.locator(part).isVisible()), part);
  const cut = await page.locator(".sticker").evaluateAll((stickers) => stickers.filter((one) => one.scrollHeight > one.clientHeight + 1).length);
  assert.equal(cut, 0, "nothing is cut off");
  assertNoFaults(page);
});

for (const size of ["tablet", "portrait", "phone"]) {
  test(`pairing and stickers can be used by everybody, ${size}`, async () => {
    const staff = await StaffPage.at(world.browser, world.server, { size: sizes[size] });
    const { page } = staff;
    await staff.waitForBoard();
    await offer(staff, 12);
    await assertAccessible(page, `pairing, ${size}`);
    await page.keyboard.press("Escape");
    await pairing(staff).waitFor({ state: "hidden" });
    await page.goto(`${world.server.url}/admin#settings/stickers`);
    await page.locator(".sticker").nth(11).waitFor();
    await assertAccessible(page, `stickers, ${size}`);
    assertNoFaults(page);
  });
}

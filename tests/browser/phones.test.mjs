// Guests' own phones: in by the QR code of the tablet or of the table's sticker, for one visit; together with the tablet
// they share the orders, and each keeps its own cart. What is over, wrong or photographed orders nothing.
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

/** The part of a link that names no host: tests reach the server by loopback. */
const hashOf = (url) => new URL(url).hash;

async function staff(method, route, body) {
  return world.server.api(method, route, { token: await world.server.staffToken(), body });
}

const sticker = async (table) => hashOf((await staff("GET", `/api/admin/tables/${table}/sticker`)).url);
const finish = (table) => staff("POST", `/api/admin/tables/${table}/complete`, { force: true });

async function phoneLink(table) {
  return world.server.api("GET", "/api/phone", { token: await world.server.tableToken(table) });
}

/** A phone of its own that opens a link. */
async function phone(hash, options = {}) {
  const guest = new GuestPage(await open(await device(world.browser, { size: sizes.phone, ...options }), `${world.server.url}/${hash}`));
  return guest;
}

/** From the cart of a phone to the slip. */
async function order(guest, name) {
  await guest.add(name);
  await act(guest.page, "review").click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
  return guest.slipNumber();
}

async function ordersOf(table) {
  return (await world.server.api("GET", "/api/orders", { token: await world.server.tableToken(table) })).orders;
}

/** Nothing of a party before. */
async function free(table) {
  if ((await ordersOf(table)).length > 0) await finish(table);
}

test("the tablet shows the way in with two taps; two phones and the tablet see one history, each its own cart", async () => {
  await free(4);
  const tablet = await GuestPage.at(world.browser, world.server, 4);
  await tablet.waitForMenu();
  await act(tablet.page, "phone").click();
  const qr = tablet.sheet.getByRole("img", { name: "휴대폰 주문 QR 코드" });
  await qr.waitFor();
  const { url, code } = await phoneLink(4);
  await tablet.sheet.getByText(`${code.slice(0, 3)} ${code.slice(3)}`).waitFor();
  assert.ok(await qr.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await assertAccessible(tablet.page, "way in for phones");
  await tablet.closeSheet();

  const first = await phone(hashOf(url));
  const second = await phone(hashOf(url));
  for (const guest of [first, second]) {
    await guest.waitForMenu();
    await tableName(guest.page, 4).waitFor();
    assert.equal(new URL(guest.page.url()).hash, "");
    assert.equal(await act(guest.page, "phone").count(), 0);
  }
  await tablet.add("청국장");
  await second.add("공깃밥");
  const number = await order(first, "닭곰탕");
  for (const guest of [tablet, second]) {
    await guest.page.locator('[data-act="history"]').click();
    await guest.waitForStatus(number, "대기중");
    await guest.closeSheet();
  }
  await tablet.cart.getByText("청국장").waitFor();
  await second.page.getByText("1,000원", { exact: true }).first().waitFor();
  // Both at once are two orders, and everybody sees both.
  const send = async (guest) => {
    await act(guest.page, "review").click();
    await guest.sheet.getByRole("button", { name: "주문 보내기" }).waitFor();
  };
  await Promise.all([send(tablet), send(second)]);
  await Promise.all([tablet, second].map((guest) => guest.sheet.getByRole("button", { name: "주문 보내기" }).click()));
  const numbers = await Promise.all([tablet, second].map((guest) => guest.slipNumber()));
  assert.equal(new Set([number, ...numbers]).size, 3);
  assert.equal((await ordersOf(4)).length, 3);
  // A reload finds the phone where it was, although what let it in is good for nobody any more.
  assert.notEqual((await phoneLink(4)).url, url);
  await first.page.reload();
  await first.waitForMenu();
  await first.page.locator('[data-act="history"]').click();
  for (const one of numbers) await first.historyOrder(one).waitFor();
  for (const { page } of [tablet, first, second]) assertNoFaults(page);
});

test("when the table is finished the phones are out, their carts gone, and the tablet has another code", async () => {
  await free(5);
  const tablet = await GuestPage.at(world.browser, world.server, 5);
  await tablet.waitForMenu();
  const before = await phoneLink(5);
  const guest = await phone(hashOf(before.url));
  await guest.waitForMenu();
  await order(guest, "닭곰탕");
  await act(guest.page, "close-result").click();
  await guest.add("공깃밥");
  await finish(5);
  await guest.page.getByRole("heading", { name: "지난 손님의 화면이에요" }).waitFor();
  await guest.page.getByText("테이블의 QR을 다시 찍어 주세요.").waitFor();
  await assertAccessible(guest.page, "visit over");
  assert.deepEqual(await guest.page.evaluate(() => Object.keys(localStorage).filter((name) => /cart|attempt|phone/.test(name))), []);
  await tablet.waitForMenu();
  await act(tablet.page, "phone").click();
  const { url } = await phoneLink(5);
  assert.notEqual(url, before.url);
  const source = await tablet.sheet.getByRole("img").getAttribute("src");
  assert.ok(source.includes(encodeURIComponent((await phoneLink(5)).qr)));
  // The old link, from a photograph or from the history of the browser, opens nothing.
  await guest.page.goto(`${world.server.url}/${hashOf(before.url)}`);
  await guest.page.getByRole("heading", { name: "지난 손님의 화면이에요" }).waitFor();
  await guest.page.goto(`${world.server.url}/${hashOf(url)}`);
  await guest.waitForMenu();
  assert.deepEqual(await ordersOf(5), []);
  for (const { page } of [tablet, guest]) assertNoFaults(page, networkTrouble);
});

for (const language of ["ko", "en"]) {
  test(`a sticker asks for the digits of the tablet, ${language}`, async () => {
    const table = language === "ko" ? 6 : 7;
    await free(table);
    const guest = await phone(await sticker(table), { locale: language === "ko" ? "ko-KR" : "en-US" });
    const { page } = guest;
    await page.locator("#code").waitFor();
    await assertAccessible(page, "digits asked for");
    const { code } = await phoneLink(table);
    await page.locator("#code").fill(code === "111111" ? "222222" : "111111");
    await page.locator("#code-error").waitFor();
    await assertAccessible(page, "digits wrong");
    await page.locator("#code").fill(code);
    await tableName(page, table).waitFor();
    await page.reload();
    await tableName(page, table).waitFor();
    // With the party its digits go, too.
    await guest.waitForMenu();
    await world.server.api("POST", "/api/orders", { token: await world.server.tableToken(table), key: `sticker-${table}`, body: { items: [{ menu_id: 1, quantity: 1, options: [] }] } }).catch(() => staff("POST", `/api/admin/tables/${table}/seat`, {}));
    await finish(table);
    await page.locator(".locked h1").waitFor();
    await page.goto(`${world.server.url}/${await sticker(table)}`);
    await page.locator("#code").waitFor();
    assert.notEqual((await phoneLink(table)).code, code);
    assertNoFaults(page, networkTrouble);
  });
}

test("a phone that scans another table's code changes over with an empty cart", async () => {
  await Promise.all([free(8), free(9)]);
  const guest = await phone(hashOf((await phoneLink(8)).url));
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  // The camera opens the same address with another link: the page stays, only its hash changes.
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, hashOf((await phoneLink(9)).url));
  await tableName(page, 9).waitFor();
  await page.getByText("아직 담은 음식이 없어요").waitFor();
  const number = await order(guest, "공깃밥");
  assert.deepEqual((await ordersOf(9)).map((one) => one.number), [number]);
  assert.deepEqual(await ordersOf(8), []);
  assertNoFaults(page, networkTrouble);
});

test("a phone on its side is still laid out as a phone", async () => {
  const guest = await phone(hashOf((await phoneLink(10)).url), { size: { width: 740, height: 360 } });
  await guest.waitForMenu();
  assert.equal(await guest.page.evaluate(() => document.documentElement.dataset.page), "phone");
  assert.equal(await guest.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false);
  await assertAccessible(guest.page, "phone on its side");
  assertNoFaults(guest.page);
});

// Nothing is sent twice and nothing is dropped without a word: the program dies in the middle, the page is loaded anew, the
// login runs out, the clock jumps, the table is finished while the page sleeps.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, networkTrouble } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";

const world = journey();
closePages(world);

const toast = ({ page }) => page.locator("toast-bar.is-shown");

async function ordersOf(table) {
  return (await world.server.api("GET", "/api/orders", { token: await world.server.tableToken(table) })).orders;
}

async function finish(table) {
  return world.server.api("POST", `/api/admin/tables/${table}/complete`, { token: await world.server.staffToken(), body: { force: true } });
}

/** A tablet at a table without a party, with one dish in its cart. */
async function ready(table, dish = "닭곰탕") {
  if ((await ordersOf(table)).length > 0) await finish(table);
  const guest = await GuestPage.at(world.browser, world.server, table);
  await guest.waitForMenu();
  await guest.add(dish);
  return guest;
}

/** Up to the tap that sends. */
async function send(guest) {
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
}

/** How many there are by now; the next turn is left to what brings more. */
const counted = (sent) => new Promise((resolve) => {
  setTimeout(() => resolve(sent.length), 20);
});

/** What the page sends as orders; `answer` says what becomes of the n-th, from 1. */
async function watchOrders(page, answer) {
  const sent = [];
  await page.route("**/api/orders", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    sent.push({ key: route.request().headers()["idempotency-key"], body: route.request().postData() });
    return answer(route, sent.length);
  });
  return sent;
}

test("the program dies before it hears the order and is started again: it goes in once by itself", async () => {
  const guest = await ready(3);
  await world.server.kill();
  await send(guest);
  await guest.page.locator('[aria-busy="true"]').getByText("보내는 중").first().waitFor();
  await world.server.startAgain();
  const number = await guest.slipNumber();
  assert.deepEqual((await ordersOf(3)).map((order) => order.number), [number]);
  assertNoFaults(guest.page, networkTrouble);
});

test("the program dies with the order written and not answered: the same order is found", async () => {
  const guest = await ready(5);
  const sent = await watchOrders(guest.page, async (route, n) => {
    if (n > 1) return route.continue();
    await route.fetch();
    await world.server.kill();
    return route.abort("connectionreset");
  });
  await send(guest);
  await until("the order was heard", () => counted(sent), (count) => count >= 1);
  await until("the program is gone", () => fetch(world.server.url).then(() => true, () => false), (there) => !there);
  await world.server.startAgain();
  const number = await guest.slipNumber();
  assert.equal(new Set(sent.map((one) => one.key)).size, 1);
  assert.deepEqual((await ordersOf(5)).map((order) => order.number), [number]);
  assertNoFaults(guest.page, networkTrouble);
});

test("a page that is loaded anew in the middle goes on with the same order", async () => {
  const guest = await ready(6);
  let deaf = true;
  const sent = await watchOrders(guest.page, (route) => (deaf ? route.abort("connectionreset") : route.continue()));
  await send(guest);
  await until("a first try", () => counted(sent), (count) => count >= 1);
  await guest.page.reload();
  await until("another try", () => counted(sent), (count) => count >= 2);
  assert.deepEqual(await ordersOf(6), []);
  deaf = false;
  await guest.slipNumber();
  assert.equal(new Set(sent.map((one) => one.key + one.body)).size, 1);
  assert.equal((await ordersOf(6)).length, 1);
  await guest.backToMenu();
  await guest.cart.getByText("아직 담은 음식이 없어요").waitFor();
  assertNoFaults(guest.page, networkTrouble);
});

test("a login that runs out in the middle is renewed, and the order goes in once", async () => {
  const guest = await ready(7);
  const sent = await watchOrders(guest.page, async (route, n) => {
    if (n === 1) await guest.page.context().clearCookies({ name: "tableorder_table" });
    return n === 1 ? route.fulfill({ status: 401, contentType: "application/problem+json", json: { error_code: "AUTH_ERROR", status: 401 } }) : route.continue();
  });
  await send(guest);
  const number = await guest.slipNumber();
  assert.equal(new Set(sent.map((one) => one.key)).size, 1);
  assert.deepEqual((await ordersOf(7)).map((order) => order.number), [number]);
  assertNoFaults(guest.page, networkTrouble);
});

test("taps in the same moment are one order, and so are those of a clock that jumps", async () => {
  const guest = await ready(8);
  let tries = 0;
  const sent = await watchOrders(guest.page, async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    await guest.page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 86_400_000;
    });
    return route.abort("connectionreset");
  });
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).waitFor();
  await guest.page.evaluate(() => {
    for (let n = 0; n < 3; n += 1) document.querySelector('[data-act="send"]').click();
  });
  await guest.slipNumber();
  assert.deepEqual([sent.length, new Set(sent.map((one) => one.key)).size], [2, 1]);
  assert.equal((await ordersOf(8)).length, 1);
  assertNoFaults(guest.page, networkTrouble);
});

test("a table that was finished while the page slept has an empty cart for the next party", async () => {
  const guest = await ready(9);
  await send(guest);
  await guest.slipNumber();
  await guest.backToMenu();
  await guest.add("공깃밥");
  const session = await guest.page.context().newCDPSession(guest.page);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await finish(9);
  await session.send("Page.setWebLifecycleState", { state: "active" });
  await guest.waitForMenu();
  await guest.cart.getByText("아직 담은 음식이 없어요").waitFor();
  assert.deepEqual(await ordersOf(9), []);
  assertNoFaults(guest.page, networkTrouble);
});

test("a page that does not know that its party left is told, and orders nothing for the next one", async () => {
  const guest = await ready(10);
  await send(guest);
  await guest.slipNumber();
  await guest.backToMenu();
  await guest.add("공깃밥");
  // It knows its cart, but nothing of its table reaches it any more.
  await guest.page.context().route(/\/api\/(sse\/|sync)/, (route) => route.abort());
  await guest.page.reload();
  await guest.waitForMenu();
  await guest.cart.getByText("공깃밥").waitFor();
  await finish(10);
  const token = await world.server.tableToken(10);
  const next = await world.server.api("POST", "/api/orders", { token, key: "the-next-party", body: { items: [{ menu_id: (await world.server.api("GET", "/api/menus", { token })).categories[0].items[0].id, quantity: 1, options: [] }] } });
  await send(guest);
  await toast(guest).getByText("이 테이블의 식사가 끝났어요. 새로 담아 주세요.").waitFor();
  await guest.waitForMenu();
  await guest.cart.getByText("아직 담은 음식이 없어요").waitFor();
  assert.deepEqual((await ordersOf(10)).map((order) => order.number), [next.number]);
  assertNoFaults(guest.page, networkTrouble);
});

test("an order under way of a party that left is asked after and never made anew", async () => {
  const guest = await ready(11);
  let lost = true;
  const sent = await watchOrders(guest.page, async (route, n) => {
    // It goes in, starts the session, and its answer is lost.
    if (n === 1) await route.fetch();
    return lost ? route.abort("connectionreset") : route.continue();
  });
  await send(guest);
  await until("the order is in", () => ordersOf(11), (orders) => orders.length === 1);
  const ended = guest.page.waitForFunction(() => JSON.stringify(localStorage).includes("ended"));
  await finish(11);
  await ended;
  lost = false;
  await toast(guest).getByText("이 테이블의 식사가 끝났어요. 새로 담아 주세요.").waitFor();
  assert.equal(new Set(sent.map((one) => one.key)).size, 1);
  assert.deepEqual(await ordersOf(11), []);
  assertNoFaults(guest.page, networkTrouble);
});

// The connection comes and goes: the program restarts, the stream is blocked, the answer to an order is lost. The cart
// stays, the pages come back by themselves, and an order is never made twice.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, networkTrouble } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

async function ordersOfTable(number) {
  const token = await world.server.tableToken(number);
  return (await world.server.api("GET", "/api/orders", { token })).orders;
}

test("while the program is away both pages say so; afterwards they go on with the cart as it was", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 6);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await staff.waitForBoard();
  await guest.add("한우 갈비탕");

  await world.server.kill();
  await guest.page.getByText("잠시 연결이 끊겼어요.").waitFor();
  await staff.waitForConnection("연결 끊김");
  await staff.page.getByText(/^연결 끊김 \d\d:\d\d부터\.$/).waitFor();
  await guest.add("닭곰탕");
  await guest.cart.getByText("24,500원", { exact: true }).waitFor();

  await world.server.startAgain();
  await guest.page.getByText("잠시 연결이 끊겼어요.").waitFor({ state: "hidden" });
  await staff.waitForConnection("연결됨");
  const number = await guest.order();
  await staff.waitForTile(6, "24,500원");
  assert.deepEqual((await ordersOfTable(6)).map((order) => order.number), [number]);
  for (const { page } of [guest, staff]) assertNoFaults(page, networkTrouble);
});

test("an order whose answer is lost is found by its key and made once", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 3);
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  let lost = 0;
  await guest.page.route("**/api/orders", async (route) => {
    if (route.request().method() !== "POST" || lost > 0) return route.continue();
    lost += 1;
    // The server takes the order; the tablet never hears of it.
    await route.fetch();
    return route.abort("connectionreset");
  });
  const number = await guest.order();
  assert.equal(lost, 1);
  assert.deepEqual((await ordersOfTable(3)).map((order) => order.number), [number]);
  assertNoFaults(guest.page, networkTrouble);
});

test("two quick taps on the button are one order", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 12);
  await guest.waitForMenu();
  await guest.add("공깃밥");
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).dblclick();
  await guest.page.locator(".slip-number").waitFor();
  assert.equal((await ordersOfTable(12)).length, 1);
  assertNoFaults(guest.page);
});

test("with every stream blocked the pages ask instead, and still see each other", async () => {
  const block = async (page) => page.context().route(/\/api\/(sse\/|admin\/orders\/stream)/, (route) => route.abort());
  const guest = await GuestPage.at(world.browser, world.server, 7);
  const staff = await StaffPage.at(world.browser, world.server);
  for (const { page } of [guest, staff]) {
    await block(page);
    await page.reload();
  }
  await guest.waitForMenu();
  await staff.page.locator(".tile").first().waitFor();
  await guest.add("한우 갈비탕");
  const number = await guest.order();
  await guest.backToMenu();
  await staff.waitForTile(7, "15,000원");
  await staff.openTable(7);
  await staff.press(number, "준비 시작");
  await guest.openHistory();
  await guest.waitForStatus(number, "준비중");
  for (const { page } of [guest, staff]) assertNoFaults(page, networkTrouble);
});

test("a reloaded tablet keeps its cart and its table", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 5);
  await guest.waitForMenu();
  await guest.addWith("돼지 김치찌개", ["매운맛"]);
  await guest.page.reload();
  await guest.cart.getByText("매운맛").waitFor();
  await guest.cart.getByText("9,000원", { exact: true }).first().waitFor();
  assertNoFaults(guest.page);
});

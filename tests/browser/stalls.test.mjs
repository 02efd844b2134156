// A wire that goes silent without being cut: pages notice it by the missing signs of life, say so, and come back by
// themselves; an order that was caught in it goes in once.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, networkTrouble } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";
import { StallingProxy } from "./support/stalling_proxy.mjs";

const world = journey();
closePages(world);

/** The server as pages see it through a wire that can stall. */
async function throughWire(t) {
  const wire = await StallingProxy.before(world.server.port);
  t.after(() => wire.close());
  return { wire, server: Object.create(world.server, { url: { value: wire.url } }) };
}

async function ordersOfTable(number) {
  const token = await world.server.tableToken(number);
  return (await world.server.api("GET", "/api/orders", { token })).orders.map((order) => order.number);
}

const lost = (page) => page.getByText("잠시 연결이 끊겼어요.");
const cutOff = (page) => page.getByText("오래 연결되지 않고 있어요.");

test("silence is noticed within two heartbeats, orders wait after 45 s, and all comes back", async (t) => {
  const { wire, server } = await throughWire(t);
  const guest = await GuestPage.at(world.browser, server, 6);
  const staff = await StaffPage.at(world.browser, server);
  await guest.waitForMenu();
  await staff.waitForBoard();
  await guest.add("한우 갈비탕");
  await until("the stream is live", () => guest.page.locator("connection-banner").getAttribute("class"), (name) => !name);

  wire.stall();
  const began = performance.now();
  await lost(guest.page).waitFor({ timeout: 40_000 });
  assert.ok(performance.now() - began < 38_000, "two heartbeats of 15 s, a little for the way and 3 s of patience");
  await staff.page.locator(".top-connection").filter({ hasText: /연결 끊김|잇는 중/ }).waitFor();
  await cutOff(guest.page).waitFor({ timeout: 30_000 });
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  assert.ok(await guest.sheet.getByRole("button", { name: "주문 보내기" }).isDisabled());
  await guest.sheet.getByText("지금은 주문을 보낼 수 없어요. 직원을 불러 주세요.").waitFor();

  wire.release({ lose: true });
  await cutOff(guest.page).waitFor({ state: "hidden", timeout: 30_000 });
  await staff.page.locator(".top-connection").filter({ hasText: "연결됨" }).waitFor({ timeout: 40_000 });
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
  const number = await guest.slipNumber();
  await staff.waitForTile(6, "15,000원");
  assert.deepEqual(await ordersOfTable(6), [number]);
  for (const { page } of [guest, staff]) assertNoFaults(page, networkTrouble);
});

for (const [where, table, answer] of [["the order", 3, false], ["its answer", 12, true]]) {
  test(`an order goes in once though the wire stalls with ${where} on its way`, async (t) => {
    const { wire, server } = await throughWire(t);
    const guest = await GuestPage.at(world.browser, server, table);
    await guest.waitForMenu();
    await guest.add("닭곰탕");
    await guest.cart.getByRole("button", { name: "주문하기" }).click();
    const stalled = wire.stallAt("POST /api/orders", { answer });
    await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
    await stalled;
    await guest.page.getByText("주문을 확인하고 있어요.").waitFor({ timeout: 20_000 });
    // What was held arrives late, beside the repeat that the page sends meanwhile.
    wire.release();
    const number = await guest.slipNumber();
    assert.deepEqual(await ordersOfTable(table), [number]);
    assertNoFaults(guest.page, networkTrouble);
  });
}

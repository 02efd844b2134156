// The main job, end to end, as a stranger would try it: two guest tabs and the staff page in a third, an order with
// options, its way through the states, the table finished, the history, and a kill -9 in between without a loss.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { journey, steps } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const TABLE = 7;
const world = journey();

test("a guest orders, staff see it at once, nothing is lost", async (t) => {
  const { browser, server } = world;
  // One browser with three tabs, as on a developer's machine.
  const context = await device(browser, { size: sizes.tablet });
  const first = new GuestPage(await open(context, server.url));
  await first.login(server, TABLE);
  await first.waitForMenu();
  const second = new GuestPage(await open(context, server.url));
  const staff = new StaffPage(await open(context, `${server.url}/admin`));
  await staff.login(server);
  const step = steps(t);
  let number;

  await step("the second tab is logged in by itself", () => second.waitForMenu());

  await step("the board shows the table as free", async () => {
    await staff.waitForBoard();
    await staff.waitForTile(TABLE, "홀");
  });

  await step("the guest orders with options and gets a number", async () => {
    await first.page.bringToFront();
    await first.addWith("부대찌개", ["보통맛", "라면사리"]);
    await first.add("해물파전");
    await first.cart.getByText("28,000원", { exact: true }).waitFor();
    number = await first.order();
    assert.match(number, /^T7-\d{3}$/);
    await first.backToMenu();
    await first.cart.getByText("아직 담은 음식이 없어요").waitFor();
  });

  await step("the board shows it at once, with lines and total", async () => {
    await staff.waitForTile(TABLE, "새 주문", "부대찌개", "해물파전", "28,000원");
  });

  await step("the other tab of the table shows it too", async () => {
    await second.page.bringToFront();
    await second.openHistory();
    await second.waitForStatus(number, "대기중");
    assert.match(await second.historyOrder(number).innerText(), /보통맛, 라면사리/);
  });

  await step("staff start it, the tablets see it", async () => {
    await staff.page.bringToFront();
    await staff.openTable(TABLE);
    await staff.press(number, "준비 시작");
    await staff.waitForStatus(number, "준비중");
    await second.waitForStatus(number, "준비중");
  });

  await step("killed with -9 and started again, every page comes back with the same order", async () => {
    await server.kill();
    await server.startAgain();
    await staff.waitForConnection("연결됨");
    await staff.press(number, "완료");
    await staff.waitForStatus(number, "완료");
    await second.waitForStatus(number, "완료");
    await first.page.bringToFront();
    await first.openHistory();
    await first.waitForStatus(number, "완료");
  });

  await step("staff finish the table, the tablets are empty for the next guests", async () => {
    await staff.page.bringToFront();
    await staff.page.getByRole("button", { name: "테이블 끝내기" }).click();
    await staff.answer("끝내기");
    await staff.waitForTile(TABLE, "홀");
    for (const guest of [first, second]) {
      await guest.page.bringToFront();
      await guest.sheet.waitFor({ state: "hidden" });
      await guest.openHistory();
      await guest.page.getByText("아직 주문이 없어요").waitFor();
    }
    await staff.page.bringToFront();
  });

  await step("the history holds the party with its order", () => findInHistory(staff, number));

  await step("killed again, the history still holds it and the order is stored once", async () => {
    await server.kill();
    await server.startAgain();
    await staff.page.reload();
    await staff.waitForConnection("연결됨");
    await findInHistory(staff, number);
    const token = await server.staffToken();
    const { sessions } = await server.api("GET", "/api/admin/history", { token });
    const orders = sessions.flatMap((session) => session.orders).filter((order) => order.number === number);
    assert.deepEqual(orders.map(({ total, status }) => ({ total, status })), [{ total: 28_000, status: "completed" }]);
  });

  for (const { page } of [first, second, staff]) assertNoFaults(page, networkTrouble);
});

async function findInHistory(staff, number) {
  await staff.goTo("지난 주문");
  const row = staff.page.getByRole("row").filter({ hasText: "부대찌개" }).filter({ hasText: "28,000원" });
  await row.getByRole("button").click();
  const order = staff.page.getByRole("region", { name: number, exact: true });
  await order.getByText("보통맛, 라면사리 +1,000원").waitFor();
}

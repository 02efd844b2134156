// Friday evening: twenty tablets send in the same moment, some of them two at one table, and a screen watches. Every order
// is there once, on every screen that should show it.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { DemoServer } from "./support/server.mjs";
import { StaffPage } from "./support/staff_page.mjs";

// Slips stay and nobody is asked whether they are still there: a slow machine needs its time for twenty pages.
const PATIENCE = { TABLEORDER_GUEST_PAGE_RESULT_SECONDS: "0", TABLEORDER_GUEST_PAGE_IDLE_SECONDS: "600" };
const world = journey(() => DemoServer.start(PATIENCE));
closePages(world);
const TABLETS = 20;
const TABLES = 12;
const WAIT_MS = 60_000;

test("twenty tablets send at once, and staff see each order once", async () => {
  const { browser, server } = world;
  const staff = await StaffPage.at(browser, server);
  staff.page.setDefaultTimeout(WAIT_MS);
  await staff.waitForBoard();
  const token = await server.staffToken();
  const ordered = async () => {
    const { tables } = await server.api("GET", "/api/admin/tables", { token });
    return new Map(tables.map((table) => [table.number, table.session?.order_count ?? 0]));
  };
  const before = await ordered();

  const guests = [];
  for (let number = 0; number < TABLETS; number += 1) {
    const guest = await GuestPage.at(browser, server, (number % TABLES) + 1);
    guest.page.setDefaultTimeout(WAIT_MS);
    await guest.waitForMenu();
    await guest.add("닭곰탕");
    await guest.cart.getByRole("button", { name: "주문하기" }).click();
    guests.push(guest);
  }
  // Pressed inside the pages, so that no page waits for the one before.
  await Promise.all(guests.map(({ page }) => page.locator('[data-act="send"]:visible').evaluate((button) => button.click())));
  const numbers = await Promise.all(guests.map((guest) => guest.slipNumber()));
  assert.equal(new Set(numbers).size, TABLETS, numbers.join(" "));

  const after = await ordered();
  for (let table = 1; table <= TABLES; table += 1) {
    const own = numbers.filter((number) => number.startsWith(`T${table}-`)).length;
    assert.equal(after.get(table), before.get(table) + own, `table ${table}`);
    await staff.waitForTile(table, `주문 ${after.get(table)}`);
  }
  // Both tablets of a table show both orders.
  await guests[0].backToMenu();
  await guests[0].openHistory();
  for (const number of numbers.filter((one) => one.startsWith("T1-"))) assert.equal(await guests[0].historyOrder(number).count(), 1, number);
  for (const { page } of [...guests, staff]) assertNoFaults(page);
});

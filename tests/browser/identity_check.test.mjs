// Alcohol from the tablet: it waits for staff's identity check, goes on or is left out, and the guest sees which.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

/** Soju and a stew from one table, and staff who see it. */
async function begin(table) {
  const guest = await GuestPage.at(world.browser, world.server, table);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await guest.addWith("소주", ["순한 소주"]);
  await guest.add("닭곰탕");
  const number = await guest.order();
  await guest.page.locator(".slip").getByText("술은 신분증을 확인한 뒤 가져다드려요.").waitFor();
  await guest.backToMenu();
  await staff.waitForBoard();
  await staff.waitForTile(table, "신분증 확인");
  await staff.openTable(table);
  return { guest, staff, number };
}

const answer = (staff, number, words) => staff.order(number).getByRole("button", { name: new RegExp(`^${words}\\s*: ${number}$`) });

test("soju waits until staff saw the card, the next round does not", async () => {
  const { guest, staff, number } = await begin(3);

  // The stew may be cooked, but nothing goes out before the check.
  const year = Number((await world.server.api("GET", "/api/sync", { token: await world.server.tableToken(3) })).snapshot.business_day.slice(0, 4));
  await staff.order(number).getByText(`${year - 19}년 12월 31일 이전 출생`).waitFor();
  await staff.press(number, "준비 시작");
  await staff.waitForStatus(number, "준비중");
  assert.equal(await staff.order(number).getByRole("button", { name: /^신분증 확인 뒤 완료/ }).getAttribute("aria-disabled"), "true");
  await guest.openHistory();
  await guest.historyOrder(number).getByText("신분증 확인 대기").waitFor();

  // Once it is checked, guest and staff see it go on.
  await answer(staff, number, "확인함").click();
  await staff.order(number).getByText("신분증을 확인했나요?").waitFor({ state: "detached" });
  await guest.historyOrder(number).getByText("신분증 확인 대기").waitFor({ state: "detached" });
  await staff.press(number, "완료");
  await guest.waitForStatus(number, "완료");
  await guest.closeSheet();

  // The next soju needs no check, but staff are asked for those who joined.
  await guest.addWith("소주", ["진한 소주"]);
  const later = await guest.order();
  assert.equal(await guest.page.locator(".slip").getByText("술은 신분증을 확인한 뒤 가져다드려요.").count(), 0);
  await staff.order(later).getByText("합석 손님도 확인했나요?").waitFor();
  await staff.press(later, "완료");
  await staff.waitForStatus(later, "완료");
  await staff.closeSheet();
  await staff.waitForTile(3, "모두 완료");

  for (const { page } of [guest, staff]) assertNoFaults(page);
});

test("alcohol without a card leaves the order, its sum and the kitchen", async () => {
  const { guest, staff, number } = await begin(6);

  // Staff take it out, after they were asked.
  await guest.openHistory();
  await guest.sheet.getByText("14,500원", { exact: true }).first().waitFor();
  await answer(staff, number, "확인 못 함 · 술 빼기").click();
  await staff.answer("그대로 두기");
  await answer(staff, number, "확인 못 함 · 술 빼기").click();
  await staff.answer("술 빼기");
  await staff.order(number).locator(".identity-mark", { hasText: "신분증 확인 못 함" }).waitFor();
  await staff.sheet.getByText("주문 1개 · 9,500원").waitFor();

  // The guest reads why, and pays the stew alone.
  await guest.historyOrder(number).getByText("신분증을 확인하지 못해 술은 뺐어요").waitFor();
  await guest.sheet.locator(".history-total").getByText("9,500원").waitFor();
  await guest.closeSheet();

  // What is left goes its way.
  await staff.press(number, "준비 시작");
  await staff.press(number, "완료");
  await staff.waitForStatus(number, "완료");
  await staff.closeSheet();
  await staff.waitForTile(6, "모두 완료", "9,500원");

  // An order of nothing but alcohol is cancelled with it.
  await guest.add("막걸리");
  const alone = await guest.order();
  await guest.backToMenu();
  await staff.openTable(6);
  assert.equal(await staff.order(alone).getByRole("button", { name: /^준비 시작/ }).count(), 0);
  await answer(staff, alone, "확인 못 함 · 술 빼기").click();
  await staff.answer("술 빼기");
  await staff.waitForStatus(alone, "취소");
  await guest.openHistory();
  await guest.waitForStatus(alone, "취소");
  await guest.historyOrder(alone).getByText("신분증을 확인하지 못해 술은 뺐어요").waitFor();
  await guest.sheet.locator(".history-total").getByText("9,500원").waitFor();

  for (const { page } of [guest, staff]) assertNoFaults(page);
});

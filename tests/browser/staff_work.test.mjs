// What staff do during a day: calls, cancelling, deleting, sold out, the menu, tables and logins, each seen on the tablets.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

test("a call reaches staff with two taps, and the guest sees that it was seen", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 3);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await staff.waitForBoard();

  await guest.page.getByRole("button", { name: "직원 호출" }).click();
  await guest.sheet.locator('[data-call="water"]').click();
  await guest.sheet.getByText("보냈어요").waitFor();
  await staff.waitForTile(3, "물");
  await staff.openTable(3);
  await staff.sheet.getByRole("button", { name: /^확인\s*: 물$/ }).click();
  await guest.sheet.getByText("직원이 봤어요").waitFor();

  for (const { page } of [guest, staff]) assertNoFaults(page);
});

test("the search of the board opens and closes by keyboard", async () => {
  const { page } = await StaffPage.at(world.browser, world.server);
  await page.locator(".tile").nth(11).waitFor();
  await page.keyboard.press("/");
  await page.getByRole("searchbox").fill("소주");
  await page.locator(".board > li").nth(1).waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").waitFor({ state: "detached" });
  await page.locator(".tile").nth(11).waitFor();
  assertNoFaults(page);
});

test("a dish that sells out is marked at once and named before sending", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 6);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await guest.add("해물 순두부");
  await guest.add("닭곰탕");

  await staff.waitForBoard();
  await staff.goTo("메뉴");
  await staff.page.getByRole("switch", { name: "해물 순두부 판매" }).click();
  await guest.card("해물 순두부").getByText("품절", { exact: true }).waitFor();
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByText("그사이 품절됐어요: 해물 순두부").waitFor();
  await guest.sheet.getByRole("button", { name: "빼고 주문" }).click();
  const number = await guest.slipNumber();
  assert.equal(await guest.page.locator(".slip-lines li").count(), 1);

  await staff.page.getByRole("switch", { name: "해물 순두부 판매" }).click();
  await guest.backToMenu();
  await guest.card("해물 순두부").getByRole("button", { name: "해물 순두부 담기" }).waitFor();
  assert.match(number, /^T6-\d{3}$/);
  for (const { page } of [guest, staff]) assertNoFaults(page);
});

test("an order cancelled with a reason leaves the total, a deleted one leaves the list", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 12);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await guest.add("청국장");
  const cancelled = await guest.order();
  await guest.backToMenu();
  await guest.add("닭곰탕");
  const deleted = await guest.order();
  await guest.backToMenu();

  await staff.waitForBoard();
  await staff.waitForTile(12, "18,500원");
  await staff.openTable(12);
  await staff.press(cancelled, "취소");
  await staff.page.getByText("재료 소진").click();
  await staff.page.getByRole("button", { name: "주문 취소" }).click();
  await staff.waitForStatus(cancelled, "취소");
  await guest.openHistory();
  await guest.waitForStatus(cancelled, "취소");
  await guest.sheet.getByText("재료가 떨어졌어요").waitFor();
  await guest.sheet.getByText("9,500원", { exact: true }).first().waitFor();

  await staff.order(deleted).getByRole("button", { name: `${deleted} 지우기` }).click();
  await staff.answer("지우기");
  await staff.order(deleted).waitFor({ state: "detached" });
  await guest.historyOrder(deleted).waitFor({ state: "detached" });
  const token = await world.server.staffToken();
  const { tables } = await world.server.api("GET", "/api/admin/tables", { token });
  assert.equal(tables.find((table) => table.number === 12).total, 0);
  for (const { page } of [guest, staff]) assertNoFaults(page);
});

test("finishing a table with open orders asks first", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 7);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await guest.add("한우 갈비탕");
  await guest.order();
  await staff.waitForBoard();
  await staff.waitForTile(7, "새 주문");
  await staff.openTable(7);
  await staff.page.getByRole("button", { name: "테이블 끝내기" }).click();
  await staff.page.getByRole("alertdialog", { name: "7번 끝내기?" }).or(staff.page.getByRole("alertdialog", { name: /끝나지 않은 주문/ })).first().waitFor();
  if (await staff.page.getByRole("alertdialog", { name: "7번 끝내기?" }).isVisible()) await staff.answer("끝내기");
  await staff.page.getByRole("alertdialog", { name: "끝나지 않은 주문 1. 그래도 끝내기?" }).waitFor();
  await staff.answer("주문 보기");
  await staff.waitForTile(7, "한우 갈비탕");
  assertNoFaults(guest.page);
  assertNoFaults(staff.page, networkTrouble);
});

test("a dish written by the owner can be ordered as it was written", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 6);
  const staff = await StaffPage.at(world.browser, world.server);
  await guest.waitForMenu();
  await staff.waitForBoard();
  await staff.goTo("메뉴");
  const { page } = staff;
  await page.getByRole("button", { name: "음식 추가" }).click();
  await page.getByLabel("이름", { exact: true }).fill("오늘의 전골");
  await page.getByLabel("가격").fill("만오천");
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("숫자만 넣으세요. 예: 11000").waitFor();
  await page.getByLabel("가격").fill("15000");
  await page.getByLabel("원산지").fill("쇠고기 국내산");
  await page.getByRole("button", { name: "묶음 추가" }).click();
  await page.getByLabel("묶음 이름").fill("국물");
  await page.getByLabel("고를 것", { exact: true }).first().fill("맑게");
  await page.getByLabel("고를 것", { exact: true }).nth(1).fill("얼큰하게");
  await page.getByLabel("더하는 값").nth(1).fill("500");
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("오늘의 전골 저장함").waitFor();

  await guest.card("오늘의 전골").getByText("15,000원").waitFor();
  await guest.addWith("오늘의 전골", ["얼큰하게"]);
  await guest.cart.getByText("15,500원", { exact: true }).first().waitFor();
  for (const watched of [guest.page, page]) assertNoFaults(watched);
});

test("a new table can be used by a tablet at once", async () => {
  const staff = await StaffPage.at(world.browser, world.server);
  await staff.waitForBoard();
  await staff.goTo("설정");
  const { page } = staff;
  await page.getByRole("button", { name: "테이블 추가" }).click();
  await page.getByLabel("번호", { exact: true }).fill("21");
  await page.getByLabel("태블릿 비밀번호").fill("twenty-one");
  await page.getByRole("button", { name: "저장" }).click();
  await page.getByText("21번 추가함").waitFor();

  const guest = new GuestPage(await open(await device(world.browser), world.server.url));
  await guest.login(world.server, 21, "twenty-one");
  await guest.waitForMenu();
  await staff.goTo("테이블");
  await staff.waitForTile(21);
  for (const watched of [guest.page, page]) assertNoFaults(watched);
});

test("a wrong password is told in words, five of them lock that name only", async () => {
  const staff = new StaffPage(await open(await device(world.browser, { size: sizes.tablet }), `${world.server.url}/admin`));
  await staff.login({ ...world.server, address: { ...world.server.address, username: "nobody" } }, "wrong password");
  await staff.page.getByRole("alert").getByText("틀린 것이 있어요").waitFor();
  await until("the lock", () => tryLogin("nobody"), (status) => status === 429);
  await staff.page.getByLabel("비밀번호", { exact: true }).fill("wrong password");
  await staff.page.getByRole("button", { name: "로그인" }).click();
  await staff.page.getByRole("alert").getByText("분 뒤 다시").waitFor();
  assertNoFaults(staff.page, networkTrouble);

  const guest = new GuestPage(await open(await device(world.browser), world.server.url));
  await guest.login(world.server, 5, "not this one");
  await guest.page.getByRole("alert").getByText("맞지 않는 것이 있어요").waitFor();
  await guest.login(world.server, 5);
  await guest.waitForMenu();
  const other = await StaffPage.at(world.browser, world.server);
  await other.waitForBoard();
});

async function tryLogin(username) {
  const response = await fetch(`${world.server.url}/api/auth/admin/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ store: world.server.address.store, username, password: "wrong password" }),
  });
  return response.status;
}

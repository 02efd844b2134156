// What the owner can set about the guests' page: phones only for a party that staff have seated, words of the guests' own
// with an order, and a slip that stays.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { DemoServer } from "./support/server.mjs";

const world = journey(() => DemoServer.start({ TABLEORDER_GUEST_PAGE_PHONES: "seated", TABLEORDER_GUEST_PAGE_FREE_NOTES: "true", TABLEORDER_GUEST_PAGE_RESULT_SECONDS: "0" }));
closePages(world);

const FREE_TABLE = 10;

async function staff(method, route, body) {
  return world.server.api(method, route, { token: await world.server.staffToken(), body });
}

test("a sticker lets nobody in before staff have seated the party, and nobody after it left", async () => {
  const { session } = await world.server.api("GET", "/api/orders", { token: await world.server.tableToken(FREE_TABLE) });
  if (session) await staff("POST", `/api/admin/tables/${FREE_TABLE}/complete`, { force: true });
  const { url } = await staff("GET", `/api/admin/tables/${FREE_TABLE}/sticker`);
  const page = await open(await device(world.browser, { size: sizes.phone }), `${world.server.url}/${new URL(url).hash}`);
  const guest = new GuestPage(page);
  await page.getByRole("heading", { name: "직원에게 자리를 말씀해 주세요" }).waitFor();
  await assertAccessible(page, "not seated");
  await staff("POST", `/api/admin/tables/${FREE_TABLE}/seat`, {});
  await page.getByRole("button", { name: "다시 시도" }).click();
  await guest.waitForMenu();
  await staff("POST", `/api/admin/tables/${FREE_TABLE}/complete`, { force: true });
  await page.getByRole("heading", { name: "지난 손님의 화면이에요" }).waitFor();
  // Not even when the next party sits there.
  await staff("POST", `/api/admin/tables/${FREE_TABLE}/seat`, {});
  await page.reload();
  await page.locator("#code").waitFor();
  assertNoFaults(page, networkTrouble);
});

test("own words reach the kitchen with the order, and the slip stays", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 7);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "앞접시 주세요" }).click();
  await guest.sheet.getByLabel("더 하실 말씀").fill("아기 의자 하나요");
  await assertAccessible(page, "review with own words");
  await page.reload();
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  assert.equal(await guest.sheet.getByLabel("더 하실 말씀").inputValue(), "아기 의자 하나요");
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
  await page.locator(".slip-number").waitFor();
  assert.equal(await page.locator(".countdown").count(), 0);
  assert.equal(await page.getByRole("button", { name: "여기 머무르기" }).count(), 0);
  const { orders } = await world.server.api("GET", "/api/orders", { token: await world.server.tableToken(7) });
  assert.equal(orders[orders.length - 1].note, "앞접시 주세요, 아기 의자 하나요");
  assertNoFaults(page, networkTrouble);
});

test("where phones are off nothing speaks of them and their links are refused in words", async () => {
  const server = await DemoServer.start({ TABLEORDER_GUEST_PAGE_PHONES: "off" });
  try {
    const { url } = await server.api("GET", "/api/admin/tables/3/sticker", { token: await server.staffToken() });
    const guest = await GuestPage.at(world.browser, server, 3);
    await guest.waitForMenu();
    assert.equal(await guest.page.locator('[data-act="phone"]').count(), 0);
    const page = await open(await device(world.browser, { size: sizes.phone }), `${server.url}/${new URL(url).hash}`);
    await page.getByRole("heading", { name: "이 가게는 휴대폰 주문을 받지 않아요" }).waitFor();
    await assertAccessible(page, "phones off");
    assertNoFaults(page, networkTrouble);
  } finally {
    await server.stop();
  }
});

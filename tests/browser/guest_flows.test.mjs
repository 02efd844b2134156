// What guests do around their orders: order again, divide the bill, call staff, find a dish, and what they are told when
// the menu changed while a dish was in the cart.
import assert from "node:assert/strict";
import test, { afterEach } from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, networkTrouble, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";

const world = journey();
closePages(world);

/** Whatever a test did to the menu: the next one finds it as it was. */
const touched = new Map();
afterEach(async () => {
  for (const undo of touched.values()) await undo();
  touched.clear();
});

const act = (page, name) => page.locator(`[data-act="${name}"]:visible`).first();
const toast = ({ page }) => page.locator("toast-bar.is-shown");

/** A table's and staff's view of the API, with dishes found by their Korean names. */
async function shop(table) {
  const { server } = world;
  const [token, staff] = await Promise.all([server.tableToken(table), server.staffToken()]);
  const { categories } = await server.api("GET", "/api/menus", { token });
  const items = categories.flatMap((category) => category.items);
  const dish = (name) => items.find((item) => item.name === name);
  const line = (name, quantity = 1, ...options) => ({ menu_id: dish(name).id, quantity, options: dish(name).option_groups.flatMap((group) => group.options).filter((option) => options.includes(option.name)).map((option) => option.id) });
  return {
    dish,
    order: (...lines) => server.api("POST", "/api/orders", { token, key: `flow-${Math.random()}`, body: { items: lines } }),
    line,
    availability: (name, body) => {
      touched.set(name, () => server.api("PUT", `/api/admin/menus/${dish(name).id}/availability`, { token: staff, body: { available: true, remaining: null, until: null } }));
      return server.api("PUT", `/api/admin/menus/${dish(name).id}/availability`, { token: staff, body: { available: true, remaining: null, until: null, ...body } });
    },
    change: (name, body) => server.api("PATCH", `/api/admin/menus/${dish(name).id}`, { token: staff, body }),
    status: (id, status, reason) => server.api("PATCH", `/api/admin/orders/${id}/status`, { token: staff, body: { status, reason } }),
    calls: async () => (await server.api("GET", "/api/admin/calls", { token: staff })).calls,
    orders: async () => (await server.api("GET", "/api/orders", { token })).orders,
    finish: (id) => server.api("POST", `/api/admin/tables/${id}/complete`, { token: staff, body: { force: true } }),
    resolve: (id) => server.api("POST", `/api/admin/calls/${id}/resolve`, { token: staff }),
  };
}

/** A table without a party: some of the demo's have ordered. */
async function free(table) {
  const own = await shop(table);
  if ((await own.orders()).length > 0) await own.finish(table);
  return own;
}

test("an order is had again with its options; what is sold out or changed is named", async () => {
  const own = await free(3);
  const order = await own.order(own.line("부대찌개", 2, "보통맛", "라면사리"), own.line("닭곰탕"), own.line("공깃밥", 3));
  const guest = await GuestPage.at(world.browser, world.server, 3);
  await guest.waitForMenu();
  await guest.openHistory();
  await guest.historyOrder(order.number).getByRole("button", { name: "첫 번째 주문 다시 담기" }).click();
  await toast(guest).getByText("6개 담았어요").waitFor();
  await toast(guest).getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByText("36,500원", { exact: true }).waitFor();
  await guest.closeSheet();
  await guest.cart.getByRole("button", { name: "비우기" }).click();
  await guest.page.getByRole("alertdialog").getByRole("button", { name: "비우기" }).click();

  // In this order: what is told first is known once the second is seen.
  await own.availability("공깃밥", { remaining: 1 });
  await own.availability("닭곰탕", { available: false });
  await guest.openHistory();
  await guest.sheet.locator(".order-item").filter({ hasText: "닭곰탕" }).getByText("품절").waitFor();
  await guest.historyOrder(order.number).getByRole("button", { name: "다시 담기" }).click();
  const notice = guest.sheet.getByRole("status").filter({ hasText: "담지 못한 것이 있어요." });
  await notice.getByText("닭곰탕은 품절이에요, 공깃밥 1개만 담았어요").waitFor();
  await guest.closeSheet();
  await guest.cart.getByText("25,000원", { exact: true }).waitFor();
  assertNoFaults(guest.page);
});

test("one more of a line is one tap; where a choice is gone it is chosen anew", async () => {
  const own = await free(5);
  await own.order(own.line("부대찌개", 2, "보통맛", "라면사리"), own.line("닭곰탕", 4));
  const guest = await GuestPage.at(world.browser, world.server, 5);
  await guest.waitForMenu();
  await guest.openHistory();
  await guest.sheet.getByRole("button", { name: "닭곰탕 하나 더 담기" }).click();
  await toast(guest).getByText("1개 담았어요").waitFor();
  const groups = own.dish("부대찌개").option_groups;
  const wish = groups.map(({ id, sort, ...group }) => ({ id, name: group.name, names: group.names, min: group.min, max: group.max, options: group.options.map((option) => ({ id: option.id, name: option.name, names: option.names, price_delta: option.price_delta, available: option.name !== "라면사리" })) }));
  await own.change("부대찌개", { option_groups: wish });
  const menu = await until("the option sold out", () => shop(5), (now) => now.dish("부대찌개").option_groups[1].options.some((option) => !option.available));
  assert.ok(menu);
  await guest.page.locator(".sheet-body").getByRole("button", { name: "부대찌개 하나 더 담기" }).click();
  await guest.sheet.getByRole("button", { name: /원 담기$/ }).waitFor();
  assert.ok(await guest.choice("보통맛").isChecked());
  await toast(guest).getByText("고른 것이 달라졌어요. 다시 골라 주세요.").waitFor();
  await own.change("부대찌개", { option_groups: wish.map((group) => ({ ...group, options: group.options.map((option) => ({ ...option, available: true })) })) });
  assertNoFaults(guest.page);
});

test("the history is live: states, a cancelled order with its reason, what all comes to", async () => {
  const own = await free(6);
  const guest = await GuestPage.at(world.browser, world.server, 6);
  await guest.waitForMenu();
  await guest.openHistory();
  await guest.page.getByText("아직 주문이 없어요").waitFor();
  const first = await own.order(own.line("닭곰탕"));
  const second = await own.order(own.line("해물파전"));
  await guest.waitForStatus(second.number, "대기중");
  await own.status(first.id, "completed");
  await guest.waitForStatus(first.number, "완료");
  await own.status(second.id, "cancelled", "재료 소진");
  await guest.historyOrder(second.number).getByText("재료가 떨어졌어요. 죄송해요. 계산에 들어가지 않아요.").waitFor();
  await guest.sheet.locator(".history-total").getByText("9,500원").waitFor();
  assert.equal(await guest.historyOrder(second.number).getByRole("button").count(), 0);
  await guest.sheet.getByRole("button", { name: "음식별 합계" }).click();
  await guest.sheet.getByText("닭곰탕 1개").waitFor();
  assert.equal(await guest.sheet.getByText("해물파전").count(), 0);
  assertNoFaults(guest.page);
});

for (const [size, language] of [["tablet", "ko"], ["phone", "ko"], ["portrait", "en"], ["small", "en"]]) {
  test(`the bill is divided to the won, ${size}, ${language}`, async () => {
    const table = { tablet: 9, phone: 10, portrait: 11, small: 12 }[size];
    const own = await free(table);
    await own.order(own.line("닭곰탕", 2), own.line("해물파전"), own.line("청국장"));
    const guest = await GuestPage.at(world.browser, world.server, table, { size: sizes[size] });
    const { page } = guest;
    await guest.waitForMenu();
    if (language === "en") await guest.speak("en");
    await act(page, "history").click();
    await page.locator(".order").waitFor();
    await assertAccessible(page, "history");
    await act(page, "split").click();
    await page.locator('[data-act="split-people"][data-step="1"]').click();
    // 44,000 won by three: 14,666 each, and the first pays the two that are left.
    const won = (amount) => (language === "en" ? `₩${amount}` : `${amount}원`);
    await page.locator(".split-price").getByText(won("14,666")).waitFor();
    await page.getByText(won("14,668")).waitFor();
    await assertAccessible(page, "split evenly");
    await page.locator('[data-act="split-by"][data-by="item"]').click();
    await page.locator('[data-act="split-pick"][data-step="1"]').first().click();
    await page.locator('[data-person="1"]').click();
    for (const pick of [1, 2]) await page.locator('[data-act="split-pick"][data-step="1"]').nth(pick).click();
    const shares = await page.locator(".split-person b").allInnerTexts();
    assert.deepEqual(shares.map((text) => Number(text.replace(/\D/g, ""))), [12_668, 28_166, 3_166]);
    await assertAccessible(page, "split by item");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false);
    assertNoFaults(page);
  });
}

test("what changed while it was in the cart is told line by line before anything is sent", async () => {
  const own = await free(7);
  const guest = await GuestPage.at(world.browser, world.server, 7);
  const { page } = guest;
  await guest.waitForMenu();
  for (let n = 0; n < 3; n += 1) await guest.add("닭곰탕");
  await guest.add("해물 순두부");
  await guest.add("청국장");
  await own.availability("해물 순두부", { available: false });
  await own.availability("닭곰탕", { remaining: 2 });
  await own.change("청국장", { price: 9_500 });
  await guest.cart.getByText("그사이 품절됐어요").waitFor();
  await guest.cart.getByText("2개만 남았어요").waitFor();
  await guest.cart.getByText("값이 바뀌었어요: 9,000원 → 9,500원. 확인해 주세요.").waitFor();
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("alert").getByText("그사이 품절됐어요: 해물 순두부. 이만큼만 남았어요: 닭곰탕 2개. 남은 만큼만 주문할까요?").waitFor();
  await guest.sheet.locator(".total").getByText("28,500원", { exact: true }).waitFor();
  await assertAccessible(page, "review with changes");
  await guest.sheet.getByRole("button", { name: "남은 만큼 주문" }).click();
  await guest.slipNumber();
  const [order] = await own.orders();
  assert.deepEqual(order.items.map(({ menu_name, quantity }) => [menu_name, quantity]), [["닭곰탕", 2], ["청국장", 1]]);
  assert.equal(order.total, 28_500);
  await own.change("청국장", { price: 9_000 });
  assertNoFaults(page);
});

test("what the server alone knew to be sold out is named, and nothing is sent without it by itself", async () => {
  const own = await free(8);
  const guest = await GuestPage.at(world.browser, world.server, 8);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  await guest.add("해물 순두부");
  // The page must not hear of it before it sends.
  await page.context().route(/\/api\/(sse\/|sync|menus)/, (route) => route.abort());
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await own.availability("해물 순두부", { available: false });
  const served = page.waitForResponse((response) => response.url().endsWith("/api/orders") && response.status() === 400);
  await page.evaluate(() => document.querySelector('[data-act="send"]').click());
  // The stream was open before it was blocked, so the page may have heard and ask by itself; then nothing was sent at all.
  await Promise.race([served, guest.sheet.getByRole("button", { name: "빼고 주문" }).waitFor()]);
  await page.context().unroute(/\/api\/(sse\/|sync|menus)/);
  await guest.sheet.getByText("그사이 품절됐어요: 해물 순두부. 빼고 주문할까요?").waitFor();
  assert.deepEqual(await own.orders(), []);
  await guest.sheet.getByRole("button", { name: "다시 고르기" }).click();
  await guest.cart.getByText("9,500원", { exact: true }).first().waitFor();
  assertNoFaults(page, networkTrouble);
});

test("two taps call staff with how many; it is told sent, then seen, and cannot be sent twice in half a minute", async () => {
  const own = await free(4);
  const guest = await GuestPage.at(world.browser, world.server, 4);
  const { page } = guest;
  await guest.waitForMenu();
  await page.getByRole("button", { name: "직원 호출" }).click();
  await page.locator('.stepper[data-line="plate"] [data-step="1"]').dblclick();
  await page.locator('[data-call="plate"]').click();
  await page.locator('.call-tile[data-state="sent"]').getByText(/^보냈어요 \d+초$/).waitFor();
  await page.locator('[data-call="plate"]').click();
  await toast(guest).getByText(/^조금 전에 보냈어요\. \d+초 뒤에 다시 보낼 수 있어요\.$/).waitFor();
  const [call, ...more] = await own.calls();
  assert.deepEqual([call.kind, call.note, more.length], ["plate", "3개", 0]);
  await assertAccessible(page, "call, sent");
  await own.resolve(call.id);
  await page.locator('.call-tile[data-state="seen"]').getByText("직원이 봤어요").waitFor();
  await assertAccessible(page, "call, seen");
  assertNoFaults(page);
});

test("a call that fails says so, and goes in once by one more tap", async () => {
  const own = await free(11);
  const guest = await GuestPage.at(world.browser, world.server, 11);
  const { page } = guest;
  await guest.waitForMenu();
  const keys = [];
  await page.route("**/api/calls", (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    return keys.length <= 4 ? route.abort("connectionreset") : route.continue();
  });
  await page.getByRole("button", { name: "직원 호출" }).click();
  await guest.sheet.getByRole("button", { name: "직원이 와 주세요" }).click();
  await toast(guest).getByText("직원 호출을 보내지 못했어요. 다시 눌러 주세요.").waitFor();
  assert.equal(await page.getByText(/보냈어요/).count(), 0);
  await toast(guest).getByRole("button", { name: "다시 시도" }).click();
  await guest.sheet.getByRole("button", { name: /보냈어요/ }).waitFor();
  assert.deepEqual([keys.length, new Set(keys).size], [5, 1]);
  assert.equal((await own.calls()).filter((call) => call.table.number === 11).length, 1);
  assertNoFaults(page, networkTrouble);
});

test("a call whose every answer is lost is one call for staff, and told as sent", async () => {
  const own = await free(10);
  const guest = await GuestPage.at(world.browser, world.server, 10);
  const { page } = guest;
  await guest.waitForMenu();
  let tries = 0;
  await page.route("**/api/calls", async (route) => {
    await route.fetch();
    tries += 1;
    return route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "직원 호출" }).click();
  await page.locator('[data-call="bill"]').click();
  await page.locator('.call-tile[data-state="sent"]').waitFor();
  await until("the last try", () => page.title().then(() => tries), (all) => all >= 1);
  assert.equal(await toast(guest).count(), 0);
  assert.equal((await own.calls()).filter((call) => call.table.number === 10).length, 1);
  assertNoFaults(page, networkTrouble);
});

test("dishes are found by first consonants and in other languages", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 1);
  const { page } = guest;
  await guest.waitForMenu();
  await act(page, "search").click();
  await page.locator("#search").fill("ㄱㅊㅈㄱ");
  await guest.sheet.locator(".line-open").filter({ hasText: "돼지 김치찌개" }).waitFor();
  await page.locator("#search").fill("pancake");
  await guest.sheet.locator(".line-open").filter({ hasText: "해물파전" }).waitFor();
  await page.locator("#search").fill("짜장");
  await guest.sheet.getByText("‘짜장’ 음식은 없어요").waitFor();
  assertNoFaults(page);
});

test("on a phone too the cart is emptied after a question, and comes back", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 1, { size: sizes.phone });
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  await act(page, "review").click();
  await guest.sheet.getByRole("button", { name: "비우기" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "그대로 두기" }).click();
  await guest.sheet.getByRole("button", { name: "비우기" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "비우기" }).click();
  await guest.sheet.getByText("아직 담은 음식이 없어요").waitFor();
  await toast(guest).getByRole("button", { name: "되돌리기" }).click();
  await guest.sheet.getByText("9,500원", { exact: true }).first().waitFor();
  assertNoFaults(page);
});

// What a guest does besides ordering: takes things back, stays on the slip, reads the menu on a phone. A click of these
// tests fails when something lies over what it presses.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";

const world = journey();
closePages(world);
const toast = ({ page }) => page.locator("toast-bar.is-shown");

test("an emptied cart comes back whole, also after something else was added", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 3);
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  await guest.cart.getByRole("button", { name: "비우기" }).click();
  await guest.page.getByRole("alertdialog").getByRole("button", { name: "비우기" }).click();
  await guest.add("해물 순두부");
  await toast(guest).getByRole("button", { name: "되돌리기" }).click();
  await guest.cart.getByText("19,500원", { exact: true }).waitFor();
  assertNoFaults(guest.page);
});

for (const large of [false, true]) {
  test(`a toast leaves the way on free${large ? " in large text" : ""}`, async () => {
    const guest = await GuestPage.at(world.browser, world.server, large ? 6 : 7);
    const { page } = guest;
    await guest.waitForMenu();
    await guest.add("닭곰탕");
    await guest.add("해물 순두부");
    await guest.cart.getByRole("button", { name: "닭곰탕 빼기" }).click();
    await toast(guest).waitFor();
    if (large) await page.getByRole("button", { name: "큰 글씨" }).click();
    await page.locator('[data-act="review"]:visible').click();
    await guest.sheet.getByRole("button", { name: "더 고를게요" }).click();
    await guest.sheet.waitFor({ state: "hidden" });
    assert.equal(await toast(guest).count(), 1);
    assertNoFaults(page);
  });
}

test("the slip stays once it was touched", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 12);
  const { page } = guest;
  await guest.waitForMenu();
  await guest.add("청국장");
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
  // Pressed in the page itself: on a slow machine a click from outside could come after the five seconds.
  const counted = await page.locator('[data-act="stay-here"]').evaluate((button) => {
    const ring = document.querySelector(".countdown");
    button.click();
    return ring !== null;
  });
  assert.ok(counted);
  await page.locator(".countdown").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "여기 머무르기" }).waitFor({ state: "hidden" });
  await guest.backToMenu();
  assertNoFaults(page);
});

test("on a phone the row of categories follows the list", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 5, { size: sizes.phone });
  const { page } = guest;
  await guest.waitForMenu();
  await page.locator(".menu-list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
  const last = page.locator(".rail-item").last();
  await page.locator('.rail-list li:last-child .rail-item[aria-current="true"]').waitFor();
  const { x, width } = await last.boundingBox();
  assert.ok(x >= 0 && x + width <= sizes.phone.width, `${x} + ${width}`);
  assertNoFaults(page);
});

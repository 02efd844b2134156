// Every screen in both languages and several sizes: no accessibility violation, nothing wider than the screen, no text
// key in place of a text. Screens are found by their acts, since their words differ by language.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

async function check(page, screen) {
  await assertAccessible(page, screen);
  const faults = await page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > window.innerWidth) found.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
    const text = document.body.innerText;
    const key = /\b(common|guest|staff|setup)\.[a-z_]+(\.[a-z_]+)*\b/.exec(text);
    if (key) found.push(`a key instead of a text: ${key[0]}`);
    return found;
  });
  assert.deepEqual(faults, [], screen);
}

const act = (page, name) => page.locator(`[data-act="${name}"]:visible`).first();
const sheet = (page) => page.getByRole("dialog");
async function leaveSheet(page) {
  await page.keyboard.press("Escape");
  await sheet(page).waitFor({ state: "hidden" });
}

for (const [size, table_number] of [["tablet", 3], ["portrait", 6], ["small", 7], ["phone", 12]]) {
  for (const language of ["ko", "en"]) {
    test(`guest screens, ${size}, ${language}`, async () => {
      const guest = new GuestPage(await open(await device(world.browser, { size: sizes[size] }), world.server.url));
      const { page } = guest;
      await page.locator("form").waitFor();
      await check(page, "login");
      await guest.login(world.server, table_number);
      await guest.waitForMenu();
      if (language === "en") await guest.speak("en");
      await check(page, "menu");

      await page.locator('.card-add[data-choose]').first().click();
      await sheet(page).waitFor();
      await check(page, "item with options");
      await leaveSheet(page);
      await page.locator(".card-add:not([data-choose])").first().click();
      await act(page, "review").click();
      await sheet(page).waitFor();
      await check(page, "review");
      await act(page, "send").click();
      await guest.slipNumber();
      await check(page, "result");
      await act(page, "close-result").click();
      await act(page, "history").click();
      await sheet(page).waitFor();
      await check(page, "history");
      await leaveSheet(page);
      await act(page, "call").click();
      await sheet(page).waitFor();
      await check(page, "call");
      await leaveSheet(page);
      assertNoFaults(page);
    });
  }
}

test("guest screens in large text and in high contrast", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 12);
  const { page } = guest;
  await guest.waitForMenu();
  await act(page, "large").click();
  await check(page, "menu, large text");
  await act(page, "display").click();
  await page.locator('[data-mode="contrast"]').click();
  await leaveSheet(page);
  await check(page, "menu, large text, high contrast");
  await act(page, "large").click();
  await check(page, "menu, high contrast");
  assertNoFaults(page);
});

test("a whole order by keyboard alone", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 7, { touch: false });
  const { page } = guest;
  await guest.waitForMenu();
  const press = async (locator) => {
    await locator.focus();
    assert.ok(await locator.evaluate((element) => element === document.activeElement && element.tabIndex >= 0));
    await page.keyboard.press("Enter");
  };
  await press(guest.card("부대찌개").locator(".card-add"));
  await sheet(page).waitFor();
  await sheet(page).getByRole("radio", { name: "순한맛" }).focus();
  await page.keyboard.press("Space");
  await press(sheet(page).getByRole("button", { name: /원 담기$/ }));
  await sheet(page).waitFor({ state: "hidden" });
  await press(guest.cart.getByRole("button", { name: "주문하기" }));
  await press(sheet(page).getByRole("button", { name: "주문 보내기" }));
  await page.locator(".slip-number").waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".slip").waitFor({ state: "hidden" });
  assertNoFaults(page);
});

for (const size of ["tablet", "desktop", "phone"]) {
  for (const language of ["ko", "en"]) {
    test(`staff screens, ${size}, ${language}`, async () => {
      const page = await open(await device(world.browser, { size: sizes[size], touch: false }), `${world.server.url}/admin`);
      const staff = new StaffPage(page);
      await page.locator("form").waitFor();
      await check(page, "staff login");
      await staff.login(world.server);
      await page.locator(".tile").first().waitFor();
      if (language === "en") {
        await act(page, "page.person").click();
        await page.locator('[data-code="en"]').click();
        await page.locator('html[lang="en"]').waitFor();
        await page.locator('[data-tab="board"]').click();
        await page.locator(".tile").first().waitFor();
      }
      await everyTab(page);
      assertNoFaults(page);
    });
  }
}

test("staff screens in high contrast, which this device remembers", async () => {
  const page = await open(await device(world.browser, { size: sizes.tablet, touch: false }), `${world.server.url}/admin`);
  await new StaffPage(page).login(world.server);
  await page.locator(".tile").first().waitFor();
  await act(page, "page.person").click();
  await act(page, "page.contrast").click();
  await page.locator('html[data-contrast="high"]').waitFor();
  await page.locator('[data-tab="board"]').click();
  await page.reload();
  await page.locator('html[data-contrast="high"] .tile').first().waitFor();
  await everyTab(page);
  await act(page, "settings.signOut").click();
  await page.locator("form").waitFor();
  await check(page, "staff login, high contrast");
  assertNoFaults(page);
});

/** From the board through all tabs, each checked. */
async function everyTab(page) {
  await check(page, "board");
  await page.locator('.tile:not([data-attention="empty"])').first().click();
  await sheet(page).waitFor();
  await check(page, "table");
  await leaveSheet(page);
  await page.locator('.tile[data-attention="identity"]').click();
  await sheet(page).waitFor();
  await check(page, "identity check");
  await act(page, "identity.refused").click();
  await page.getByRole("alertdialog").waitFor();
  await check(page, "identity not checked");
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  await leaveSheet(page);
  await page.locator('[data-tab="history"]').click();
  await page.locator(".history-list .loading").waitFor({ state: "detached" });
  await check(page, "history");
  await page.locator('[data-tab="menu"]').click();
  await page.locator(".dish-row").first().waitFor();
  await check(page, "menu");
  await page.locator(".dish-open").nth(1).click();
  await page.locator(".menu-editor form").waitFor();
  await check(page, "dish");
  await page.locator('[data-tab="settings"]').click();
  await page.locator(".table-list").waitFor();
  await check(page, "tables");
  for (const section of ["stickers", "sound", "person"]) {
    // On a phone the list of sections stands before its section.
    const choice = page.locator(`[data-section="${section}"][data-act]`);
    if (!(await choice.isVisible())) await page.goBack();
    await choice.click();
    await page.locator(".settings-section").waitFor();
    await check(page, section);
  }
}

for (const size of ["tablet", "phone"]) {
  test(`setup page, ${size}`, async () => {
    const page = await open(await device(world.browser, { size: sizes[size] }), `${world.server.url}/setup#WRONG-CODE`);
    await page.locator("form, main").first().waitFor();
    await check(page, "setup");
    assertNoFaults(page, networkTrouble);
  });
}

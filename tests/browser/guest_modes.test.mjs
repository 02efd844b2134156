// The ways to see, hear and work the page: each one tap away on every screen, alone and together, with nothing cut off and
// nothing scrolling sideways at any size; all of it ends with the visit.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, open, sizes } from "./support/browser.mjs";
import { misfits } from "./support/fit.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";

const world = journey();
closePages(world);

const act = (page, name) => page.locator(`[data-act="${name}"]:visible`).first();
const looks = (page) => page.evaluate(() => ["lang", "data-size", "data-contrast", "data-easy", "data-low"].map((name) => document.documentElement.getAttribute(name)));
const PLAIN = ["ko", null, null, null, null];

/** A tablet whose guests have chosen how it looks. */
async function tablet(table_number, { display, start = false, size = sizes.tablet, ...options } = {}) {
  const context = await device(world.browser, { size, ...options });
  await context.addInitScript((kept) => {
    if (kept && !localStorage.getItem("tableorder.display")) localStorage.setItem("tableorder.display", kept);
  }, display && JSON.stringify(display));
  const guest = new GuestPage(await open(context, world.server.url));
  // The form is filled by its fields' names, since its words differ by language.
  const { page } = guest;
  await page.locator('[data-act="door-by"][data-by="password"]').click();
  await page.locator('input[name="store"]').fill(world.server.address.store);
  await page.locator('input[name="table_number"]').fill(String(table_number));
  await page.locator('input[name="password"]').fill(world.server.tablePassword(table_number));
  await page.locator('form button[type="submit"]').click();
  if (!start) await guest.waitForMenu();
  else await page.locator(".start-dish").first().waitFor();
  return guest;
}

/** The smallest letters that the screen may show, in CSS pixels. */
function smallest(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const mm = parseFloat(getComputedStyle(root).getPropertyValue("--mm"));
    if (root.dataset.page === "phone") return root.dataset.size ? 30 : 16;
    return (root.dataset.size ? 2 : 1) * Math.max(27, mm * 4.8);
  });
}

async function check(page, screen) {
  assert.deepEqual(await misfits(page, await smallest(page)), [], screen);
  await assertAccessible(page, screen);
}

async function leaveSheet(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
}

/** All screens of a guest who orders, each looked at. */
async function everyScreen(guest, what) {
  const { page } = guest;
  await check(page, `${what}: start or menu`);
  await guest.waitForMenu();
  await check(page, `${what}: menu`);
  await page.locator(".card-add[data-choose]").first().click();
  await guest.sheet.waitFor();
  await check(page, `${what}: item`);
  await leaveSheet(page);
  await page.locator(".card-add:not([data-choose])").first().click();
  for (const name of ["display", "language", "categories", "search", "phone", "call", "history", "review"]) {
    const button = act(page, name);
    if (!(await button.isVisible())) continue;
    await button.click();
    await guest.sheet.waitFor();
    await check(page, `${what}: ${name}`);
    if (name !== "review") await leaveSheet(page);
  }
  await act(page, "send").click();
  await guest.slipNumber();
  await check(page, `${what}: result`);
  await act(page, "close-result").click();
  await act(page, "history").click();
  await page.locator(".order").first().waitFor();
  await check(page, `${what}: history with an order`);
  await act(page, "split").click();
  await page.locator('[data-act="split-by"], .split').first().waitFor();
  await check(page, `${what}: split`);
  await leaveSheet(page);
  for (let taps = 0; taps < 5; taps += 1) await page.locator(".table-name:visible").click();
  await guest.sheet.waitFor();
  await check(page, `${what}: staff's gate`);
  assertNoFaults(page);
}

const all = { large: true, contrast: true, easy: true, low: true };
const reflow = { width: 320, height: 640 };
for (const [size, display] of [
  ["tablet", { language: "ko", large: true }], ["tablet", { language: "en", easy: true, contrast: true }],
  ["tablet", { language: "ja", low: true }], ["tablet", { language: "en", ...all }],
  ["portrait", { language: "en", large: true }], ["portrait", { language: "zh-Hant", easy: true, low: true }], ["portrait", { language: "ko", ...all }],
  ["small", { language: "ko", large: true, contrast: true }], ["small", { language: "en", easy: true }], ["small", { language: "zh-Hans", low: true }], ["small", { language: "ko", ...all }],
  ["phone", { language: "en", large: true }], ["phone", { language: "ko", easy: true, contrast: true }],
  ["reflow", { language: "ko" }], ["reflow", { language: "en" }],
]) {
  const { language, ...modes } = display;
  const what = [size, language, ...Object.keys(modes)].join(", ");
  test(`every screen fits: ${what}`, async () => {
    await everyScreen(await tablet(12, { display, start: !/phone|reflow/.test(size), size: sizes[size] ?? reflow }), what);
  });
}

test("large text and contrast are one tap away on every screen, and leave what is open as it is", async () => {
  const guest = await tablet(3, { start: true });
  const { page } = guest;
  const oneTap = async (screen, still) => {
    for (const [name, attribute, value] of [["large", "data-size", "large"], ["contrast", "data-contrast", "high"]]) {
      const button = page.locator(`.top-bar [data-act="${name}"]`);
      await button.click();
      assert.equal(await page.evaluate((one) => document.documentElement.getAttribute(one), attribute), value, `${name} on ${screen}`);
      assert.ok(await still.isVisible(), `${screen} stays with ${name}`);
      await button.click();
    }
    await page.locator('.top-bar [data-act="display"]').click();
    await page.getByRole("dialog", { name: "화면 설정" }).waitFor();
    await page.getByRole("button", { name: "다 됐어요" }).click();
    assert.ok(await still.isVisible(), `${screen} is there again`);
    assert.deepEqual(await looks(page), PLAIN);
  };
  await oneTap("start", act(page, "start-order"));
  await guest.waitForMenu();
  await oneTap("menu", page.locator(".card").first());
  await guest.card("부대찌개").locator(".card-open").click();
  await guest.choice("순한맛").click();
  await oneTap("item", page.getByRole("dialog", { name: "부대찌개" }));
  assert.ok(await guest.choice("순한맛").isChecked());
  await leaveSheet(page);
  await guest.add("닭곰탕");
  for (const name of ["history", "call", "search", "review"]) {
    await act(page, name).click();
    await guest.sheet.waitFor();
    await oneTap(name, guest.sheet);
    if (name !== "review") await leaveSheet(page);
  }
  await act(page, "send").click();
  await guest.slipNumber();
  await oneTap("result", page.locator(".slip"));
  assertNoFaults(page);
});

test("large text is twice the usual, and both have their millimetres on every tablet", async () => {
  const page = await open(await device(world.browser), world.server.url);
  await page.locator("form").waitFor();
  for (const [inches, width, height] of [[8, 962, 602], [10.1, 1280, 800], [11, 1333, 800], [13.3, 1920, 1080]]) {
    await page.evaluate((kept) => localStorage.setItem("tableorder.screen", kept), String(inches));
    const sizesOf = {};
    for (const large of [false, true]) {
      await page.evaluate((kept) => localStorage.setItem("tableorder.display", kept), JSON.stringify({ language: "ko", large }));
      await page.setViewportSize({ width, height });
      await page.reload();
      await page.locator("form").waitFor();
      sizesOf[large] = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
    }
    const mm = Math.hypot(width, height) / inches / 25.4;
    assert.ok(sizesOf[false] / mm >= 4.79, `${inches} inch: ${sizesOf[false] / mm} mm`);
    assert.ok(sizesOf[true] / mm >= 7.25, `${inches} inch, large: ${sizesOf[true] / mm} mm`);
    assert.ok(sizesOf[true] >= 2 * sizesOf[false] - 0.01, `${inches} inch: twice`);
  }
});

test("the easy page shows six dishes at a time, without badges or search, and one step of options", async () => {
  const guest = await tablet(6, { display: { language: "ko", easy: true } });
  const { page } = guest;
  assert.equal(await page.locator(".card:visible").count(), 6);
  assert.equal(await page.locator(".tag:visible, .rail-search:visible").count(), 0);
  assert.ok(await page.locator(".menu-groups").evaluate((list) => list.scrollHeight <= list.clientHeight + 1), "six dishes need no scrolling");
  const names = () => page.locator(".card-name").allInnerTexts();
  const first = await names();
  await page.getByRole("button", { name: "다음" }).click();
  assert.deepEqual((await names()).filter((name) => first.includes(name)), []);
  await page.getByRole("button", { name: "이전" }).click();
  assert.deepEqual(await names(), first);
  await guest.card("부대찌개").locator(".card-open").click();
  assert.equal(await guest.sheet.locator("fieldset").count(), 1);
  await guest.choice("보통맛").click();
  await guest.sheet.getByRole("button", { name: "다음" }).click();
  assert.equal(await guest.sheet.locator("fieldset").count(), 1);
  await guest.choice("라면사리").click();
  await guest.sheet.getByRole("button", { name: /원 담기$/ }).click();
  await guest.cart.getByText("보통맛, 라면사리").waitFor();
  assertNoFaults(page);
});

test("the low page keeps everything that can be pressed in the lower part of the screen", async () => {
  for (const [size, from] of [["tablet", 0.5], ["portrait", 0.5], ["small", 0.39]]) {
    const guest = await tablet(7, { display: { language: "ko", low: true }, size: sizes[size] });
    const { page } = guest;
    const highest = () => page.evaluate(() => Math.min(...[...document.querySelectorAll("button, input, a")].filter((one) => one.getClientRects().length && !one.closest("[inert], .rail, .menu-list, .cart-body, .sheet-body")).map((one) => one.getBoundingClientRect().top)));
    const edge = sizes[size].height * from;
    assert.ok((await highest()) >= edge, `${size}: menu`);
    for (const name of ["call", "history", "display"]) {
      await act(page, name).click();
      await guest.sheet.waitFor();
      assert.ok((await highest()) >= edge, `${size}: ${name}`);
      await leaveSheet(page);
    }
    assertNoFaults(page);
  }
});

test("all modes end when staff finish the table", async () => {
  const guest = await tablet(10);
  const { page } = guest;
  await guest.add("닭곰탕");
  await guest.order();
  await guest.backToMenu();
  await guest.speak("en");
  await act(page, "display").click();
  for (const mode of ["large", "contrast", "easy", "low"]) await page.locator(`[data-mode="${mode}"]`).click();
  assert.deepEqual(await looks(page), ["en", "large", "high", "", ""]);
  const token = await world.server.staffToken();
  const { tables } = await world.server.api("GET", "/api/admin/tables", { token });
  await world.server.api("POST", `/api/admin/tables/${tables.find(({ number }) => number === 10).id}/complete`, { token, body: { force: true } });
  await act(page, "start-order").waitFor();
  assert.deepEqual(await looks(page), PLAIN);
  assert.ok(!(await guest.sheet.isVisible()));
  assertNoFaults(page);
});

test("a device that asks for contrast or forced colours gets it, and no longer than it asks", async () => {
  const guest = await tablet(3);
  const { page } = guest;
  for (const media of [{ contrast: "more" }, { forcedColors: "active" }]) {
    await page.emulateMedia(media);
    await page.locator('html[data-contrast="high"]').waitFor();
    await check(page, JSON.stringify(media));
    await page.emulateMedia({ contrast: "no-preference", forcedColors: "none" });
    await page.locator("html:not([data-contrast])").waitFor();
  }
  assertNoFaults(page);
});

test("a phone speaks its own language", async () => {
  const guest = await tablet(5, { size: sizes.phone, locale: "ja-JP" });
  assert.equal((await looks(guest.page))[0], "ja");
  const other = await tablet(5, { locale: "ja-JP" });
  assert.equal((await looks(other.page))[0], "ko");
});

/** Presses keys and looks whether the focus can be seen each time. */
async function walk(page, keys) {
  for (const key of keys.split(" ")) {
    await page.keyboard.press(key);
    const seen = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body || one.matches("[tabindex='-1']")) return true;
      const { left, top, width, height } = one.getBoundingClientRect();
      const over = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 40));
      const style = getComputedStyle(one);
      return { covered: !(one.contains(over) || over?.contains(one)), ring: parseFloat(style.outlineWidth), style: style.outlineStyle };
    });
    if (seen !== true) assert.deepEqual({ covered: seen.covered, ring: seen.ring >= 3, style: seen.style }, { covered: false, ring: true, style: "solid" }, `${key} at ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
}
/** Goes with arrows alone until something has the focus; each time in the direction that is farther, or else the other. */
async function arrowTo(page, wanted, { left, right, up, down }) {
  const target = await wanted.elementHandle();
  for (let tries = 0; tries < 60; tries += 1) {
    const [x, y, there] = await target.evaluate((goal) => {
      const middle = (one) => { const box = one.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; };
      const [here, to] = [middle(document.activeElement), middle(goal)];
      return [to[0] - here[0], to[1] - here[1], goal === document.activeElement];
    });
    if (there) return;
    const across = x > 0 ? right : left;
    const along = y > 0 ? down : up;
    const before = await page.evaluateHandle(() => document.activeElement);
    const keys = Math.abs(x) > Math.abs(y) ? [across, along] : [along, across];
    await walk(page, keys[0]);
    if (await before.evaluate((one) => one === document.activeElement)) await walk(page, keys[1]);
  }
  assert.fail(`no arrow leads to ${await target.evaluate((one) => one.outerHTML.slice(0, 160))}; the focus is at ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 160))}`);
}

for (const block of [false, true]) {
  test(`a whole order with arrows and Enter alone${block ? ", on a number block" : ""}`, async () => {
    const guest = await tablet(block ? 11 : 9, { start: true, touch: false });
    const { page } = guest;
    const [left, right, up, down, enter] = block ? ["Numpad4", "Numpad6", "Numpad8", "Numpad2", "Numpad5"] : ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Enter"];
    const press = async (wanted) => {
      await arrowTo(page, wanted, { left, right, up, down });
      await page.keyboard.press(enter);
    };
    await page.keyboard.press("Enter");
    await page.locator(".card").first().waitFor();
    await press(guest.card("부대찌개").locator(".card-add"));
    await guest.sheet.waitFor();
    await press(guest.choice("보통맛"));
    assert.ok(await guest.choice("보통맛").isChecked());
    await press(guest.choice("라면사리"));
    assert.ok(await guest.choice("라면사리").isChecked());
    await press(guest.sheet.getByRole("button", { name: /원 담기$/ }));
    await guest.sheet.waitFor({ state: "hidden" });
    await press(guest.cart.getByRole("button", { name: "주문하기" }));
    await guest.sheet.waitFor();
    await press(guest.sheet.getByRole("button", { name: "주문 보내기" }));
    assert.match(await guest.slipNumber(), /^T\d+-\d{3}$/);
    await press(page.getByRole("button", { name: "메뉴로 가기" }));
    await page.locator(".slip").waitFor({ state: "hidden" });
    assertNoFaults(page);
  });
}

test("a number block calls staff, changes amounts and goes back", async () => {
  const guest = await tablet(6, { touch: false });
  const { page } = guest;
  await page.keyboard.press("Numpad0");
  await guest.sheet.waitFor();
  await page.keyboard.press("NumpadDecimal");
  await guest.sheet.waitFor({ state: "hidden" });
  await guest.card("닭곰탕").locator(".card-open").click();
  await page.keyboard.press("NumpadAdd");
  await page.keyboard.press("NumpadAdd");
  await page.keyboard.press("NumpadSubtract");
  assert.equal(await guest.sheet.locator(".stepper-number").innerText(), "2");
  assertNoFaults(page);
});

/** A voice that writes down what it says. */
function voiceThatWrites() {
  const said = (window.said = []);
  class Utterance {
    constructor(text) {
      Object.assign(this, { text, lang: "", rate: 1, volume: 1 });
    }
  }
  const synthesis = { getVoices: () => [{ lang: "ko-KR" }], speak: ({ text, lang, rate, volume }) => said.push({ text, lang, rate, volume }), cancel: () => said.push({ text: "(stop)" }), addEventListener() {} };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis, configurable: true });
  window.SpeechSynthesisUtterance = Utterance;
}

test("the voice guide reads what has the focus and what is announced, in the guest's language, until it is stopped", async () => {
  const context = await device(world.browser, { touch: false });
  await context.addInitScript(voiceThatWrites);
  const guest = new GuestPage(await open(context, world.server.url));
  const { page } = guest;
  await guest.login(world.server, 3);
  await guest.waitForMenu();
  const said = () => page.evaluate(() => window.said.splice(0).map(({ text }) => text));
  assert.deepEqual(await said(), []);
  await act(page, "display").click();
  await page.locator('[data-mode="voice"]').click();
  assert.match((await said()).join(), /음성 안내 켰어요/);
  await page.locator('[data-act="voice-rate"][data-step="slow"]').click();
  await page.locator('[data-act="voice-volume"][data-step="low"]').click();
  await page.evaluate(() => window.said.splice(0));
  await page.locator('[data-act="voice-again"]').focus();
  const spoken = await page.evaluate(() => window.said.pop());
  assert.deepEqual(spoken, { text: "다시 듣기", lang: "ko-KR", rate: 0.7, volume: 0.4 });
  await assertAccessible(page, "voice settings");
  await leaveSheet(page);
  await guest.add("닭곰탕");
  assert.match((await said()).join(), /닭곰탕 1개 담았어요/);
  await act(page, "search").click();
  await page.locator("#search").fill("비밀");
  assert.doesNotMatch((await said()).filter((text) => !/없어요/.test(text)).join(), /비밀/);
  await leaveSheet(page);
  await page.keyboard.press("NumpadMultiply");
  await said();
  await guest.add("닭곰탕");
  assert.deepEqual(await said(), []);
  assertNoFaults(page);
});

test("a device without a voice offers none", async () => {
  const context = await device(world.browser);
  await context.addInitScript(() => Object.defineProperty(window, "speechSynthesis", { value: undefined, configurable: true }));
  const guest = new GuestPage(await open(context, world.server.url));
  await guest.login(world.server, 3);
  await guest.waitForMenu();
  await act(guest.page, "display").click();
  await guest.page.locator('[data-mode="low"]').waitFor();
  assert.equal(await guest.page.locator('[data-mode="voice"]').count(), 0);
  assertNoFaults(guest.page);
});

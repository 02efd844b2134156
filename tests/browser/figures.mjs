// Measures what a guest at a cheap tablet feels, with a menu of 200 dishes, and prints it: `node tests/browser/figures.mjs`.
// It passes and fails nothing, since a time depends on the machine; what holds on every machine is in budgets.test.mjs and
// weight.test.mjs.
import { device, launch, open } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { growMenu } from "./support/large_menu.mjs";
import { heapAfter, shiftsOf, watchShifts } from "./support/page_figures.mjs";
import { DemoServer } from "./support/server.mjs";

/** A cheap tablet in the shop's Wi-Fi. */
const CPU_SLOWDOWN = 4;
const NETWORK = { offline: false, latency: 10, downloadThroughput: 5_000_000 / 8, uploadThroughput: 5_000_000 / 8 };
const LOADS = 7;
const RENDERS = 500;

const [browser, server] = await Promise.all([launch(), DemoServer.start()]);
try {
  await growMenu(server, 200);
  const context = await device(browser);
  await watchShifts(context);
  await watchInteractions(context);
  const guest = new GuestPage(await open(context, server.url));
  await guest.login(server, 1);
  await guest.waitForMenu();
  const { page } = guest;
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", NETWORK);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  for (const kind of ["cold", "warm"]) {
    const times = [];
    for (let load = 0; load < LOADS; load += 1) {
      if (kind === "cold") await cdp.send("Network.clearBrowserCache");
      times.push(await timeToMenu(page));
    }
    print(`time to menu, ${kind}, ms`, times);
  }
  await use(guest);
  for (const [name, times] of Object.entries(await page.evaluate(() => window.interactions))) print(`interaction, ${name}, ms`, times);
  console.log(`layout shift: ${await shiftsOf(page)}`);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const { before, after } = await heapAfter(page, RENDERS);
  console.log(`after ${RENDERS} renders: heap ${kib(before.heap)} to ${kib(after.heap)} KiB, nodes ${before.nodes} to ${after.nodes}, listeners ${before.listeners} to ${after.listeners}`);
} finally {
  await browser.close();
  await server.stop();
}

function print(name, times) {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  console.log(`${name.padEnd(34)} median ${String(sorted[sorted.length >> 1]).padStart(4)}  worst ${String(sorted[sorted.length - 1]).padStart(4)}  (${sorted.join(", ")})`);
}

function kib(bytes) {
  return Math.round(bytes / 1024);
}

/** From asking for the page to the first dish drawn, ms. */
async function timeToMenu(page) {
  await page.goto("about:blank");
  await page.goto(server.url);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => requestAnimationFrame(document.querySelector(".card") ? () => resolve(performance.now()) : look);
        look();
      }),
  );
}

/** From the touch to the next picture, by what was touched. */
async function watchInteractions(context) {
  await context.addInitScript(() => {
    window.interactions = {};
    window.now_doing = "";
    new PerformanceObserver((list) => {
      for (const { interactionId, duration } of list.getEntries()) {
        if (!interactionId || !window.now_doing) continue;
        const times = (window.interactions[window.now_doing] ??= []);
        if (window.last_interaction === interactionId) times[times.length - 1] = Math.max(times[times.length - 1], duration);
        else times.push(duration);
        window.last_interaction = interactionId;
      }
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
  });
}

/** What a party does, each act several times. */
async function use(guest) {
  const { page } = guest;
  const doing = (name) => page.evaluate((text) => new Promise((resolve) => setTimeout(() => { window.now_doing = text; resolve(); }, 300)), name);
  const act = async (name, work) => {
    await doing(name);
    await work();
    await doing("");
  };
  const rail = page.locator('.rail [data-act="category"]');
  for (let n = 0; n < 5; n += 1) {
    await act("add a dish", () => page.locator(".card-add:not([data-choose])").nth(n).tap());
    await act("one more in the cart", () => guest.cart.locator('[data-step="1"]').first().tap());
    await act("go to a category", () => rail.nth(n + 1).tap());
    await act("open a dish", () => page.locator(".card-open").nth(n).tap());
    await guest.sheet.waitFor();
    await act("close a sheet", () => guest.closeSheet());
    await act("open the review", () => guest.cart.getByRole("button", { name: "주문하기" }).tap());
    await guest.sheet.waitFor();
    await act("close a sheet", () => guest.closeSheet());
  }
  await act("open the search", () => page.locator('[data-act="search"]').first().tap());
  await page.locator("#search").waitFor();
  for (const letter of ["제", "철", " ", "1"]) await act("type in the search", () => page.keyboard.type(letter));
  await guest.closeSheet();
  for (let n = 0; n < 2; n += 1) await act("change the language", () => page.locator('[data-act="language"]').first().tap());
}

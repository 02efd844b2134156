// Many tabs of one browser: browsers allow six connections to a host, and a stream holds one for good. However many tabs
// there are they share streams, all are up to date, and closing any of them disturbs none. Pages that nobody looked at, that
// slept or that the server has overtaken come back by themselves.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);
const TABS = 8;

async function streams() {
  return (await world.server.api("GET", "/health")).sse.total_connections;
}

/** Eight tabs of one staff login. */
async function staffTabs() {
  const context = await device(world.browser, { size: sizes.tablet, touch: false });
  const tabs = [new StaffPage(await open(context, `${world.server.url}/admin`))];
  await tabs[0].login(world.server);
  await tabs[0].waitForBoard();
  for (let n = 1; n < TABS; n += 1) {
    const tab = new StaffPage(await open(context, `${world.server.url}/admin`));
    await tab.waitForBoard();
    tabs.push(tab);
  }
  return tabs;
}

let ordered = 0;
/** One more order of a table; gives what its tile then shows as the sum. */
async function order(table) {
  const token = await world.server.tableToken(table);
  const { categories } = await world.server.api("GET", "/api/menus", { token });
  const plain = (item) => item.available && !item.alcohol && item.option_groups.every((group) => group.min === 0);
  const dish = categories.flatMap((category) => category.items).find(plain);
  const body = { items: [{ menu_id: dish.id, quantity: 1, options: [] }] };
  ordered += 1;
  await world.server.api("POST", "/api/orders", { token, key: `tabs-${ordered}`, body });
  const { orders } = await world.server.api("GET", "/api/orders", { token });
  return `${orders.reduce((sum, { total }) => sum + total, 0).toLocaleString("en")}원`;
}

/** Every tab shows the order within two seconds. */
async function allShow(tabs, table, sum) {
  await Promise.all(tabs.map((tab) => tab.tile(table).filter({ hasText: sum }).waitFor({ timeout: 2_000 })));
}

test("eight tabs of one staff login are all live on at most three streams", async () => {
  const tabs = await staffTabs();
  await until("the tabs share", streams, (count) => count >= 1 && count <= 3);
  await allShow(tabs, 11, await order(11));

  await Promise.all([tabs[0].page.close(), tabs[5].page.close()]);
  const left = tabs.filter((tab) => !tab.page.isClosed());
  await until("another tab has taken over", streams, (count) => count >= 1 && count <= 3);
  await allShow(left, 11, await order(11));

  await world.server.kill();
  await Promise.all(left.map((tab) => tab.waitForConnection(/연결 끊김|잇는 중/)));
  await world.server.startAgain();
  await Promise.all(left.map((tab) => tab.page.locator(".top-connection").filter({ hasText: "연결됨" }).waitFor({ timeout: 45_000 })));
  await allShow(left, 11, await order(11));
  await until("the tabs share again", streams, (count) => count >= 1 && count <= 3);
  for (const { page } of left) assertNoFaults(page, networkTrouble);
});

/** What a browser does when the tab is covered or shown again. */
async function look(page, visibility) {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibility);
}

async function setStatus(number, status) {
  const token = await world.server.staffToken();
  const { orders } = await world.server.api("GET", "/api/admin/orders", { token });
  const { id } = orders.find((one) => one.number === number);
  await world.server.api("PATCH", `/api/admin/orders/${id}/status`, { token, body: { status } });
}

test("a guest's tab that nobody looks at has no stream, and is up to date within a second when it is looked at", async () => {
  const before = await streams();
  const guest = await GuestPage.at(world.browser, world.server, 7);
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  const number = await guest.order();
  await guest.backToMenu();
  await guest.openHistory();
  await until("it has a stream", streams, (count) => count === before + 1);
  await look(guest.page, "hidden");
  await until("it has none", streams, (count) => count === before);
  await setStatus(number, "preparing");
  await look(guest.page, "visible");
  await guest.historyOrder(number).locator(".badge").filter({ hasText: "준비중" }).waitFor({ timeout: 1_000 });
  assertNoFaults(guest.page);
});

test("a page that slept through a restart wakes up to what is true now", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 12);
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  const number = await guest.order();
  await guest.backToMenu();
  await guest.openHistory();
  const browser = await guest.page.context().newCDPSession(guest.page);
  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  await world.server.kill();
  await world.server.startAgain();
  await setStatus(number, "preparing");
  await browser.send("Page.setWebLifecycleState", { state: "active" });
  await guest.waitForStatus(number, "준비중");
  assertNoFaults(guest.page, networkTrouble);
});

for (const [who, route] of [["guest", "/"], ["staff", "/admin"]]) {
  test(`when the server has newer pages, ${who}'s page takes them once nobody has touched it for a minute`, async () => {
    const context = await device(world.browser, { size: sizes.tablet, touch: false });
    await context.clock.install();
    const page = await open(context, world.server.url + route);
    const own = who === "guest" ? new GuestPage(page) : new StaffPage(page);
    if (who === "guest") await own.login(world.server, 3);
    else await own.login(world.server);
    await (who === "guest" ? own.waitForMenu() : own.waitForBoard());
    await context.route(world.server.url + route, async (request) => {
      if (request.request().resourceType() === "document") return request.continue();
      const answer = await request.fetch();
      return request.fulfill({ response: answer, body: (await answer.text()).replaceAll(/\/assets\/[^/]+\//g, "/assets/000000000000/") });
    });
    await page.evaluate(() => { window.is_old = true; });
    // Time passes: its stream falls silent, the page opens another and reads what the server has now; a guest's page also
    // asks whether somebody is there, and is not reloaded under that question.
    await until("the page is a new one", async () => {
      await page.clock.fastForward(20_000);
      return page.evaluate(() => window.is_old).catch(() => true);
    }, (is_old) => is_old === undefined);
    await (who === "guest" ? own.waitForMenu() : own.waitForBoard());
    assertNoFaults(page, networkTrouble);
  });
}

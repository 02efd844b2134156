// Many tabs of one browser: browsers allow six connections to a host, and a stream holds one for good. However many tabs
// there are they share streams, all are up to date, and closing any of them disturbs none.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, networkTrouble, open, sizes } from "./support/browser.mjs";
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

// What the guest page may cost a cheap tablet with a menu of 200 dishes, by measures that are the same on every machine:
// what moves by itself, what a touch makes anew, what stays behind after many drawings. Times are in figures.mjs.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, open } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey, until } from "./support/journey.mjs";
import { growMenu } from "./support/large_menu.mjs";
import { heapAfter, shiftsOf, watchShifts } from "./support/page_figures.mjs";
import { DemoServer } from "./support/server.mjs";

const DISHES = 200;
const world = journey(async () => {
  const server = await DemoServer.start();
  await growMenu(server, DISHES);
  return server;
});
closePages(world);

async function tablet(table) {
  const context = await device(world.browser);
  await watchShifts(context);
  const guest = new GuestPage(await open(context, world.server.url));
  await guest.login(world.server, table);
  await allDrawn(guest);
  return guest;
}

/** What is far from view is drawn a moment later. */
async function allDrawn(guest) {
  await guest.waitForMenu();
  await until("all dishes are drawn", () => guest.page.locator(".card").count(), (count) => count === DISHES);
}

/** Counts what changes below the menu's list while something is done. */
async function changesInMenu(page, work) {
  await page.evaluate(() => {
    window.changes = { nodes_added: 0, nodes_removed: 0, attributes: 0, cards: 0 };
    window.watcher = new MutationObserver((records) => {
      for (const { type, addedNodes, removedNodes } of records) {
        if (type === "attributes") window.changes.attributes += 1;
        for (const node of [...addedNodes, ...removedNodes]) if (node.classList?.contains("card")) window.changes.cards += 1;
        window.changes.nodes_added += addedNodes.length;
        window.changes.nodes_removed += removedNodes.length;
      }
    });
    window.watcher.observe(document.querySelector(".menu-groups"), { subtree: true, childList: true, attributes: true, attributeFilter: ["class", "data-key", "lang", "aria-label", "data-added"] });
  });
  await work();
  return page.evaluate(() => {
    window.watcher.disconnect();
    return window.changes;
  });
}

test("nothing moves by itself, from the first byte through an order to the next load", async () => {
  const guest = await tablet(6);
  const { page } = guest;
  assert.equal(await shiftsOf(page), 0, "first load");
  await guest.add("한우 갈비탕");
  await guest.addWith("돼지 김치찌개", ["매운맛"]);
  await page.locator(".rail").getByRole("button", { name: "음료" }).click();
  await guest.order();
  await guest.backToMenu();
  await guest.openHistory();
  await guest.closeSheet();
  assert.equal(await shiftsOf(page), 0, "use");
  await page.reload();
  await allDrawn(guest);
  await guest.openHistory();
  assert.equal(await shiftsOf(page), 0, "load with orders");
  assertNoFaults(page);
});

test("a touch makes anew only what it changes, not the menu", async () => {
  const guest = await tablet(7);
  const { page } = guest;
  const added = await changesInMenu(page, async () => {
    await guest.add("한우 갈비탕");
    await page.locator(".card-add[data-added]").waitFor();
    await page.locator(".card-add[data-added]").waitFor({ state: "detached" });
  });
  assert.equal(added.cards, 0, "no card is made anew or moved");
  assert.ok(added.nodes_added <= 8 && added.attributes <= 20, JSON.stringify(added));
  const opened = await changesInMenu(page, async () => {
    await page.locator(".card-open").first().click();
    await guest.sheet.waitFor();
    await guest.closeSheet();
  });
  assert.deepEqual(opened, { nodes_added: 0, nodes_removed: 0, attributes: 0, cards: 0 });
  const called = await changesInMenu(page, async () => {
    await page.locator('[data-act="contrast"]').first().click();
    await page.locator('html[data-contrast="high"]').waitFor();
  });
  assert.deepEqual(called, { nodes_added: 0, nodes_removed: 0, attributes: 0, cards: 0 });
  assertNoFaults(page);
});

test("the browser may skip every group of the menu, and each keeps its size and place", async () => {
  const guest = await tablet(3);
  const { page } = guest;
  const groups = page.locator(".menu-group");
  const tops = () => groups.evaluateAll((all) => all.map((group) => group.offsetTop));
  const settled = () => groups.evaluateAll((all) => all.every((group) => group.style.contentVisibility === "auto" && parseFloat(group.style.containIntrinsicSize.split(" ")[1]) > 0));
  const before = await tops();
  await until("the groups are measured", settled, Boolean);
  assert.deepEqual(await tops(), before);
  await page.locator(".rail").getByRole("button", { name: "주류" }).click();
  await until("the list is at the category", () => page.locator('.rail [aria-current]').first().innerText(), (name) => name.includes("주류"));
  assert.deepEqual(await tops(), before);
  await page.setViewportSize({ width: 962, height: 602 });
  await until("the groups are measured anew", async () => (await settled()) && (await tops()).join() !== before.join(), Boolean);
  assertNoFaults(page);
});

test("500 drawings leave nothing behind", async () => {
  const guest = await tablet(12);
  const { before, after } = await heapAfter(guest.page, 500);
  const grown = after.heap - before.heap;
  // What the page keeps for good is a few KB; half a megabyte would be a KB a drawing.
  assert.ok(grown < 512 * 1024, `the heap has grown by ${grown} bytes`);
  assert.ok(after.nodes - before.nodes < 200, `${before.nodes} nodes became ${after.nodes}`);
  assert.ok(after.listeners - before.listeners < 10, `${before.listeners} listeners became ${after.listeners}`);
  assertNoFaults(guest.page);
});

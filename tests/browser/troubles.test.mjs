// What the pages say when the program is in trouble: records that are lost, a full disk, a second disk that is gone. Staff
// read it on every tab in their own words; guests are told whom to ask and keep their cart.
import assert from "node:assert/strict";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, networkTrouble, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { closePages, journey } from "./support/journey.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey();
closePages(world);

/** Makes the one line unreadable that holds `text`; checkpoints, which would hold its effect, go too. */
async function damage(text) {
  const folder = path.join(world.server.folder, "stores/demo/journal");
  let damaged = 0;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (name.endsWith(".checkpoint")) await rm(file);
    if (!name.endsWith(".journal")) continue;
    const bytes = await readFile(file);
    const place = bytes.indexOf(text);
    if (place < 0) continue;
    bytes[place] ^= 1;
    await writeFile(file, bytes);
    damaged += 1;
  }
  assert.equal(damaged, 1, "the line is in one file");
}

async function order(table, key) {
  const token = await world.server.tableToken(table);
  const { categories } = await world.server.api("GET", "/api/menus", { token });
  const dish = categories.flatMap((category) => category.items).find((item) => item.available && item.option_groups.every((group) => group.min === 0));
  return world.server.api("POST", "/api/orders", { token, key, body: { items: [{ menu_id: dish.id, quantity: 1, options: [] }] } });
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

test("a record that cannot be read is told to the owner until it is confirmed", async () => {
  await order(9, "before-the-loss");
  await order(9, "the-lost-order");
  await order(9, "after-the-loss");
  await world.server.terminate();
  await damage("the-lost-order");
  await world.server.startAgain();

  const staff = await StaffPage.at(world.browser, world.server);
  const { page } = staff;
  const banner = page.getByRole("alert").filter({ hasText: "저장된 기록 가운데 읽지 못하는 것이 있음." });
  await banner.waitFor();
  await banner.getByRole("button", { name: "보기", exact: true }).click();
  const dialog = page.getByRole("alertdialog").or(page.getByRole("dialog"));
  await dialog.getByText(/^\d{4}-\d\d-\d\d \d\d:\d\d부터 \d{4}-\d\d-\d\d \d\d:\d\d 사이 \d건\./).waitFor();
  await assertAccessible(page, "losses");
  await dialog.getByRole("button", { name: "나중에" }).click();
  await banner.getByRole("button", { name: "보기", exact: true }).click();
  await dialog.getByRole("button", { name: "알고 있음" }).click();
  await banner.waitFor({ state: "detached" });

  await world.server.terminate();
  await world.server.startAgain();
  const health = await world.server.api("GET", "/health");
  assert.deepEqual([health.status, health.alerts], ["ok", []]);
  assertNoFaults(page, networkTrouble);
});

test("every trouble has its banner on every size, and none hides the board", async () => {
  const alerts = ["data_lost", "disk_full", "mirror_failed", "backup_failed"].map((code) => ({ code, store: null, text: code }));
  const health = { status: "degraded", notes: [], alerts, stores: { demo: { durable_seq: 300, view: "rebuilding", view_applied_seq: 100 } } };
  for (const size of ["desktop", "tablet", "phone"]) {
    const staff = await StaffPage.at(world.browser, world.server, { size: sizes[size] });
    const { page } = staff;
    await staff.waitForBoard();
    const loss = { first_seq: 3, last_seq: 5, after: "2026-11-21T10:00:00.000Z", before: null, effect_kept: true, confirmed: false };
    await page.route("**/api/admin/losses", (route) => route.fulfill({ json: { losses: [loss] } }));
    await page.route("**/health", (route) => route.fulfill({ status: 503, json: health }));
    await page.reload();
    assert.equal(await page.getByText("두 번째 디스크에 복사하지 못함.").count(), 0, "the board keeps its room");
    await page.getByRole("button", { name: "모두 보기" }).click();
    for (const text of ["디스크가 가득 차 새 주문을 받지 않음.", "두 번째 디스크에 복사하지 못함.", "최근 백업이 없음.", "지난 주문을 다시 정리하는 중, 33%."]) {
      await page.getByText(text).waitFor();
    }
    await staff.waitForBoard();
    await assertAccessible(page, `troubles, ${size}`);
    await page.getByRole("button", { name: "보기", exact: true }).click();
    await page.getByRole("button", { name: "나중에" }).click();
    assert.equal(await wide(page), false);
    assertNoFaults(page, networkTrouble);
  }
});

test("a guest whose order cannot be taken is sent to staff at once, and the cart stays", async () => {
  const guest = await GuestPage.at(world.browser, world.server, 8);
  await guest.waitForMenu();
  await guest.add("닭곰탕");
  let asked = 0;
  await guest.page.route("**/api/orders", (route) => {
    if (route.request().method() !== "POST") return route.continue();
    asked += 1;
    return route.fulfill({ status: 503, contentType: "application/problem+json", json: { error_code: "SERVICE_UNAVAILABLE", status: 503, detail: "x", reason: "disk_full" } });
  });
  await guest.cart.getByRole("button", { name: "주문하기" }).click();
  await guest.sheet.getByRole("button", { name: "주문 보내기" }).click();
  await guest.page.getByText("지금은 여기서 주문을 받을 수 없어요. 직원에게 말씀해 주세요.").waitFor();
  assert.equal(asked, 1);
  await guest.cart.getByText("닭곰탕").waitFor();
  assertNoFaults(guest.page, networkTrouble);
});

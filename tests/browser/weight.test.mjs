// What the guest page weighs on a slow tablet, and that everything under /assets/ may be kept for ever.
import assert from "node:assert/strict";
import test from "node:test";
import { assertNoFaults, device, open } from "./support/browser.mjs";
import { journey } from "./support/journey.mjs";

const world = journey();
const PAGE_MAX_BYTES = 80 * 1_024;
const SCRIPT_MAX_BYTES = 40 * 1_024;

test("HTML, CSS and JS of the guest page stay within 80 KB as they travel, JS before the menu within 40 KB", async () => {
  const context = await device(world.browser);
  // The page of a table: what comes late is there as well, since a page without a table begins with it.
  const sizes = { document: 0, stylesheet: 0, script: 0, late: 0 };
  const finished = [];
  context.on("requestfinished", (request) => {
    const kind = request.url().endsWith("/late.js") ? "late" : request.resourceType();
    if (kind in sizes) finished.push(request.sizes().then(({ responseBodySize }) => { sizes[kind] += responseBodySize; }));
  });
  const page = await open(context, world.server.url);
  await page.waitForLoadState("networkidle");
  await Promise.all(finished);
  const total = sizes.document + sizes.stylesheet + sizes.script + sizes.late;
  assert.ok(sizes.document > 0 && sizes.stylesheet > 0 && sizes.script > 0 && sizes.late > 0, JSON.stringify(sizes));
  assert.ok(sizes.script <= SCRIPT_MAX_BYTES, `scripts: ${sizes.script} bytes`);
  assert.ok(total <= PAGE_MAX_BYTES, `page: ${total} bytes, ${JSON.stringify(sizes)}`);
  assertNoFaults(page);
});

test("a page asks for one sheet, one script and what comes late, and for nothing elsewhere", async () => {
  const context = await device(world.browser);
  const asked = [];
  context.on("request", (request) => asked.push(request));
  const page = await open(context, world.server.url);
  await page.waitForLoadState("networkidle");
  const host = new URL(world.server.url).host;
  assert.deepEqual(asked.map((request) => new URL(request.url())).filter((url) => url.protocol !== "data:" && url.host !== host), []);
  const count = (kind) => asked.filter((request) => request.resourceType() === kind).length;
  // The check for browsers that are too old is a script of its own: it must run where the module does not.
  assert.deepEqual({ sheets: count("stylesheet"), scripts: count("script") }, { sheets: 1, scripts: 3 });
  assertNoFaults(page);
});

test("pages are never stored, their files for ever", async () => {
  const context = await device(world.browser);
  const kept = [];
  context.on("response", (response) => {
    if (response.url().includes("/assets/")) kept.push([response.url(), response.headers()["cache-control"] ?? ""]);
  });
  await open(context, world.server.url);
  assert.ok(kept.length >= 4, kept.join("\n"));
  assert.deepEqual(kept.filter(([, header]) => !/immutable/.test(header)), []);
  for (const route of ["/", "/admin", "/setup"]) {
    const response = await fetch(world.server.url + route);
    assert.equal(response.status, 200, route);
    assert.doesNotMatch(response.headers.get("cache-control") ?? "", /immutable/, route);
    assert.match(response.headers.get("content-security-policy"), /default-src 'self'/, route);
  }
});

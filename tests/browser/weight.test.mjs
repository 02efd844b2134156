// What the guest page weighs on a slow tablet, and that everything under /assets/ may be kept for ever.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { assertNoFaults, device, open } from "./support/browser.mjs";
import { journey } from "./support/journey.mjs";

const world = journey();
const PAGE_MAX_BYTES = 80 * 1_024;
const SCRIPT_MAX_BYTES = 40 * 1_024;

test("HTML, CSS and JS of the guest page stay within 80 KB compressed, JS within 40 KB", async () => {
  const context = await device(world.browser);
  const sizes = { document: 0, stylesheet: 0, script: 0 };
  const pending = [];
  context.on("response", (response) => {
    const kind = response.request().resourceType();
    if (kind in sizes) pending.push(response.body().then((body) => { sizes[kind] += gzipSync(body).length; }));
  });
  const page = await open(context, world.server.url);
  await page.waitForLoadState("networkidle");
  await Promise.all(pending);
  const total = sizes.document + sizes.stylesheet + sizes.script;
  assert.ok(sizes.document > 0 && sizes.stylesheet > 0 && sizes.script > 0, JSON.stringify(sizes));
  assert.ok(sizes.script <= SCRIPT_MAX_BYTES, `scripts: ${sizes.script} bytes`);
  assert.ok(total <= PAGE_MAX_BYTES, `page: ${total} bytes, ${JSON.stringify(sizes)}`);
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

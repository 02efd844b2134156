// What Lighthouse says about the menu screen of a tablet that is logged in: accessibility 100, best practices at least 95.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import lighthouse from "lighthouse";
import { launchKept, open, sizes } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { DemoServer } from "./support/server.mjs";

let server, folder, context;

before(async () => {
  server = await DemoServer.start();
  folder = await mkdtemp(path.join(tmpdir(), "tableorder-lighthouse-"));
  context = await launchKept(folder, ["--remote-debugging-port=0"]);
});
after(async () => {
  await context?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("the menu screen has accessibility 100 and best practices of at least 95", async () => {
  const guest = new GuestPage(await open(context, server.url));
  await guest.login(server, 3);
  await guest.waitForMenu();
  await guest.page.close();
  const [port] = (await readFile(path.join(folder, "DevToolsActivePort"), "utf8")).split("\n");
  const settings = { port: Number(port), output: "json", logLevel: "error", onlyCategories: ["accessibility", "best-practices"], disableStorageReset: true };
  const screen = { formFactor: "desktop", screenEmulation: { mobile: false, deviceScaleFactor: 1, disabled: false, ...sizes.tablet } };
  const { lhr } = await lighthouse(server.url, { ...settings, ...screen });
  assert.equal(lhr.runtimeError, undefined);
  assert.equal(lhr.audits.listitem.score, 1, "the menu's lists were not there: this was another screen");
  const short = (category) => category.auditRefs.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 1).map(({ id, title }) => `${id}: ${title}`);
  const { accessibility, "best-practices": practices } = lhr.categories;
  assert.equal(accessibility.score, 1, short(accessibility).join("\n"));
  assert.ok(practices.score >= 0.95, `${practices.score}\n${short(practices).join("\n")}`);
});

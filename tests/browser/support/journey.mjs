// The frame of a journey file: one browser and one demo restaurant for all its tests, closed at the end whatever happens.
// With JOURNEY_PICTURES=1 it leaves a picture of every page that was open at the end in tests/browser/results/.
import { mkdir } from "node:fs/promises";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { DemoServer } from "./server.mjs";

/** @param start starts the program under test
 * @returns an object whose `browser` and `server` are there once the tests run */
export function journey(start = () => DemoServer.start()) {
  const world = { browser: null, server: null };
  before(async () => {
    [world.browser, world.server] = await Promise.all([launch(), start()]);
  });
  after(async () => {
    if (process.env.JOURNEY_PICTURES && world.browser) await takePictures(world.browser);
    await world.browser?.close();
    await world.server?.stop();
  });
  return world;
}

/** Closes the pages of each test after it: pages that stay open go on drawing, and slow machines get slower test by test. */
export function closePages(world) {
  afterEach(async () => {
    if (!process.env.JOURNEY_PICTURES) await Promise.all(world.browser.contexts().map((context) => context.close()));
  });
}

/** Steps of one test that build on each other: after a failed one the rest fail at once instead of waiting in vain. */
export function steps(t) {
  let failed = null;
  return (name, work) =>
    t.test(name, async () => {
      if (failed) throw new Error(`not tried, since this failed: ${failed}`);
      failed = name;
      await work();
      failed = null;
    });
}

/** Asks again until the answer passes the check, at most 10 s; for what no page shows. Gives the answer. */
export async function until(what, ask, check) {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (check(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`${what} did not happen; last answer: ${JSON.stringify(answer)}`);
  }
}

async function takePictures(browser) {
  const folder = fileURLToPath(new URL("../results/", import.meta.url));
  await mkdir(folder, { recursive: true });
  const name = process.argv[1].replace(/.*\/|\.test\.mjs$/g, "");
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [index, page] of pages.entries()) {
    await page.screenshot({ path: `${folder}${name}-${index}.png` });
    if (page.faults?.length) console.log(`${name}-${index} ${page.url()}\n  ${page.faults.join("\n  ")}`);
  }
}

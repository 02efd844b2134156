// Chromium for the journeys: pages at the sizes we promise, and a watch on each page that fails the test on console
// errors, uncaught exceptions, violations of the content security policy and requests that leave the host.
import { chromium } from "playwright-core";

const isRoot = process.getuid?.() === 0;
const WAIT_MS = 10_000;

/** Screen sizes the pages are promised for, in CSS pixels. */
export const sizes = {
  tablet: { width: 1280, height: 800 },
  portrait: { width: 800, height: 1280 },
  small: { width: 962, height: 602 },
  phone: { width: 360, height: 740 },
  desktop: { width: 1920, height: 1080 },
};

const program = (more = []) => ({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--disable-dev-shm-usage", "--force-color-profile=srgb", ...(isRoot ? ["--no-sandbox"] : []), ...more],
});

export async function launch() {
  return chromium.launch(program());
}

/** A browser with one device only, which keeps its profile in a folder and takes further switches. */
export async function launchKept(folder, switches) {
  return chromium.launchPersistentContext(folder, { ...program(switches), viewport: sizes.tablet, locale: "ko-KR" });
}

/** A device of its own: own cookies and own storage. Motion is reduced so that no test waits for a transition. */
export async function device(browser, { size = sizes.tablet, locale = "ko-KR", touch = true } = {}) {
  const context = await browser.newContext({
    viewport: size,
    locale,
    hasTouch: touch,
    timezoneId: "Asia/Seoul",
    reducedMotion: "reduce",
    deviceScaleFactor: 1,
  });
  context.setDefaultTimeout(WAIT_MS);
  return context;
}

/** Opens a page of the server on a device and watches it.
 * @returns the page, with `faults`: what went wrong in it so far. */
export async function open(context, url) {
  const page = await context.newPage();
  const host = new URL(url).host;
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on("request", (request) => {
    const target = new URL(request.url());
    if (/^(https?|wss?):$/.test(target.protocol) && target.host !== host) {
      page.faults.push(`left the host: ${request.url()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP ${event.violatedDirective} refused ${event.blockedURI}`);
    });
  });
  await page.goto(url);
  return page;
}

/** A page asks who it is before anybody has logged in; the browser itself prints the refusal. */
const NOT_LOGGED_IN = /status of 401 .*\/api\//;

/** What a page may log while the server is away or refuses a request on purpose: the browser itself prints these. */
export const networkTrouble = /net::ERR_|Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED/;

/** Fails when a watched page had a fault that does not match `expected`. */
export function assertNoFaults(page, expected) {
  const faults = page.faults.filter((fault) => !NOT_LOGGED_IN.test(fault) && !(expected && expected.test(fault)));
  if (faults.length) throw new Error(`${page.url()} had faults:\n  ${faults.join("\n  ")}`);
}

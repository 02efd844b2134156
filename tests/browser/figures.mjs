// Measures what a slow tablet feels and prints it: `node tests/browser/figures.mjs`. It passes and fails nothing, since a
// time depends on the machine; what holds on every machine is in weight.test.mjs and work.test.mjs.
import { device, launch } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { DemoServer } from "./support/server.mjs";

/** A cheap tablet in the shop's Wi-Fi. */
const CPU_SLOWDOWN = 4;
const NETWORK = { offline: false, latency: 10, downloadThroughput: 5_000_000 / 8, uploadThroughput: 5_000_000 / 8 };
const RUNS = 7;

const [browser, server] = await Promise.all([launch(), DemoServer.start()]);
try {
  const guest = await GuestPage.at(browser, server, 1);
  await guest.waitForMenu();
  const { page } = guest;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", NETWORK);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  for (const kind of ["cold", "warm"]) {
    const times = [];
    for (let run = 0; run < RUNS; run++) {
      if (kind === "cold") await cdp.send("Network.clearBrowserCache");
      times.push(await timeToMenu(page, server.url));
    }
    console.log(`time to menu, ${kind}: ${times.map(Math.round).sort((a, b) => a - b).join(", ")} ms`);
  }
} finally {
  await browser.close();
  await server.stop();
}

/** From asking for the page to the first dish drawn, ms. */
async function timeToMenu(page, url) {
  await page.goto("about:blank");
  await page.goto(url);
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () => (document.querySelector(".card") ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look));
        look();
      }),
  );
}

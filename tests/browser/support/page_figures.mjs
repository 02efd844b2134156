// What a page costs while it is used: layout shifts, heap and nodes after many renders.

/** Adds up what moves without a touch, from the first byte on. To be called before the page is opened. */
export async function watchShifts(context) {
  await context.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (!hadRecentInput) window.shifts.push({ value, moved: sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? String(node)) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The sum of the shifts of the page that is open; with what moved, when something did. */
export async function shiftsOf(page) {
  const shifts = await page.evaluate(() => window.shifts);
  const sum = shifts.reduce((all, { value }) => all + value, 0);
  return sum === 0 ? 0 : `${sum} ${JSON.stringify(shifts)}`;
}

/** Heap, nodes and listeners before and after a dish was put into the cart and taken out until the page had drawn itself
 * so many times; the first fifty, which fill caches, are not counted. */
export async function heapAfter(page, renders) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("HeapProfiler.enable");
  await cdp.send("Performance.enable");
  const measure = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    const { nodes, jsEventListeners } = await cdp.send("Memory.getDOMCounters");
    return { heap: usedSize, nodes, listeners: jsEventListeners };
  };
  const draw = (times) =>
    page.evaluate((count) => {
      for (let n = 0; n < count; n += 2) {
        document.querySelector(".card-add:not([data-choose])").click();
        document.querySelector('.cart-column [data-step="-1"]').click();
      }
    }, times);
  await draw(50);
  const before = await measure();
  await draw(renders);
  return { before, after: await measure() };
}

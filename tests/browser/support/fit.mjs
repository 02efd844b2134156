// Whether everything on a page fits where it stands: nothing scrolls sideways, no words are cut off or run out of their
// button, none is smaller than it may be. It looks at what is there and changes nothing.

/** Faults of what the page shows now, one line each, at most ten. `smallest`: CSS pixels that every word must have. */
export function misfits(page, smallest = 0) {
  return page.evaluate((least) => {
    const found = new Set();
    const name = (element) => `${element.localName}.${(element.getAttribute("class") ?? "").split(" ")[0]} "${element.textContent.trim().slice(0, 24)}"`;
    const hidden = (element) => element.closest(".unseen, [aria-hidden='true'], [hidden], [inert], .announcements") || getComputedStyle(element).visibility === "hidden" || element.getClientRects().length === 0;
    const clipped = (element) => element.clientWidth <= 1 && element.clientHeight <= 1;
    if (document.documentElement.scrollWidth > window.innerWidth) found.add(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest("svg") || hidden(element) || clipped(element)) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      // The pills of categories on a phone scroll by design, with a button for all of them beside them.
      const pills = element.matches('[data-page="phone"] .rail');
      if (!pills && style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) found.add(`scrolls sideways: ${name(element)} ${element.scrollWidth} in ${element.clientWidth}`);
      if (style.overflowY === "hidden" && element.textContent.trim() && element.children.length === 0 && element.scrollHeight > element.clientHeight + size * 0.6) found.add(`cut off: ${name(element)}`);
      const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
      if (words.length === 0) continue;
      if (size < least - 0.6) found.add(`${size}px: ${name(element)}`);
      const box = element.closest("button, .tag, .badge, .choice, .card, .sheet-box, .dialog-box, .slip") ?? document.body;
      const scroller = element.closest('[data-page="phone"] .rail');
      if (scroller || box === document.body) continue;
      const range = document.createRange();
      range.setStartBefore(words[0]);
      range.setEndAfter(words[words.length - 1]);
      // What only assistive technology sees stands beside the words and takes no room.
      if (words.length === 1) range.selectNode(words[0]);
      const text = range.getBoundingClientRect();
      const frame = box.getBoundingClientRect();
      if (text.left < frame.left - 3 || text.right > frame.right + 3) found.add(`runs out of ${name(box)}: ${name(element)}`);
      if (box.matches("button, .tag, .badge") && (text.top < frame.top - size * 0.5 || text.bottom > frame.bottom + size * 0.5)) found.add(`is higher than ${name(box)}: ${name(element)}`);
    }
    return [...found].slice(0, 10);
  }, smallest);
}

// @ts-check
// Keeps the marked category in step with the scrolled list, and scrolls the list to a category that was tapped.

/** @param {Element} list @returns {HTMLElement[]} */
function groupsOf(list) {
  return /** @type {HTMLElement[]} */ (Array.from(list.querySelectorAll('.menu-group[data-category]')));
}

/** While a tap scrolls the list, the categories passed on the way are not marked. */
let aiming_until = 0;

/** @param {HTMLElement} list  the scrolling part @param {(category: number) => void} onSeen */
export function followCategories(list, onSeen) {
  let waiting = false;
  const look = () => {
    waiting = false;
    if (performance.now() < aiming_until) return;
    const groups = groupsOf(list);
    if (groups.length === 0) return;
    const at_end = list.scrollTop + list.clientHeight >= list.scrollHeight - 2;
    const line = list.scrollTop + list.clientHeight * 0.25;
    const passed = groups.filter((group) => group.offsetTop - list.offsetTop <= line);
    const seen = at_end && list.scrollTop > 0 ? groups[groups.length - 1] : passed[passed.length - 1] || groups[0];
    onSeen(Number(seen.dataset.category));
  };
  list.addEventListener('scroll', () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  }, { passive: true });
}

/** @param {number} category @param {(category: number) => void} onSeen */
export function goToCategory(category, onSeen) {
  const list = /** @type {HTMLElement} */ (document.querySelector('.menu-list'));
  const group = groupsOf(list).find((one) => Number(one.dataset.category) === category);
  if (!group) return;
  onSeen(category);
  const top = group.offsetTop - list.offsetTop;
  const far = Math.abs(top - list.scrollTop) > 2 * list.clientHeight;
  aiming_until = performance.now() + (far ? 150 : 900);
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  list.scrollTo({ top, behavior: far || calm ? 'auto' : 'smooth' });
}

// @ts-check
// Keeps a long menu cheap: groups in view are drawn first and the far ones a moment later, and the browser is told the
// size of each group, so that it may skip those nobody sees. What a group shows is not its matter.

/** Cards made in one go; more than a screen holds. */
const CARDS_AT_ONCE = 24;
const SETTLE_AFTER_MS = 400;

/** Groups in view, as the browser tells. @type {Set<Element>} */
const seen = new Set();
/** @type {WeakSet<Element>} */
const watched = new WeakSet();
/** @type {IntersectionObserver | null} */
let watcher = null;
/** @type {any} */
let rest_timer = null;
/** @type {any} */
let settle_timer = null;
/** What the sizes of the groups were measured at. */
let settled_at = '';

/** To be called before the list's place is taken by something else. */
export function leaveGroups() {
  clearTimeout(rest_timer);
  clearTimeout(settle_timer);
  settled_at = '';
}

/**
 * @param {Element} list  its children are the groups
 * @param {(group: Element, index: number) => number} draw  draws one group; gives how many cards it had to make
 * @param {string} look  what the size of a group depends on
 */
export function drawGroups(list, draw, look) {
  clearTimeout(rest_timer);
  const groups = /** @type {HTMLElement[]} */ (Array.from(list.children));
  watch(list, groups);
  let made = 0;
  let waiting = false;
  for (const in_view of [true, false]) {
    groups.forEach((group, index) => {
      if (seen.has(group) !== in_view) return;
      if (in_view || made < CARDS_AT_ONCE) made += draw(group, index);
      else waiting = true;
    });
  }
  if (waiting) rest_timer = setTimeout(() => drawGroups(list, draw, look), 0);
  else settle(groups, look);
}

/** @param {Element} list @param {HTMLElement[]} groups */
function watch(list, groups) {
  if (!watcher) {
    watcher = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
    }, { root: list.closest('.menu-list') });
  }
  for (const group of groups) {
    if (!watched.has(group)) watcher.observe(group);
    watched.add(group);
  }
}

/** Measures the groups, one at a time, once the page is at rest; their places stay what they are. @param {HTMLElement[]} groups @param {string} look */
function settle(groups, look) {
  const { innerWidth, document } = window;
  const now = `${look} ${innerWidth} ${JSON.stringify({ ...document.documentElement.dataset })}`;
  if (now === settled_at || groups.length === 0 || !('contentVisibility' in groups[0].style)) return;
  settled_at = now;
  clearTimeout(settle_timer);
  const left = [...groups];
  const next = () => {
    const group = left.shift();
    if (!group || !group.offsetParent) {
      // Hidden, so it has no size: it is measured when it is drawn again.
      if (group) settled_at = '';
      return;
    }
    group.style.contentVisibility = 'visible';
    const { paddingTop, paddingBottom } = getComputedStyle(group);
    group.style.containIntrinsicSize = `1px ${group.getBoundingClientRect().height - parseFloat(paddingTop) - parseFloat(paddingBottom)}px`;
    group.style.contentVisibility = 'auto';
    settle_timer = setTimeout(next, 0);
  };
  settle_timer = setTimeout(next, SETTLE_AFTER_MS);
}

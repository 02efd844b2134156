// @ts-check
// What the tablet remembers across reloads and crashes: the cart and an unanswered order of its table, the look that was
// chosen, and what was typed at the last login. A storage that is full or forbidden costs only the memory, never the page.

/** @param {string} name @returns {any} null when there is nothing or it cannot be read */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(`tableorder.${name}`) || 'null');
  } catch {
    return null;
  }
}

/** @param {string} name @param {any} value  null forgets */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(`tableorder.${name}`);
    else localStorage.setItem(`tableorder.${name}`, JSON.stringify(value));
  } catch {
    // Nothing can be kept; the page goes on with what it has in memory.
  }
}

/**
 * Names under which one table's things are kept; a phone's only for the visit that its key and digits let it into.
 * @param {{ slug: string }} store @param {{ id: number }} table @param {string} visit  empty on a tablet
 */
export function keptNames(store, table, visit) {
  const whose = `${store.slug}.${table.id}${visit && `.${visit}`}`;
  return { cart: `cart.${whose}`, attempt: `attempt.${whose}` };
}

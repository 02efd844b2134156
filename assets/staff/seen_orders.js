// @ts-check
// Which orders this browser's staff have looked at, so that unread marks and the sound survive a reload. Bounded: the
// newest ids only, since ids rise and an order that old is no longer on the board. Never sent anywhere.

/** Ids kept; more than any board shows at once. */
export const SEEN_ORDERS_MAX = 1000;

/**
 * @param {Pick<Storage, 'getItem'|'setItem'>} storage
 * @param {string} key one a store, so that two stores on one browser do not mix
 */
export function createSeenOrders(storage, key) {
  const seen = new Set(read(storage, key));
  return {
    /** @param {number} orderId */
    has: (orderId) => seen.has(orderId),
    /** @param {number[]} orderIds */
    add(orderIds) {
      const before = seen.size;
      for (const id of orderIds) seen.add(id);
      if (seen.size === before) return;
      if (seen.size > SEEN_ORDERS_MAX) {
        const newest = [...seen].sort((a, b) => b - a).slice(0, SEEN_ORDERS_MAX);
        seen.clear();
        for (const id of newest) seen.add(id);
      }
      try {
        storage.setItem(key, JSON.stringify([...seen]));
      } catch (_refused) {
        // A full or forbidden storage only means that the marks come back after a reload.
      }
    },
  };
}

/** @param {Pick<Storage, 'getItem'|'setItem'>} storage @param {string} key @returns {number[]} */
function read(storage, key) {
  try {
    const kept = JSON.parse(storage.getItem(key) || '[]');
    return Array.isArray(kept) ? kept.filter((id) => Number.isInteger(id)) : [];
  } catch (_unreadable) {
    return [];
  }
}

// @ts-check
// Sums finished sessions for the history list: what a party had, how long it stayed. Pure.

/** @typedef {import('../lib/wire_types.js').Order} Order */
/**
 * @typedef {{ id: number, table: { id: number, number: number }, started_at: string, completed_at: string, completed_by: string | null,
 *   total: number,
 *   business_day: string, orders: Order[] }} FinishedSession
 */

/** Dishes with their counts over all orders that were not cancelled, most first. @param {Order[]} orders */
export function dishesOf(orders) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const order of orders) {
    if (order.status === 'cancelled') continue;
    for (const item of order.items) {
      if (item.status !== 'cancelled') counts.set(item.menu_name, (counts.get(item.menu_name) || 0) + item.quantity);
    }
  }
  return Array.from(counts, ([name, quantity]) => ({ name, quantity })).sort((a, b) => b.quantity - a.quantity);
}

/** "삼겹살 1인분 4, 소주 3". @param {Order[]} orders */
export function dishesText(orders) {
  return dishesOf(orders).map(({ name, quantity }) => `${name} ${quantity}`).join(', ');
}


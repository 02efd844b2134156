// @ts-check
// Orders again what was ordered before, checked against the menu of now. Pure.
import { addLine, countOfItem } from './cart.js';
import { canBeHad, findItem, missingGroup, unitPrice } from './menu_lookup.js';

/** @typedef {import('./cart.js').Cart} Cart @typedef {import('../lib/wire_types.js').OrderItem} OrderItem */
/**
 * What could not be taken over as it was: no longer offered, sold out, choices that are gone, only `added` of `wanted`.
 * @typedef {{ item: OrderItem, why: 'gone' | 'sold_out' | 'options' | 'fewer', added: number }} Missed
 */

/**
 * Puts lines of an order into the cart, each as far as it can be had.
 * @param {OrderItem[]} items @param {Cart} cart @param {import('./cart.js').Menu | null} menu
 * @returns {{ cart: Cart, added: number, missed: Missed[] }} `added`: portions
 */
export function orderAgain(items, cart, menu) {
  /** @type {Missed[]} */
  const missed = [];
  let added = 0;
  for (const item of items) {
    const found = findItem(menu, item.menu_id);
    const option_ids = item.options.map((option) => option.id);
    const why = !found ? 'gone' : !found.item.available ? 'sold_out' : !canBeHad(found.item, option_ids) || missingGroup(found.item, option_ids) ? 'options' : null;
    if (!found || why) {
      missed.push({ item, why: why || 'gone', added: 0 });
      continue;
    }
    const line = { menu_id: item.menu_id, option_ids, quantity: item.quantity, price: unitPrice(found.item, option_ids), name: found.item.name };
    const before = countOfItem(cart, item.menu_id);
    const left = found.item.remaining === null || before < found.item.remaining;
    const next = left ? addLine(cart, line, menu) : cart;
    const more = countOfItem(next, item.menu_id) - before;
    if (more < item.quantity) missed.push({ item, why: 'fewer', added: more });
    added += more;
    cart = next;
  }
  return { cart, added, missed };
}

// @ts-check
// The cart: what the guests of this table have put together and not sent. Pure functions on plain values; amounts are
// integers in won and are only shown, since the server prices.
import { canBeHad, findItem, unitPrice } from './menu_lookup.js';

/** @typedef {import('../lib/wire_types.js').Menu} Menu */

/**
 * `price` is what one cost with its options when the guest last saw it.
 * @typedef {{ menu_id: number, option_ids: number[], quantity: number, price: number, name: string }} CartLine
 * `session_id` null: the visit has not started; the cart is adopted by the session its first order starts.
 * `notes`: chosen chips; `text`: what the guest wrote, where the shop lets them.
 * @typedef {{ session_id: number | null, lines: CartLine[], notes: string[], text?: string }} Cart
 * What the menu of now says against a line: it cannot be had, only `left` of it can, or it costs something else.
 * @typedef {{ line: CartLine, why: 'sold_out' | 'fewer' | 'price', left: number }} Change
 */

export const QUANTITY_MAX = 99;
export const LINES_MAX = 50;
/** Of a note to an order, chips and own words together. */
const NOTE_MAX = 200;

/** @returns {Cart} */
export function emptyCart(session_id = /** @type {number | null} */ (null)) {
  return { session_id, lines: [], notes: [] };
}

/** Same item with the same options is one line. @param {{ menu_id: number, option_ids: number[] }} line */
export function lineKey(line) {
  return [line.menu_id, ...line.option_ids.slice().sort((a, b) => a - b)].join('-');
}

/** @param {Cart} cart */
export function countOf(cart) {
  return cart.lines.reduce((sum, line) => sum + line.quantity, 0);
}

/** How many of an item are in the cart, whatever their options. @param {Cart} cart @param {number} menu_id */
export function countOfItem(cart, menu_id) {
  return cart.lines.reduce((sum, line) => sum + (line.menu_id === menu_id ? line.quantity : 0), 0);
}

/** @param {Cart} cart @param {Menu | null} menu @returns {number} won */
export function totalOf(cart, menu) {
  return cart.lines.reduce((sum, line) => sum + priceNow(line, menu) * line.quantity, 0);
}

/** What one of this line costs by the menu of now. @param {CartLine} line @param {Menu | null} menu */
export function priceNow(line, menu) {
  const found = findItem(menu, line.menu_id);
  return found ? unitPrice(found.item, line.option_ids) : line.price;
}

/** Most of a line that may be in the cart beside the other lines of the same item. @param {Cart} cart @param {CartLine} line @param {Menu | null} menu */
export function quantityMax(cart, line, menu) {
  const found = findItem(menu, line.menu_id);
  if (!found || found.item.remaining === null) return QUANTITY_MAX;
  const others = countOfItem({ ...cart, lines: cart.lines.filter((one) => lineKey(one) !== lineKey(line)) }, line.menu_id);
  return Math.max(1, Math.min(QUANTITY_MAX, found.item.remaining - others));
}

/**
 * Adds to the cart; over a bound it adds as much as fits.
 * @param {Cart} cart @param {CartLine} line @param {Menu | null} menu @returns {Cart}
 */
export function addLine(cart, line, menu) {
  const added = { ...line, option_ids: line.option_ids.slice().sort((a, b) => a - b) };
  const key = lineKey(added);
  const there = cart.lines.find((one) => lineKey(one) === key);
  const max = quantityMax(cart, added, menu);
  if (there) {
    const quantity = Math.min(max, there.quantity + added.quantity);
    return { ...cart, lines: cart.lines.map((one) => (one === there ? { ...added, quantity } : one)) };
  }
  if (cart.lines.length >= LINES_MAX) return cart;
  return { ...cart, lines: [...cart.lines, { ...added, quantity: Math.min(max, added.quantity) }] };
}

/** @param {Cart} cart @param {string} key @param {number} quantity @returns {Cart} */
export function setQuantity(cart, key, quantity) {
  return { ...cart, lines: cart.lines.map((line) => (lineKey(line) === key ? { ...line, quantity } : line)) };
}

/** @param {Cart} cart @param {string} key @returns {Cart} */
export function removeLine(cart, key) {
  return { ...cart, lines: cart.lines.filter((line) => lineKey(line) !== key) };
}

/** Puts a removed line back in its old place. @param {Cart} cart @param {CartLine} line @param {number} at @returns {Cart} */
export function restoreLine(cart, line, at) {
  if (cart.lines.some((one) => lineKey(one) === lineKey(line))) return cart;
  return { ...cart, lines: [...cart.lines.slice(0, at), line, ...cart.lines.slice(at)] };
}

/**
 * What changed since the guest put it in. Of an item of which too few are left the earlier lines get theirs first.
 * @param {Cart} cart @param {Menu | null} menu @returns {Change[]}
 */
export function changesOf(cart, menu) {
  /** @type {Record<number, number>} */
  const used = {};
  /** @type {Change[]} */
  const changes = [];
  for (const line of cart.lines) {
    const found = findItem(menu, line.menu_id);
    const taken = used[line.menu_id] || 0;
    const remaining = found && found.item.remaining !== null ? found.item.remaining - taken : QUANTITY_MAX;
    const left = found && canBeHad(found.item, line.option_ids) ? Math.max(0, Math.min(line.quantity, remaining)) : 0;
    used[line.menu_id] = taken + left;
    if (left < line.quantity) changes.push({ line, left, why: left === 0 ? 'sold_out' : 'fewer' });
    if (left > 0 && priceNow(line, menu) !== line.price) changes.push({ line, left, why: 'price' });
  }
  return changes;
}

/** The cart as it can be ordered now, at the prices of now. @param {Cart} cart @param {Menu | null} menu @returns {Cart} */
export function acceptChanges(cart, menu) {
  const changes = changesOf(cart, menu);
  return { ...cart, lines: cart.lines.flatMap((line) => {
    const change = changes.find((one) => one.line === line);
    const quantity = change ? change.left : line.quantity;
    return quantity > 0 ? [{ ...line, quantity, price: priceNow(line, menu) }] : [];
  }) };
}

/**
 * Whether what is in a cart changed. Being bound to a session alone is no edit and is not kept: every tab of a table binds
 * its cart when the first order starts the session, and a tab that had not heard yet that the order emptied the cart
 * would bring it back.
 * @param {Cart} before @param {Cart} after
 */
export function isEdited(before, after) {
  return before.lines !== after.lines || before.notes !== after.notes || before.text !== after.text;
}

/**
 * The body of POST /api/orders.
 * @param {Cart} cart @param {(code: string) => string} noteText  the Korean words of a note chip
 * @returns {import('../lib/wire_types.js').OrderWish}
 */
export function toOrder(cart, noteText) {
  /** @type {import('../lib/wire_types.js').OrderWish} */
  const wish = { items: cart.lines.map((line) => ({ menu_id: line.menu_id, quantity: line.quantity, options: line.option_ids })) };
  const note = [...cart.notes.map(noteText), (cart.text || '').trim()].filter(Boolean).join(', ').slice(0, NOTE_MAX);
  if (note !== '') wish.note = note;
  if (cart.session_id !== null) wish.session_id = cart.session_id;
  return wish;
}

/** Checks what came out of storage: anything that is not a cart of ours is dropped. @param {any} value @returns {Cart | null} */
export function parseCart(value) {
  if (!value || !Array.isArray(value.lines) || !Array.isArray(value.notes)) return null;
  const whole = (/** @type {any} */ number) => Number.isInteger(number) && number >= 0;
  const sound = value.lines.every((/** @type {any} */ line) => line && whole(line.menu_id) && whole(line.quantity) && line.quantity >= 1
    && line.quantity <= QUANTITY_MAX && Number.isInteger(line.price) && typeof line.name === 'string' && Array.isArray(line.option_ids) && line.option_ids.every(whole));
  if (!sound || value.lines.length > LINES_MAX || !(value.session_id === null || whole(value.session_id))) return null;
  const notes = value.notes.filter((/** @type {any} */ note) => typeof note === 'string');
  return { session_id: value.session_id, lines: value.lines, notes, ...(typeof value.text === 'string' && { text: value.text }) };
}

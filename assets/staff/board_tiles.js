// @ts-check
// Turns the snapshot into what the board shows: one tile a table, its attention, its age, its lines, and the order
// in which tiles stand. Pure; the caller gives the time and the orders somebody has already seen.

import { awaitsIdentity } from './identity_rules.js';
import { callsOfTable, isOpen, ordersOfTable } from './page_state.js';

/** @typedef {import('../lib/wire_types.js').Snapshot} Snapshot */
/** @typedef {import('./page_state.js').Order} Order */
/** @typedef {import('./page_state.js').Call} Call */
/** @typedef {import('../lib/wire_types.js').TableRef} TableRef */
/** @typedef {'call'|'identity'|'new'|'late'|'pending'|'preparing'|'done'|'seated'|'empty'} Attention */
/**
 * @typedef {{id: number, number: number, label: string|null, attention: Attention, since_ms: number|null,
 *   calls: Call[], unread: Order[], late: boolean, lines: {quantity: number, name: string, waits: boolean}[], lines_more: number,
 *   order_count: number, total: number, seated: boolean, last_contact_ms: number|null}} Tile
 * @typedef {{call: number, new: number, late: number, seated: number, tables: number}} BoardCounts
 * @typedef {'attention'|'seat'} BoardOrder
 */

/** An open order is late after this long (the owner's setting comes with the kitchen). */
export const LATE_AFTER_MS = 10 * 60 * 1000;
/** Tiles keep their places for this long after the last touch, so that nothing moves under a finger. */
export const HOLD_AFTER_TOUCH_MS = 3000;
/** Lines of food on one tile. */
export const TILE_LINES_MAX = 4;

/** @type {Record<Attention, number>} */
const RANK = { call: 0, identity: 1, new: 2, late: 3, pending: 4, preparing: 4, done: 5, seated: 5, empty: 6 };

/**
 * @param {Snapshot} snapshot
 * @param {(orderId: number) => boolean} isSeen
 * @param {number} nowMs server time
 * @returns {Tile[]} unsorted, one per table
 */
export function tilesOf(snapshot, isSeen, nowMs) {
  return (snapshot.tables || []).map((table) => {
    const orders = ordersOfTable(snapshot, table.id);
    const calls = callsOfTable(snapshot, table.id);
    const open = orders.filter(isOpen);
    const unread = orders.filter((order) => isUnread(order, isSeen));
    const late = open.some((order) => isLate(order, nowMs));
    const attention = attentionOf(Boolean(table.session), orders, open, unread, calls, late);
    const counted = orders.filter((order) => order.status !== 'cancelled');
    const lines = counted.reduce((/** @type {Tile['lines']} */ all, order) => all.concat(linesOf(order)), []);
    return {
      id: table.id, number: table.number, label: table.label, attention,
      since_ms: sinceOf(attention, orders, open, unread, calls, table.session && table.session.started_at),
      calls, unread, late, lines: lines.slice(0, TILE_LINES_MAX), lines_more: Math.max(0, lines.length - TILE_LINES_MAX),
      order_count: counted.length, total: table.total, seated: Boolean(table.session),
      last_contact_ms: table.last_contact ? Date.parse(table.last_contact) : null,
    };
  });
}

/** A waiting order nobody on this browser has looked at. @param {Order} order @param {(id: number) => boolean} isSeen */
export function isUnread(order, isSeen) {
  return order.status === 'pending' && !isSeen(order.id);
}

/** @param {Order} order @param {number} nowMs */
export function isLate(order, nowMs) {
  return isOpen(order) && nowMs - Date.parse(order.created_at) >= LATE_AFTER_MS;
}

/** @param {Order} order */
function linesOf(order) {
  return order.items.filter((item) => item.status !== 'cancelled').map((item) => ({ quantity: item.quantity, name: item.menu_name, waits: item.identity_check === 'waiting' }));
}

/**
 * @param {boolean} seated @param {Order[]} orders @param {Order[]} open @param {Order[]} unread @param {Call[]} calls
 * @param {boolean} late @returns {Attention}
 */
function attentionOf(seated, orders, open, unread, calls, late) {
  if (calls.length) return 'call';
  if (open.some(awaitsIdentity)) return 'identity';
  if (unread.length) return 'new';
  if (late) return 'late';
  if (open.length) return open.some((order) => order.status === 'preparing') ? 'preparing' : 'pending';
  if (orders.some((order) => order.status === 'completed')) return 'done';
  return seated ? 'seated' : 'empty';
}

/**
 * The moment the tile counts from: the oldest call, order to be checked, unread or open order; for a table with everything served its first order.
 * @param {Attention} attention @param {Order[]} orders @param {Order[]} open @param {Order[]} unread @param {Call[]} calls
 * @param {string|null} startedAt @returns {number|null}
 */
function sinceOf(attention, orders, open, unread, calls, startedAt) {
  if (attention === 'empty') return null;
  const from = attention === 'call' ? calls : attention === 'identity' ? open.filter(awaitsIdentity) : attention === 'new' ? unread : open.length ? open : orders;
  const oldest = from.reduce((/** @type {number|null} */ least, entry) => {
    const at = Date.parse(entry.created_at);
    return least === null || at < least ? at : least;
  }, null);
  return oldest !== null ? oldest : startedAt ? Date.parse(startedAt) : null;
}

/** @param {Tile[]} tiles @param {BoardOrder} order @returns {Tile[]} */
export function sortTiles(tiles, order) {
  const bySeat = (/** @type {Tile} */ a, /** @type {Tile} */ b) => a.number - b.number;
  if (order === 'seat') return tiles.slice().sort(bySeat);
  return tiles.slice().sort((a, b) => {
    const rank = RANK[a.attention] - RANK[b.attention];
    if (rank) return rank;
    // Calm tiles keep their seats; among those that wait, who waits longest comes first.
    if (RANK[a.attention] >= RANK.done) return bySeat(a, b);
    return (a.since_ms || 0) - (b.since_ms || 0) || bySeat(a, b);
  });
}

/**
 * The sequence of table ids to show: the wanted one, unless somebody touched the board a moment ago. Then those already
 * there stay, gone ones leave, new ones come last.
 * @param {number[]} shown @param {number[]} wanted @param {number|null} touchedMs @param {number} nowMs @returns {number[]}
 */
export function heldSequence(shown, wanted, touchedMs, nowMs) {
  if (touchedMs === null || nowMs - touchedMs >= HOLD_AFTER_TOUCH_MS) return wanted;
  const kept = shown.filter((id) => wanted.includes(id));
  return kept.concat(wanted.filter((id) => !kept.includes(id)));
}

/** @param {Tile[]} tiles @returns {BoardCounts} */
export function countTiles(tiles) {
  const count = (/** @type {(tile: Tile) => boolean} */ holds) => tiles.filter(holds).length;
  return {
    call: count((tile) => tile.calls.length > 0),
    new: count((tile) => tile.unread.length > 0),
    late: count((tile) => tile.late),
    seated: count((tile) => tile.seated),
    tables: tiles.length,
  };
}

/**
 * Does the tile answer to what was typed: its number, its label or a dish on it.
 * @param {Tile} tile @param {string} typed
 */
export function tileMatches(tile, typed) {
  const word = typed.trim().toLowerCase();
  if (!word) return true;
  if (/^\d+$/.test(word)) return String(tile.number) === word;
  const texts = [tile.label || ''].concat(tile.lines.map((line) => line.name));
  return texts.some((text) => text.toLowerCase().includes(word));
}

/**
 * What waits for a hand, most urgent first: the open calls of a table together (the key changes with each
 * further call), every order whose identity check is open, every unread order, every late order that was seen.
 * @param {Snapshot} snapshot @param {(orderId: number) => boolean} isSeen @param {number} nowMs
 * @returns {({kind: 'call', key: string, table: TableRef, calls: Call[], at_ms: number}|{kind: 'identity'|'new'|'late', key: string, table: TableRef, order: Order, at_ms: number, seen: boolean})[]}
 */
export function tasksOf(snapshot, isSeen, nowMs) {
  const oldestFirst = (/** @type {{at_ms: number}} */ a, /** @type {{at_ms: number}} */ b) => a.at_ms - b.at_ms;
  const calls = (snapshot.tables || []).map((table) => callsOfTable(snapshot, table.id)).filter((own) => own.length > 0)
    .map((own) => ({ kind: /** @type {'call'} */ ('call'), key: `calls-${own[own.length - 1].id}`, table: own[0].table, calls: own, at_ms: Date.parse(own[0].created_at) }));
  const orderTasks = (/** @type {'identity'|'new'|'late'} */ kind, /** @type {(order: Order) => boolean} */ holds) =>
    snapshot.orders.filter(holds)
      .map((order) => ({ kind, key: `order-${order.id}`, table: order.table, order, at_ms: Date.parse(order.created_at), seen: kind === 'identity' && isSeen(order.id) })).sort(oldestFirst);
  const unchecked = orderTasks('identity', awaitsIdentity);
  const unread = orderTasks('new', (order) => isUnread(order, isSeen) && !awaitsIdentity(order));
  const late = orderTasks('late', (order) => isLate(order, nowMs) && !isUnread(order, isSeen) && !awaitsIdentity(order));
  return [...calls.sort(oldestFirst), ...unchecked, ...unread, ...late];
}

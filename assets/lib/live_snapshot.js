// @ts-check
// What staff know of the store: the server's snapshot of all tables carried forward by events; a table's own snapshot is
// carried on by table_snapshot.js. Pure: the same snapshot and the same events give what the server would send afresh.
import { applyTableEvent, put, startedSession, without, withOrders } from './table_snapshot.js';

/** @typedef {import('./wire_types.js').Snapshot} Snapshot @typedef {import('./wire_types.js').WireEvent} WireEvent */
/** @typedef {import('./wire_types.js').Order} Order @typedef {import('./wire_types.js').StaffTable} StaffTable */

/** @param {Order} order */
export function isOpen(order) {
  return order.status === 'pending' || order.status === 'preparing';
}

/** What the orders of a table say about its tile. @param {StaffTable} table @param {Order[]} orders */
function countOrders(table, orders) {
  const own = orders.filter((order) => order.table.id === table.id);
  return { open_orders: own.filter(isOpen).length, latest_order: own.length > 0 ? own[own.length - 1] : null };
}

/** @param {Snapshot} snapshot @param {number} table_id @param {(table: StaffTable) => Partial<StaffTable>} change @returns {Snapshot} */
function changeTable(snapshot, table_id, change) {
  const tables = (snapshot.tables || []).map((table) => (table.id === table_id ? { ...table, ...change(table) } : table));
  return { ...snapshot, tables };
}

/** The running sum of a table, from which the store's is kept up. @param {Snapshot} snapshot @param {number} table_id */
function totalOf(snapshot, table_id) {
  const table = (snapshot.tables || []).find((one) => one.id === table_id);
  return table ? table.total : 0;
}

/**
 * @param {Snapshot} snapshot @param {number} table_id @param {Order[]} orders  after the change @param {any} data  of the event
 * @param {number} more  orders added to the session's count
 */
function withTableOrders(snapshot, table_id, orders, data, more) {
  const total = data.table_total;
  const sum = snapshot.total + total - totalOf(snapshot, table_id);
  return changeTable({ ...snapshot, orders, total: sum }, table_id, (table) => ({ total, session: withOrders(table.session, data, more), ...countOrders(table, orders) }));
}

/** @param {Snapshot} snapshot @param {WireEvent} event @returns {Snapshot} */
function endSession(snapshot, event) {
  const { session_id, table_id } = event.data;
  const orders = snapshot.orders.filter((order) => order.session_id !== session_id);
  // A call made before the party's first order names no session; it ends with the party all the same.
  const calls = snapshot.calls.filter((call) => call.table.id !== table_id);
  const total = snapshot.total - totalOf(snapshot, table_id);
  return changeTable({ ...snapshot, orders, calls, total }, table_id, () => ({ session: null, total: 0, open_orders: 0, latest_order: null }));
}

/** @param {Snapshot} snapshot @param {any} table @returns {Snapshot} */
function putTable(snapshot, table) {
  const tables = snapshot.tables || [];
  const fresh = { label: null, seats: null, session: null, total: 0, open_orders: 0, latest_order: null, last_contact: null };
  const known = tables.find((one) => one.id === table.id);
  return { ...snapshot, tables: put(tables, { ...fresh, ...known, ...table }).sort((a, b) => a.number - b.number) };
}

/** @param {Snapshot} snapshot @param {WireEvent} event @returns {Snapshot} */
function applyStaffEvent(snapshot, event) {
  const { data } = event;
  switch (event.type) {
    case 'order_created':
      return withTableOrders(snapshot, data.order.table.id, put(snapshot.orders, data.order), data, 1);
    case 'order_status_changed':
    case 'identity_checked':
      return withTableOrders(snapshot, data.order.table.id, put(snapshot.orders, data.order), data, 0);
    case 'order_deleted':
      return withTableOrders(snapshot, data.table_id, without(snapshot.orders, data.order_id), data, -1);
    case 'session_started':
      return changeTable(snapshot, data.table_id, () => ({ session: startedSession(event) }));
    case 'session_completed':
      return endSession(snapshot, event);
    case 'menu_changed':
      return { ...snapshot, menu_version: data.version };
    case 'table_changed':
      return putTable(snapshot, data.table);
    case 'table_removed':
      return { ...snapshot, tables: without(snapshot.tables || [], data.table_id) };
    case 'call_created':
      return { ...snapshot, calls: put(snapshot.calls, data.call) };
    // Staff's list holds what still waits.
    case 'call_resolved':
      return { ...snapshot, calls: without(snapshot.calls, data.call.id) };
    default:
      return snapshot;
  }
}

/**
 * @param {Snapshot} snapshot
 * @param {WireEvent} event  with a seq above the snapshot's
 * @returns {Snapshot}
 */
export function applyEvent(snapshot, event) {
  return { ...(snapshot.tables ? applyStaffEvent(snapshot, event) : applyTableEvent(snapshot, event)), seq: event.seq };
}

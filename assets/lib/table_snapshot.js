// @ts-check
// What a table's page knows: the server's snapshot carried forward by events. Pure: the same snapshot and the same events
// give the same result as a fresh snapshot from the server would. Staff's part stands in live_snapshot.js.

/** @typedef {import('./wire_types.js').Snapshot} Snapshot @typedef {import('./wire_types.js').WireEvent} WireEvent */

/** Replaces one by its id or adds it, in the order of ids. @template {{ id: number }} T @param {T[]} list @param {T} one @returns {T[]} */
export function put(list, one) {
  if (list.some((other) => other.id === one.id)) return list.map((other) => (other.id === one.id ? one : other));
  return [...list, one].sort((a, b) => a.id - b.id);
}

/** @template {{ id: number }} T @param {T[]} list @param {number} id @returns {T[]} */
export function without(list, id) {
  return list.filter((one) => one.id !== id);
}

/** The server names the newest orders first, pages keep them as they were made. @param {Snapshot} snapshot @returns {Snapshot} */
export function oldestFirst(snapshot) {
  return { ...snapshot, orders: snapshot.orders.slice().sort((a, b) => a.id - b.id) };
}

/** @param {import('./wire_types.js').Session | null | undefined} session @param {any} data  of the event @param {number} more  orders added to its count */
export function withOrders(session, data, more) {
  return session ? { ...session, total: data.table_total, order_count: session.order_count + more, identity_checked: session.identity_checked || data.passed === true } : null;
}

/** A start tells little more than the session's id. @param {WireEvent} event @returns {import('./wire_types.js').Session} */
export function startedSession(event) {
  const { session, session_id, table_id } = event.data;
  return session || { id: session_id, table_id, started_at: event.at, order_count: 0, total: 0, identity_checked: false };
}

/** @param {Snapshot} snapshot @param {any} data @param {import('./wire_types.js').Order[]} orders  after the change @param {number} more @returns {Snapshot} */
function withTableOrders(snapshot, data, orders, more) {
  return { ...snapshot, orders, total: data.table_total, session: withOrders(snapshot.session, data, more) };
}

/** @param {Snapshot} snapshot @param {WireEvent} event @returns {Snapshot} with the content of the event, the seq not yet moved */
export function applyTableEvent(snapshot, event) {
  const { data } = event;
  switch (event.type) {
    case 'order_created':
      return withTableOrders(snapshot, data, put(snapshot.orders, data.order), 1);
    case 'order_status_changed':
    case 'identity_checked':
      return withTableOrders(snapshot, data, put(snapshot.orders, data.order), 0);
    case 'order_deleted':
      return withTableOrders(snapshot, data, without(snapshot.orders, data.order_id), -1);
    case 'session_started':
      return { ...snapshot, session: startedSession(event), orders: [], total: 0 };
    case 'session_completed':
      return snapshot.session && snapshot.session.id !== data.session_id ? snapshot : { ...snapshot, session: null, orders: [], calls: [], total: 0 };
    case 'menu_changed':
      return { ...snapshot, menu_version: data.version };
    case 'table_changed':
      return { ...snapshot, table: { ...snapshot.table, ...data.table } };
    // A table also keeps the calls that were answered, to say so.
    case 'call_created':
    case 'call_resolved':
      return { ...snapshot, calls: put(snapshot.calls, data.call) };
    default:
      return snapshot;
  }
}

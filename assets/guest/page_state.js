// @ts-check
// The state of the guest page and how it changes: a pure reducer over the server's event names and the page's own acts.
// It holds every rule about which cart belongs to which visit; it neither draws nor sends.
import { applyTableEvent, oldestFirst } from '../lib/table_snapshot.js';
import { EVENT_TYPES, isConnected } from '../lib/event_stream.js';
import { acceptChanges, addLine, emptyCart, removeLine, restoreLine, setQuantity, totalOf } from './cart.js';
import { displayOf, needsTime, plainDisplay } from './modes.js';
import { onStart, toStart } from './start_state.js';
import { toggleOption, findItem } from './menu_lookup.js';

/** @typedef {import('./cart.js').Cart} Cart @typedef {import('../lib/wire_types.js').Order} Order */
/**
 * @typedef {{ kind: 'display' | 'language', beneath?: Sheet | null }} LookSheet  how the page looks; what was open lies beneath meanwhile
 * @typedef {LookSheet | { kind: 'item', menu_id: number, option_ids: number[], quantity: number, step?: number } | { kind: 'history', by: 'order' | 'item', missed?: import('./again.js').Missed[] }
 *   | { kind: 'split', by: 'equal' | 'item', people: number, person: number, picks: import('./split.js').Picks } | { kind: 'phone', link: import('../lib/wire_types.js').PhoneLink | 'failed' | null } | { kind: 'gate', error: string, busy: boolean }
 *   | { kind: 'review' | 'cart' | 'call' | 'categories' | 'search' | 'operator' | 'screen' }} Sheet
 * How a page without a table may get one. `by` code or password: a tablet; phone: with why it is not let in.
 * @typedef {{ busy: boolean, error: string, notice: string, fields: Record<string, string>, by: 'code' | 'password' | 'phone', reason: string }} Door
 * @typedef {{ kind: 'refused' | 'ended' | 'gave_up' | 'sold_out' | 'closed', detail: string }} Refusal
 * @typedef {object} PageState
 * @property {'starting' | 'unreachable' | 'login' | 'menu'} phase
 * @property {import('../lib/wire_types.js').StoreIdentity | null} store
 * @property {import('../lib/wire_types.js').TableIdentity | null} table
 * @property {import('../lib/wire_types.js').Menu | null} menu
 * @property {boolean} menu_failed
 * @property {import('../lib/wire_types.js').Snapshot | null} live
 * @property {string} connection
 * @property {boolean} cut_off  whether it has been away for so long that nobody should wait for it
 * @property {Cart} cart
 * @property {Sheet | null} sheet
 * @property {'sending' | 'checking' | 'unknown' | null} sending
 * @property {Refusal | null} refusal
 * @property {import('../lib/wire_types.js').GuestPageSettings} guest_page  as the owner set it
 * @property {boolean} phone  a guest's own phone, whose login ends with the visit
 * @property {Order | null} result
 * @property {number | null} result_expected  what the guest saw the order would cost, in won
 * @property {number} result_left  seconds until the slip leaves by itself; 0: it stays
 * @property {number | null} added  the item that was put into the cart a moment ago
 * @property {number | null} category  the category that is in view
 * @property {string} search
 * @property {number} page  of the category in view, from 0; only the easy page has pages
 * @property {boolean} has_start  a guest's own phone has no start screen and never goes idle
 * @property {boolean} at_start
 * @property {number} turn  how often a dish of the start screen gave way to another
 * @property {boolean} still  somebody stopped that
 * @property {number} idle_left  seconds until the page goes back to its start; 0: nobody is asked
 * @property {string} first_language  what a visit begins with
 * @property {string} language
 * @property {boolean} large
 * @property {boolean} contrast
 * @property {boolean} easy
 * @property {boolean} low
 * @property {boolean} voice
 * @property {boolean} out_of_order  staff took the tablet out of use
 * @property {Door} login
 * @property {Record<string, boolean>} call_busy  kinds whose call has no answer yet
 * @property {Record<string, number>} call_count  how many of a kind are wanted, where not one
 * @property {Record<string, number>} call_sent_ms  when a kind was last called from here, monotonic
 * @property {Record<string, number>} call_seen_ms  when staff answered a call of a kind, monotonic
 */

/** @type {Door} */
const DOOR = { busy: false, error: '', notice: '', fields: {}, by: 'code', reason: '' };

/** Settings until the login has told them. */
const GUEST_PAGE = { result_seconds: 5, idle_seconds: 75, phones: /** @type {const} */ ('off'), free_notes: false };

/** Seconds after which the slip leaves by itself unless somebody touches the screen; 0: it stays. @param {PageState} state */
export function slipSeconds(state) {
  return needsTime(state) ? 0 : state.guest_page.result_seconds;
}

/** @returns {PageState} */
export function initialState() {
  return {
    phase: 'starting', store: null, table: null, menu: null, menu_failed: false, live: null, connection: 'catching_up', cut_off: false,
    cart: emptyCart(), sheet: null, sending: null, refusal: null, guest_page: GUEST_PAGE, phone: false, result: null, result_expected: null, result_left: 0, added: null, category: null, search: '',
    page: 0, has_start: false, at_start: false, turn: 0, still: false, idle_left: 0, first_language: 'ko', ...plainDisplay(), out_of_order: false, login: DOOR, call_busy: {}, call_count: {}, call_sent_ms: {}, call_seen_ms: {},
  };
}

/** The running session as the page knows it. @param {PageState} state */
export function sessionId(state) {
  return state.live && state.live.session ? state.live.session.id : null;
}

/** Language and modes as every visit begins with them. @param {PageState} state @returns {PageState} */
function toFirstDisplay(state) {
  return { ...state, ...plainDisplay(), language: state.first_language };
}

/** Nothing of the party before may be left: the cart, an open sheet, language and modes go back to the start. @param {PageState} state @returns {PageState} */
function startOver(state) {
  return { ...toStart(toFirstDisplay(state)), cart: emptyCart(sessionId(state)), category: null, call_busy: {}, call_count: {}, call_sent_ms: {}, call_seen_ms: {} };
}

/** The server says that the cart's session is over, maybe before the stream does. @param {PageState} state @returns {PageState} */
function endVisit(state) {
  const known = sessionId(state) !== null && sessionId(state) !== state.cart.session_id;
  return startOver(known || !state.live ? state : { ...state, live: { ...state.live, session: null, orders: [], calls: [], total: 0 } });
}

/** Binds the cart to the running session, or empties it when it belongs to one that is over. @param {PageState} state @returns {PageState} */
function bindCart(state) {
  const running = sessionId(state);
  if (state.cart.session_id === running) return state;
  if (state.cart.session_id === null) return { ...state, cart: { ...state.cart, session_id: running } };
  return startOver(state);
}

/** @param {PageState} state @param {any} event @returns {PageState} */
function onServerEvent(state, event) {
  if (!state.live) return state;
  const next = { ...state, live: { ...applyTableEvent(state.live, event), seq: event.seq } };
  if (event.type === 'table_changed' && next.live.table && state.table) next.table = { ...state.table, ...next.live.table };
  // A finished party also ends a cart that was never bound: it was put together at this visit.
  if (event.type === 'session_completed' && sessionId(state) === event.data.session_id) return startOver(next);
  // Only a start binds here: an order's answer may be ahead of the stream, and its session must not look like a foreign one.
  return event.type === 'session_started' ? bindCart(next) : next;
}

/** @param {PageState} state @param {any} action @returns {PageState} */
function onCart(state, action) {
  const { cart, menu } = state;
  if (state.sending) return state;
  switch (action.type) {
    case 'cart_line_added':
      return { ...state, cart: addLine(cart, action.line, menu), refusal: null };
    case 'cart_quantity_set':
      return { ...state, cart: setQuantity(cart, action.key, action.quantity), refusal: null };
    case 'cart_line_removed':
      return { ...state, cart: removeLine(cart, action.key), refusal: null };
    case 'cart_line_restored':
      return { ...state, cart: restoreLine(cart, action.line, action.at) };
    case 'cart_cleared':
      return { ...state, cart: emptyCart(cart.session_id), refusal: null };
    case 'cart_restored':
      return { ...state, cart: cart.lines.reduce((all, line) => addLine(all, line, menu), { ...action.cart, session_id: cart.session_id }) };
    case 'cart_changes_accepted':
      return { ...state, cart: acceptChanges(cart, menu), refusal: null };
    case 'cart_replaced':
      return { ...state, cart: action.cart, refusal: null };
    case 'cart_note_written':
      return { ...state, cart: { ...cart, text: action.text } };
    case 'cart_note_toggled': {
      const notes = cart.notes.includes(action.note) ? cart.notes.filter((note) => note !== action.note) : [...cart.notes, action.note];
      return { ...state, cart: { ...cart, notes } };
    }
    default:
      return state;
  }
}

/** The answer to an order may come before the stream tells of its session. @param {PageState} state @param {Order} order @returns {PageState} */
function withSessionOf(state, order) {
  if (!state.live || state.live.session) return state;
  const session = { id: order.session_id, table_id: order.table.id, started_at: order.created_at, order_count: 0, total: 0 };
  return { ...state, live: { ...state.live, session } };
}

/** @param {PageState} state @param {any} action @returns {PageState} */
function onSending(state, action) {
  switch (action.type) {
    case 'sending_phase':
      return { ...state, sending: action.phase, refusal: null };
    case 'sending_confirmed':
      return { ...withSessionOf(state, action.order), at_start: false, sending: null, refusal: null, sheet: null, result: action.order, result_expected: state.cart.lines.length > 0 ? totalOf(state.cart, state.menu) : null, result_left: slipSeconds(state), cart: emptyCart(action.order.session_id) };
    case 'sending_refused':
      // What was put together for a party that has left is not for the next one.
      if (action.refusal.kind === 'ended') return endVisit({ ...state, sending: null });
      return { ...state, at_start: false, sending: null, refusal: action.refusal, sheet: state.cart.lines.length > 0 ? { kind: 'review' } : state.sheet };
    default:
      return state;
  }
}

/** @param {Sheet} sheet @returns {sheet is LookSheet} */
function isLook(sheet) {
  return sheet.kind === 'display' || sheet.kind === 'language';
}

/** @param {PageState} state @param {any} action @returns {PageState} */
function onSheet(state, action) {
  const { sheet } = state;
  switch (action.type) {
    case 'sheet_opened': {
      if (!isLook(action.sheet)) return { ...state, sheet: action.sheet, result: null, result_left: 0 };
      // Whoever needs other letters in the middle of a choice finds it again afterwards.
      const beneath = sheet && isLook(sheet) ? sheet.beneath : sheet;
      return { ...state, sheet: { ...action.sheet, beneath }, result_left: 0 };
    }
    case 'sheet_closed':
      return sheet && isLook(sheet) && sheet.beneath ? { ...state, sheet: sheet.beneath } : { ...state, sheet: null, refusal: null };
    case 'option_toggled': {
      if (!sheet || sheet.kind !== 'item') return state;
      const found = findItem(state.menu, sheet.menu_id);
      return found ? { ...state, sheet: { ...sheet, option_ids: toggleOption(found.item, sheet.option_ids, action.option_id) } } : state;
    }
    case 'item_step_shown':
      return sheet && sheet.kind === 'item' ? { ...state, sheet: { ...sheet, step: action.step } } : state;
    case 'item_quantity_set':
      return sheet && sheet.kind === 'item' ? { ...state, sheet: { ...sheet, quantity: action.quantity } } : state;
    default:
      return state;
  }
}

/** @param {PageState} state @param {any} action @returns {PageState} */
function onIdentity(state, action) {
  switch (action.type) {
    case 'logged_in': {
      const same = state.table && state.table.id === action.table.id && state.store && state.store.slug === action.store.slug;
      const base = same ? state : { ...state, live: null, cart: action.cart || emptyCart(), sheet: null, sending: null, refusal: null, result: null };
      return { ...base, phase: 'menu', store: action.store, table: action.table, guest_page: action.guest_page || state.guest_page, phone: action.phone === true, ...(action.phone === true && { has_start: false, at_start: false }), login: DOOR };
    }
    case 'login_needed':
      return { ...initialState(), first_language: state.first_language, has_start: state.has_start, at_start: state.has_start, ...displayOf(state), phase: 'login', out_of_order: state.out_of_order, login: { ...DOOR, ...action.login } };
    case 'login_changed':
      return { ...state, login: { ...state.login, ...action.login } };
    case 'unreachable':
    case 'starting':
      return { ...state, phase: action.type };
    default:
      return state;
  }
}

const CART_LOCKED = /^cart_(line|quantity|cleared|restored|replaced|changes|note)/;

/**
 * @param {PageState} state
 * @param {any} action  a wire event, `initial` with its snapshot, or an act of the page
 * @returns {PageState}
 */
export function reduce(state, action) {
  const { type } = action;
  if (EVENT_TYPES.includes(type)) return onServerEvent(state, action);
  if (CART_LOCKED.test(type)) return onCart(state, action);
  if (type.startsWith('sending_')) return onSending(state, action);
  if (/^(start|idle)_/.test(type)) return onStart(state, action);
  switch (type) {
    case 'initial':
      return bindCart({ ...state, live: oldestFirst(action.snapshot) });
    case 'cart_loaded':
      return bindCart({ ...state, cart: action.cart });
    case 'connection':
      return { ...state, connection: action.connection, cut_off: state.cut_off && !isConnected(action.connection) };
    case 'cut_off':
      return { ...state, cut_off: true };
    case 'menu_loaded':
      return { ...state, menu: action.menu, menu_failed: false };
    case 'menu_failed':
      return { ...state, menu_failed: !state.menu };
    case 'result_closed':
      return { ...state, result: null, result_left: 0 };
    case 'result_kept':
      return state.result_left > 0 ? { ...state, result_left: 0 } : state;
    case 'result_second':
      return { ...state, result_left: state.result_left - 1, result: state.result_left > 1 ? state.result : null };
    case 'category_seen':
      return state.category === action.category ? state : { ...state, category: action.category, page: 0 };
    case 'page_shown':
      return { ...state, category: action.category, page: action.page };
    case 'searched':
      return { ...state, search: action.search };
    case 'display_changed':
      return { ...state, ...action.display };
    case 'display_reset':
      return toFirstDisplay(state);
    case 'call_busy':
      return { ...state, call_busy: { ...state.call_busy, [action.kind]: action.busy } };
    case 'call_counted':
      return { ...state, call_count: { ...state.call_count, [action.kind]: action.count } };
    case 'call_sent':
      return { ...state, call_sent_ms: { ...state.call_sent_ms, [action.kind]: action.at_ms } };
    case 'call_seen':
      return { ...state, call_seen_ms: { ...state.call_seen_ms, [action.kind]: action.at_ms } };
    case 'added_shown':
      return { ...state, added: action.menu_id };
    case 'out_of_order':
      return { ...state, out_of_order: action.out_of_order, sheet: null };
    case 'clock':
      // Nothing but the time changed; what depends on it is drawn anew.
      return { ...state };
    default:
      return onSheet(onIdentity(state, action), action);
  }
}

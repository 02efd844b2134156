// @ts-check
// Wires the guest page: state, server, views and what fingers and keys do. It holds no rule of the business.
import { holdState } from '../lib/state_cell.js';
import { loadLanguage, korean, nameOf, otherLanguage, setLanguage, t } from '../lib/i18n.js';
import '../components/connection_banner.js';
import '../components/confirm_dialog.js';
import '../components/sheet_panel.js';
import '../components/toast_bar.js';
import * as display from '../lib/display.js';
import { newIdempotencyKey } from '../lib/requests.js';
import { isEdited, lineKey, LINES_MAX, parseCart, toOrder, unavailableLines } from './cart.js';
import { lineName } from './cart_view.js';
import { CALL_AGAIN_MS } from './call_view.js';
import { followCategories, goToCategory } from './category_following.js';
import { connect } from './connection.js';
import { keptNames, recall, remember } from './keeping.js';
import { readLogin } from './login_view.js';
import { findItem, mustChoose, unitPrice } from './menu_lookup.js';
import { OrderSending } from './order_sending.js';
import { drawPage, keepReachable, part } from './page_view.js';
import { initialState, reduce, sessionId } from './page_state.js';

const toast = /** @type {import('../components/toast_bar.js').ToastBar} */ (part('toast-bar'));
const dialog = /** @type {import('../components/confirm_dialog.js').ConfirmDialog} */ (part('confirm-dialog'));
const cell = holdState(reduce, { ...initialState(), ...recall('display') });
const { dispatch } = cell;
const now = () => performance.now();

/** Names under which this table's cart and attempt are kept, once the table is known. @type {{ cart: string, attempt: string } | null} */
let kept = null;
let touched_at = now();
/** Whether the cart was just read from another tab, which has kept it already: an echo could bring back an older one. */
let cart_is_kept = false;
/** @type {string | null} */
let server_version = null;
/** Counts the seconds of the slip. @type {ReturnType<typeof setInterval> | undefined} */
let countdown;

/** What a refusal of an order means to guests; others speak for themselves. @type {Record<string, string>} */
const REFUSALS = { SESSION_ENDED: 'ended', MENU_NOT_AVAILABLE: 'sold_out', SERVICE_UNAVAILABLE: 'closed' };

/** Says something to those who do not see it happen. @param {string} text */
function announce(text) {
  part('.announcements').textContent = text;
}

/** Says something for a moment where everybody sees it. @param {string} text */
function say(text) {
  toast.show({ text, seconds: 4 });
}

const server = connect({
  dispatch,
  onLogin(login) {
    kept = keptNames(login.store, login.table);
    dispatch({ type: 'logged_in', store: login.store, table: login.table, cart: parseCart(recall(kept.cart)) });
    sending.resume();
  },
  onRevoked() {
    sending.stop();
    dispatch({ type: 'login_needed' });
  },
  onSnapshot(snapshot) {
    dispatch({ type: 'initial', snapshot });
    if (server_version === null) server_version = snapshot.server_version;
    else if (server_version !== snapshot.server_version) reloadWhenIdle();
  },
  onEvent(event) {
    dispatch(event);
    if (event.type === 'order_status_changed') announce(t('guest.announce.status', { number: event.data.order.number, status: t(`common.status.${event.data.order.status}`) }));
    if (event.type === 'call_resolved') {
      dispatch({ type: 'call_seen', kind: event.data.call.kind, at_ms: now() });
      announce(t('guest.call.seen'));
    }
  },
});

const sending = new OrderSending({
  createOrder: (body, key) => server.withLogin(() => server.api.createOrder(body, key)),
  keeping: {
    load: () => kept && recall(kept.attempt),
    save: (attempt) => kept && remember(kept.attempt, attempt),
    clear: () => kept && remember(kept.attempt, null),
  },
  onPhase: (phase) => dispatch({ type: 'sending_phase', phase }),
  onConfirmed(order) {
    dispatch({ type: 'sending_confirmed', order });
    announce(t('guest.announce.ordered', { number: order.number }));
  },
  onRefused(error) {
    const kind = error ? REFUSALS[error.error_code] || 'refused' : 'gave_up';
    const detail = !error || kind !== 'refused' ? '' : error.status === 404 ? t('guest.refused.gone') : error.detail;
    dispatch({ type: 'sending_refused', refusal: { kind, detail } });
    server.loadMenu();
  },
});

/** A newer server has newer pages; they are taken when nobody is at the tablet. */
function reloadWhenIdle() {
  const { state } = cell;
  if (!state.sheet && !state.sending && !state.result && now() - touched_at > 60000) window.location.reload();
  else setTimeout(reloadWhenIdle, 15000);
}

async function start() {
  dispatch({ type: 'starting' });
  // The menu is asked for at once with the login of the last time; a first-time tablet is told 401 and waits for its login.
  server.api.menus().then((answer) => answer && !cell.state.menu && dispatch({ type: 'menu_loaded', menu: answer.menu }), () => {});
  try {
    await server.renew();
  } catch (error) {
    if (cell.state.phase !== 'starting') return;
    if (/** @type {any} */ (error).status === 400) dispatch({ type: 'login_needed' });
    else {
      dispatch({ type: 'unreachable' });
      setTimeout(() => cell.state.phase === 'unreachable' && start(), 5000);
    }
  }
}

/** @param {{ language?: string, large?: boolean, contrast?: boolean }} change */
async function changeDisplay(change) {
  if (change.language) await loadLanguage(change.language).catch(() => say(t('common.error.no_answer')));
  dispatch({ type: 'display_changed', display: change });
}

/** @param {number} menu_id @param {number[]} option_ids @param {number} quantity */
function addToCart(menu_id, option_ids, quantity) {
  const { state } = cell;
  const found = findItem(state.menu, menu_id);
  if (!found || state.sending) return;
  const line = { menu_id, option_ids, quantity, price: unitPrice(found.item, option_ids), name: found.item.name };
  const before = state.cart;
  dispatch({ type: 'cart_line_added', line });
  const { text } = nameOf(found.item);
  const there = cell.state.cart.lines.find((one) => lineKey(one) === lineKey(line));
  const had = before.lines.find((one) => lineKey(one) === lineKey(line));
  const added = (there ? there.quantity : 0) - (had ? had.quantity : 0);
  if (!there) say(t('guest.cart.lines_max', { n: LINES_MAX }));
  else if (added < quantity) say(t('guest.cart.quantity_max', { n: there.quantity }));
  if (added <= 0) return;
  announce(t('guest.announce.added', { name: text, n: added }));
  if (navigator.vibrate && display.isPhone()) navigator.vibrate(20);
  dispatch({ type: 'added_shown', menu_id });
  setTimeout(() => cell.state.added === menu_id && dispatch({ type: 'added_shown', menu_id: null }), 900);
}

/** @param {string} key */
function removeFromCart(key) {
  const at = cell.state.cart.lines.findIndex((line) => lineKey(line) === key);
  if (at < 0) return;
  const line = cell.state.cart.lines[at];
  dispatch({ type: 'cart_line_removed', key });
  toast.show({ text: t('guest.cart.removed', { name: lineName(line, cell.state).text }), action: t('common.undo'), on_action: () => dispatch({ type: 'cart_line_restored', line, at }) });
}

function sendOrder() {
  const { state } = cell;
  if (sending.is_busy || state.cart.lines.length === 0 || unavailableLines(state.cart, state.menu).length > 0) return;
  toast.clear();
  sending.send(toOrder(state.cart, (code) => korean(`guest.note.${code}`)));
}

/** @param {string} kind */
async function callStaff(kind) {
  if (now() - (cell.state.call_sent_ms[kind] ?? -Infinity) < CALL_AGAIN_MS) return;
  dispatch({ type: 'call_sent', kind, at_ms: now() });
  const key = newIdempotencyKey();
  try {
    await server.withLogin(() => server.api.createCall({ kind }, key));
    announce(t('guest.call.sent'));
    setTimeout(() => dispatch({ type: 'clock' }), 10100);
  } catch {
    dispatch({ type: 'call_sent', kind, at_ms: -Infinity });
    toast.show({ text: t('guest.call.failed'), action: t('common.again'), action_icon: 'bell', on_action: () => callStaff(kind) });
  }
}

/** @param {import('./page_state.js').Sheet} sheet */
const openSheet = (sheet) => dispatch({ type: 'sheet_opened', sheet });

/** What a press on something with data-act does. @type {Record<string, (element: HTMLElement) => void>} */
const acts = {
  contrast: () => changeDisplay({ contrast: !cell.state.contrast }),
  large: () => changeDisplay({ large: !cell.state.large }),
  language: () => changeDisplay({ language: otherLanguage().lang }),
  history: () => openSheet({ kind: 'history', by: 'order' }),
  'close-sheet': () => dispatch({ type: 'sheet_closed' }),
  'history-by': (element) => openSheet({ kind: 'history', by: element.dataset.by === 'item' ? 'item' : 'order' }),
  category: (element) => {
    dispatch({ type: 'sheet_closed' });
    goToCategory(Number(element.dataset.id), (category) => dispatch({ type: 'category_seen', category }));
  },
  'open-item': (element) => openSheet({ kind: 'item', menu_id: Number(element.dataset.id), option_ids: [], quantity: 1 }),
  'add-item': (element) => {
    const found = findItem(cell.state.menu, Number(element.dataset.id));
    if (found && mustChoose(found.item)) acts['open-item'](element);
    else addToCart(Number(element.dataset.id), [], 1);
  },
  'add-chosen': () => {
    const { sheet } = cell.state;
    if (!sheet || sheet.kind !== 'item' || cell.state.sending) return;
    addToCart(sheet.menu_id, sheet.option_ids, sheet.quantity);
    dispatch({ type: 'sheet_closed' });
  },
  'show-missing': (element) => {
    const group = part(`fieldset[data-group="${element.dataset.id}"]`);
    if (!group) return;
    group.scrollIntoView({ block: 'nearest' });
    group.querySelector('input').focus();
  },
  'clear-cart': async () => {
    const question = { title: t('guest.cart.clear_question'), yes: t('guest.cart.clear'), no: t('guest.cart.keep'), danger: true, icon: 'trash', keep: keepReachable() };
    if (!(await dialog.ask(question))) return;
    const { cart } = cell.state;
    dispatch({ type: 'cart_cleared' });
    toast.show({ text: t('guest.cart.cleared'), action: t('common.undo'), on_action: () => dispatch({ type: 'cart_restored', cart }) });
  },
  step: (element) => {
    const { line, quantity: before, max } = /** @type {HTMLElement} */ (element.parentElement).dataset;
    const quantity = Number(before) + Number(element.dataset.step);
    if (quantity < 1 && line) removeFromCart(line);
    else if (quantity < 1) say(t('guest.cart.quantity_min', { n: 1 }));
    else if (quantity > Number(max)) say(t('guest.cart.quantity_max', { n: Number(max) }));
    else dispatch(line ? { type: 'cart_quantity_set', key: line, quantity } : { type: 'item_quantity_set', quantity });
  },
  note: (element) => dispatch({ type: 'cart_note_toggled', note: element.dataset.note }),
  send: sendOrder,
  'accept-prices': () => dispatch({ type: 'cart_prices_accepted' }),
  'drop-sold-out': () => {
    dropSoldOut();
    dispatch({ type: 'sheet_closed' });
  },
  'send-without': () => {
    dropSoldOut();
    sendOrder();
  },
  'send-call': (element) => callStaff(element.dataset.call || 'staff'),
  'close-result': () => dispatch({ type: 'result_closed' }),
  'stay-here': () => dispatch({ type: 'result_kept' }),
  'load-menu': () => server.loadMenu(),
  'start-again': () => start(),
};

for (const kind of /** @type {const} */ (['call', 'search', 'categories', 'cart', 'review'])) acts[kind] = () => openSheet({ kind });

function dropSoldOut() {
  for (const line of unavailableLines(cell.state.cart, cell.state.menu)) dispatch({ type: 'cart_line_removed', key: lineKey(line) });
}

function listen() {
  document.addEventListener('click', (event) => {
    const element = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest('[data-act]')) : null;
    if (!element || element.getAttribute('aria-busy') === 'true') return;
    const act = acts[element.dataset.act || ''];
    if (act) act(element);
  });
  document.addEventListener('change', (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.dataset.act === 'option') {
      dispatch({ type: 'option_toggled', option_id: Number(input.dataset.id) });
      // At the maximum nothing changed, so nothing was drawn: the box shows the truth again.
      const { sheet } = cell.state;
      input.checked = !!sheet && sheet.kind === 'item' && sheet.option_ids.includes(Number(input.dataset.id));
      if (input.getAttribute('aria-disabled') === 'true') say(t('guest.option.at_most'));
    }
  });
  document.addEventListener('input', (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'search') dispatch({ type: 'searched', search: input.value });
  });
  document.addEventListener('submit', onSubmit);
  document.addEventListener('sheet-close', () => dispatch({ type: 'sheet_closed' }));
  // Any touch or key stops the five seconds; the act of the touched button itself still happens.
  for (const type of ['pointerdown', 'keydown']) {
    document.addEventListener(type, () => {
      touched_at = now();
      dispatch({ type: 'result_kept' });
    }, true);
  }
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && server.wake());
  window.addEventListener('resize', () => {
    display.fitScreen(recall('screen'));
    draw();
  });
  window.addEventListener('storage', (event) => {
    if (kept && event.key === `tableorder.${kept.cart}` && !cell.state.sending) {
      cart_is_kept = true;
      dispatch({ type: 'cart_loaded', cart: parseCart(recall(kept.cart)) || cell.state.cart });
      cart_is_kept = false;
    }
  });
}

/** @param {Event} event */
async function onSubmit(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (cell.state.login.busy) return;
  const { wish, fields, inches } = readLogin(form);
  if (Object.keys(fields).length > 0) {
    dispatch({ type: 'login_changed', login: { error: t('guest.login.check'), fields } });
    part('.form-summary').focus();
    return;
  }
  remember('last_login', { store: wish.store, table_number: String(wish.table_number) });
  remember('screen', inches);
  display.fitScreen(inches);
  dispatch({ type: 'login_changed', login: { busy: true, error: '', fields: {} } });
  try {
    await server.login(wish);
  } catch (error) {
    dispatch({ type: 'login_changed', login: { busy: false, error: loginError(error), fields: {} } });
    part('.form-summary').focus();
  }
}

/** @param {any} error @returns {string} */
function loginError(error) {
  if (error.status === 0) return t('common.error.no_answer');
  if (error.status === 429) return t('common.error.too_many', { minutes: Math.max(1, Math.ceil((error.retry_after || 60) / 60)) });
  if (error.status === 401 || error.status === 400) return t('guest.login.refused');
  return t('common.error.again_later');
}

function draw() {
  drawPage(cell.state, { now_ms: now(), typed: recall('last_login') || { store: '', table_number: '' }, inches: recall('screen') });
}

cell.subscribe((state, before) => {
  if (state.language !== before.language || state.large !== before.large || state.contrast !== before.contrast) {
    if (state.language !== before.language) setLanguage(state.language);
    display.show(state);
    remember('display', { language: state.language, large: state.large, contrast: state.contrast });
  }
  if (kept && !cart_is_kept && isEdited(before.cart, state.cart) && state.phase === 'menu') remember(kept.cart, state.cart);
  if (state.connection !== before.connection || state.language !== before.language) {
    part('connection-banner').state = state.connection;
    if (state.language !== before.language) part('connection-banner').redraw();
  }
  // What was taken out belongs to its party: the next one is not asked whether to have it back.
  if (sessionId(before) !== null && sessionId(before) !== sessionId(state)) toast.clear();
  if (state.result !== before.result) {
    clearInterval(countdown);
    countdown = setInterval(() => dispatch({ type: 'result_second' }), 1000);
  }
  if (state.result_left === 0) clearInterval(countdown);
  draw();
});

/** Sheets start below the banners, however high those are. */
function watchNotices() {
  const notices = part('.notices');
  new ResizeObserver(() => document.documentElement.style.setProperty('--notices', `${notices.offsetHeight}px`)).observe(notices);
}

async function boot() {
  display.fitScreen(recall('screen'));
  display.show(cell.state);
  await Promise.all([loadLanguage('ko'), cell.state.language === 'ko' ? null : loadLanguage(cell.state.language)]);
  setLanguage(cell.state.language);
  listen();
  watchNotices();
  followCategories(part('.menu-list'), (category) => dispatch({ type: 'category_seen', category }));
  setInterval(() => cell.state.sheet && dispatch({ type: 'clock' }), 5000);
  start();
  draw();
  loadLanguage('en').catch(() => {});
}

boot();

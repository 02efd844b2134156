// @ts-check
// What fingers and keys do with dishes and the cart, up to the order that is sent. It holds no rule of the business.
import { isPhone } from '../lib/display.js';
import { korean, nameOf, t } from '../lib/i18n.js';
import { changesOf, lineKey, LINES_MAX, toOrder } from './cart.js';
import { lineName } from './cart_view.js';
import { findItem, mustChoose, unitPrice } from './menu_lookup.js';
import { announce, cell, dialog, dispatch, openSheet, say, toast } from './page.js';
import { keepReachable, part } from './page_view.js';
import { sending } from './table_link.js';

/** Shows for a moment that one of this dish went into the cart. @param {number} menu_id */
export function flashAdded(menu_id) {
  if (navigator.vibrate && isPhone()) navigator.vibrate(20);
  dispatch({ type: 'added_shown', menu_id });
  setTimeout(() => cell.state.added === menu_id && dispatch({ type: 'added_shown', menu_id: null }), 900);
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
  flashAdded(menu_id);
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
  if (sending.is_busy || state.cart.lines.length === 0 || changesOf(state.cart, state.menu).length > 0) return;
  toast.clear();
  sending.send(toOrder(state.cart, (code) => korean(`guest.note.${code}`)));
}

const acceptChanges = () => dispatch({ type: 'cart_changes_accepted' });

/** @param {HTMLElement} element */
const openItem = (element) => openSheet({ kind: 'item', menu_id: Number(element.dataset.id), option_ids: [], quantity: 1 });

/** @type {Record<string, (element: HTMLElement) => void>} */
export const cartActs = {
  'open-item': openItem,
  'add-item': (element) => {
    const found = findItem(cell.state.menu, Number(element.dataset.id));
    if (found && mustChoose(found.item)) openItem(element);
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
  'accept-changes': acceptChanges,
  'drop-sold-out': () => {
    acceptChanges();
    dispatch({ type: 'sheet_closed' });
  },
  'send-without': () => {
    acceptChanges();
    sendOrder();
  },
};

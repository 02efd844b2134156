// @ts-check
// What can be done with orders that went in: seen in two ways, ordered again as one or by the line, divided among people.
import { t } from '../lib/i18n.js';
import { orderAgain } from './again.js';
import { flashAdded } from './cart_acts.js';
import { counts } from './history_view.js';
import { findItem } from './menu_lookup.js';
import { announce, cell, dispatch, openSheet, say, toast } from './page.js';
import { soldName } from './sold_names.js';
import { PEOPLE_MAX, PEOPLE_MIN, pickMax } from './split.js';
import { eaten } from './split_view.js';

/** @typedef {import('../lib/wire_types.js').OrderItem} OrderItem */

/** The order of a button. @param {HTMLElement} element */
const orderOf = (element) => (cell.state.live ? cell.state.live.orders : []).find((order) => order.id === Number(element.dataset.id));

/** @param {OrderItem[]} items */
function addAgain(items) {
  const { cart, missed, added } = orderAgain(items, cell.state.cart, cell.state.menu);
  if (added > 0) dispatch({ type: 'cart_replaced', cart });
  if (added > 0) toast.show({ text: t('guest.again.added', { n: added }), seconds: 5, action: t('guest.cart.order'), action_icon: 'check', on_action: () => openSheet({ kind: 'review' }) });
  return missed;
}

/** One portion of a line; where its choices are gone they are made anew. @param {OrderItem} item */
function addLineAgain(item) {
  const [missed] = addAgain([{ ...item, quantity: 1 }]);
  const { text } = soldName(item, cell.state);
  const found = findItem(cell.state.menu, item.menu_id);
  if (!missed) {
    announce(t('guest.announce.added', { name: text, n: 1 }));
    flashAdded(item.menu_id);
  } else if (missed.why === 'options' && found) {
    const known = found.item.option_groups.flatMap((group) => group.options.filter((option) => option.available).map((option) => option.id));
    openSheet({ kind: 'item', menu_id: item.menu_id, quantity: 1, option_ids: item.options.map((option) => option.id).filter((id) => known.includes(id)) });
    say(t('guest.again.choose'));
  } else say(t(`guest.again.${missed.why === 'fewer' ? 'none_left' : missed.why}`, { name: text, n: 0 }));
}

/** The open calculator with a change. @param {(sheet: import('./split_view.js').SplitSheet) => Partial<import('./split_view.js').SplitSheet>} change */
function changeSplit(change) {
  const { sheet } = cell.state;
  if (sheet && sheet.kind === 'split') openSheet({ ...sheet, ...change(sheet) });
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const historyActs = {
  'history-by': (element) => openSheet({ kind: 'history', by: element.dataset.by === 'item' ? 'item' : 'order' }),
  'again-order': (element) => {
    const order = orderOf(element);
    const { sheet } = cell.state;
    if (!order || cell.state.sending) return;
    const missed = addAgain(order.items.filter((item) => counts(order, item)));
    if (sheet && sheet.kind === 'history') openSheet({ ...sheet, missed });
  },
  'again-line': (element) => {
    const order = orderOf(element);
    const item = order && order.items.find((one) => one.id === Number(element.dataset.item));
    if (item && !cell.state.sending) addLineAgain(item);
  },
  split: () => openSheet({ kind: 'split', by: 'equal', people: PEOPLE_MIN, person: 0, picks: [] }),
  'split-by': (element) => changeSplit(() => ({ by: element.dataset.by === 'item' ? 'item' : 'equal' })),
  'split-person': (element) => changeSplit(() => ({ person: Number(element.dataset.person) })),
  'split-people': (element) => changeSplit(({ people, person, picks }) => {
    const wanted = Math.min(PEOPLE_MAX, Math.max(PEOPLE_MIN, people + Number(element.dataset.step)));
    return { people: wanted, person: Math.min(person, wanted - 1), picks: picks.slice(0, wanted) };
  }),
  'split-pick': (element) => changeSplit(({ people, person, picks }) => {
    const key = /** @type {HTMLElement} */ (element.parentElement).dataset.line || '';
    const dish = eaten(cell.state).find((one) => one.key === key);
    if (!dish) return {};
    const all = Array.from({ length: people }, (_, index) => ({ ...picks[index] }));
    all[person][key] = Math.max(0, Math.min(pickMax(dish, all, person), (all[person][key] || 0) + Number(element.dataset.step)));
    return { picks: all };
  }),
};

// @ts-check
// How what was sold is called: an order keeps the Korean names of its day, the menu of now may know them in other languages.
import { nameOf } from '../lib/i18n.js';
import { findItem } from './menu_lookup.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** An order's line keeps its Korean name as sold; the menu may know a translation. @param {import('../lib/wire_types.js').OrderItem} item @param {PageState} state */
export function soldName(item, state) {
  const found = findItem(state.menu, item.menu_id);
  return found && found.item.name === item.menu_name ? nameOf(found.item) : { text: item.menu_name, lang: 'ko' };
}

/** The options as chosen, in the guest's language where the menu still has them. @param {import('../lib/wire_types.js').OrderItem} item @param {PageState} state */
export function soldOptions(item, state) {
  const found = findItem(state.menu, item.menu_id);
  const known = found ? found.item.option_groups.flatMap((group) => group.options) : [];
  return item.options.map((option) => nameOf(known.find((one) => one.id === option.id && one.name === option.name) || option).text).join(', ');
}

// @ts-check
// The sheet that divides what the table owes: how many people, evenly or by what each had, and what each pays.
import { html } from '../lib/html.js';
import { won } from '../lib/guest_format.js';
import { t } from '../lib/i18n.js';
import { stepper } from './cart_view.js';
import { segmented, summed } from './history_view.js';
import { equalShares, PEOPLE_MAX, PEOPLE_MIN, pickMax, sharesByPick } from './split.js';

/** @typedef {import('./page_state.js').PageState} PageState */
/** @typedef {Extract<import('./page_state.js').Sheet, { kind: 'split' }>} SplitSheet */

/** What was had, as the calculator counts it. @param {PageState} state @returns {import('./split.js').Eaten[]} */
export function eaten(state) {
  return Array.from(summed(state), ([key, { name, options, quantity, total }]) => ({ key, name, options, quantity, price: total / quantity }));
}

/** @param {PageState} state */
const owed = (state) => (state.live ? state.live.total : 0);

/** @param {SplitSheet} sheet */
export function splitHead({ by }) {
  return html`<h2>${t('guest.split.title')}</h2>${segmented('split-by', t('guest.split.by'), [['equal', t('guest.split.equal')], ['item', t('guest.split.by_item')]], by)}`;
}

/** @param {PageState} state @param {SplitSheet} sheet */
function evenly(state, { people }) {
  const [first, each] = equalShares(owed(state), people);
  return html`<div class="split-each" aria-live="polite"><p>${t('guest.split.each')}</p><p class="price split-price" data-key="${each}">${won(each)}</p>
    ${first > each && html`<p class="soft">${t('guest.split.rest', { rest: won(first - each), first: won(first) })}</p>`}</div>`;
}

/** @param {PageState} state @param {SplitSheet} sheet */
function byPick(state, { people, person, picks }) {
  const dishes = eaten(state);
  const { shares, shared } = sharesByPick(dishes, owed(state), people, picks);
  return html`<div class="split-people" role="group" aria-label="${t('guest.split.who')}">${shares.map((share, index) => html`<button type="button" class="split-person" data-act="split-person" data-person="${index}" aria-pressed="${String(index === person)}"><span>${t('guest.split.person', { n: index + 1 })}</span><b class="price">${won(share)}</b></button>`)}</div>
    <p class="split-hint"><strong>${t('guest.split.hint', { n: person + 1 })}</strong> <span class="soft">${t('guest.split.shared', { amount: won(shared), each: won(Math.floor(shared / people)) })}</span></p>
    <ul class="order">${dishes.map((dish) => html`<li class="order-item" data-key="${dish.key}"><span class="order-item-name"><span lang="${dish.name.lang}">${dish.name.text}</span> ${t('common.count', { n: dish.quantity })}${dish.options && html`<span class="order-options">${dish.options}</span>`}</span><span class="price">${won(dish.price * dish.quantity)}</span>
      ${stepper({ name: dish.name.text, quantity: (picks[person] && picks[person][dish.key]) || 0, max: pickMax(dish, picks, person), key: dish.key, act: 'split-pick', min: 0 })}</li>`)}</ul>`;
}

/** @param {PageState} state @param {SplitSheet} sheet */
export function splitBody(state, sheet) {
  const count = stepper({ name: t('guest.split.people'), quantity: sheet.people, max: PEOPLE_MAX, act: 'split-people', min: PEOPLE_MIN });
  return html`<div class="split-count"><p>${t('guest.split.how_many')}</p>${count}</div>${sheet.by === 'equal' ? evenly(state, sheet) : byPick(state, sheet)}`;
}

/** @param {PageState} state */
export function splitFoot(state) {
  return html`<p class="history-total">${t('common.total')} <span class="price total" data-key="${owed(state)}">${won(owed(state))}</span></p><button type="button" class="button" data-kind="plain" data-act="history">${t('guest.split.back')}</button>`;
}

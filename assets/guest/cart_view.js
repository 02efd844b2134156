// @ts-check
// The cart as it stands in its column, in its sheet and, in short, in the bottom bar; the last look at it before it is sent,
// what stands in its way, and what is under way.
import { html } from '../lib/html.js';
import { dishPicture } from '../lib/dish.js';
import { won } from '../lib/guest_format.js';
import { nameOf, t } from '../lib/i18n.js';
import { icon } from '../lib/assets.js';
import { bannerPart, fieldPart } from '../components/page_part.js';
import { acceptChanges, changesOf, countOf, lineKey, priceNow, quantityMax, totalOf } from './cart.js';
import { chosenOptions, findItem } from './menu_lookup.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('./cart.js').CartLine} CartLine */

/** Name of a line in the guest's language. @param {CartLine} line @param {PageState} state */
export function lineName(line, state) {
  const found = findItem(state.menu, line.menu_id);
  return found ? nameOf(found.item) : { text: line.name, lang: 'ko' };
}

/** @param {CartLine} line @param {PageState} state */
function lineOptions(line, state) {
  const found = findItem(state.menu, line.menu_id);
  const options = found ? chosenOptions(found.item, line.option_ids) : [];
  return options.length > 0 && html`<p class="line-options">${options.map((option, index) => html`${index > 0 && ', '}<span lang="${nameOf(option).lang}">${nameOf(option).text}</span>`)}</p>`;
}

/** @param {CartLine} line @param {PageState} state */
function lineWarning(line, state) {
  const words = { sold_out: () => t('guest.cart.sold_out'), fewer: (/** @type {number} */ n) => t('guest.cart.fewer', { n }), price: () => t('guest.cart.price_changed', { before: won(line.price), after: won(priceNow(line, state.menu)) }) };
  return changesOf(state.cart, state.menu).filter((change) => change.line === line).map(({ why, left }) => html`<p class="line-warning">${icon('warn', 26)}${words[why](left)}</p>`);
}

/**
 * Minus, number and plus. Without `key`, which names a line of the cart, it belongs to the open item; a line at 1 can be thrown out.
 * @param {{ name: string, quantity: number, max: number, key?: string, locked?: boolean, act?: string, min?: number }} of
 *   `act`: where it counts something else than portions to order, down to `min`
 */
export function stepper({ name, quantity, max, key, locked, act = 'step', min = 1 }) {
  const bin = key && act === 'step' && quantity <= 1;
  return html`<div class="stepper" role="group" aria-label="${t('common.stepper.label', { name })}" data-quantity="${quantity}" data-max="${max}" ${key && html`data-line="${key}"`} ${locked && html`data-locked`}>
    <button type="button" data-act="${act}" data-step="-1" aria-label="${t(bin ? 'common.stepper.remove' : 'common.stepper.less', { name })}" aria-disabled="${String(!bin && quantity <= min)}">${icon(bin ? 'trash' : 'minus', 26)}</button>
    <output class="stepper-number" aria-live="off">${quantity}</output>
    <button type="button" data-act="${act}" data-step="1" aria-label="${t('common.stepper.more', { name })}" aria-disabled="${String(quantity >= max)}">${icon('plus', 26)}</button></div>`;
}

/** @param {CartLine} line @param {PageState} state */
function cartLine(line, state) {
  const { text, lang } = lineName(line, state);
  const key = lineKey(line);
  return html`<li class="cart-line" data-key="${key}">
    <p class="name" lang="${lang}">${text}</p>${lineOptions(line, state)}${lineWarning(line, state)}
    <div class="cart-line-foot">
      ${stepper({ name: text, quantity: line.quantity, max: quantityMax(state.cart, line, state.menu), key, locked: state.sending !== null })}
      <span class="price" data-key="price-${line.quantity}">${won(priceNow(line, state.menu) * line.quantity)}</span>
    </div></li>`;
}

/** The button that leads on, or the words of what is under way. @param {PageState} state @param {string} [act] @param {string} [words] */
function mainButton(state, act = 'review', words = 'guest.cart.order') {
  const busy = state.sending && (state.sending === 'sending' ? 'guest.send.sending' : 'guest.send.checking_short');
  return html`<button type="button" class="button" data-kind="main" data-act="${act}" ${busy && html`aria-busy="true"`}>${t(busy || words)}</button>`;
}

/** @param {PageState} state */
export function cartHead(state) {
  const count = countOf(state.cart);
  return html`<h2 class="cart-title">${t('guest.cart.title')} ${count > 0 && html`<span class="cart-count">${count}</span>`}</h2>
    ${count > 0 && !state.sending && html`<button type="button" class="button cart-clear" data-kind="soft" data-act="clear-cart">${t('guest.cart.clear')}</button>`}`;
}

/** @param {PageState} state */
export function cartLines(state) {
  if (state.cart.lines.length === 0) {
    return html`<div class="cart-empty"><span class="empty-plate" aria-hidden="true"></span><p><strong>${t('guest.cart.empty')}</strong></p><p class="soft">${t('guest.cart.empty_next')}</p></div>`;
  }
  return html`<ul class="cart-lines">${state.cart.lines.map((line) => cartLine(line, state))}</ul>`;
}

/** What a cart comes to; another sum is another element, which flashes once. @param {import('./cart.js').Cart} cart @param {PageState} state */
function total(cart, state) {
  const sum = totalOf(cart, state.menu);
  return html`<span class="price total" data-key="${sum}">${won(sum)}</span>`;
}

/** @param {PageState} state */
export function cartFoot(state) {
  if (state.cart.lines.length === 0) return html``;
  return html`<p class="cart-total"><span>${t('common.total')}</span> ${total(state.cart, state)}</p>${mainButton(state)}`;
}

/** @param {PageState} state */
export function cartColumn(state) {
  return html`<div class="cart-head">${cartHead(state)}</div><div class="cart-body">${cartLines(state)}</div><div class="cart-foot">${cartFoot(state)}</div>`;
}

/** @param {PageState} state */
export function bottomBar(state) {
  const count = countOf(state.cart);
  if (count === 0) return html`<p class="bottom-empty">${t('guest.cart.empty')} <span class="soft">${t('guest.cart.empty_next')}</span></p>`;
  return html`<p class="bottom-total"><span class="bottom-count">${t('guest.cart.count', { n: count })}</span> ${total(state.cart, state)}</p>
    <button type="button" class="button bottom-cart" data-kind="plain" data-act="cart">${t('guest.cart.show')}</button>${mainButton(state)}`;
}

/** Wishes for the whole order; the kitchen reads them in Korean. */
const NOTE_CHIPS = ['together', 'less_salty', 'plates'];

/** @param {import('./cart.js').CartLine} line @param {PageState} state */
function reviewLine(line, state) {
  const found = findItem(state.menu, line.menu_id);
  const { text, lang } = lineName(line, state);
  return html`<li class="review-line" data-key="${lineKey(line)}">${dishPicture(found ? found.item : line, found ? found.place : 0, 'line')}
    <div class="review-words"><p class="name" lang="${lang}">${text}</p>${lineOptions(line, state)}${lineWarning(line, state)}</div>
    <span class="review-count">${t('common.count', { n: line.quantity })}</span><span class="price">${won(priceNow(line, state.menu) * line.quantity)}</span></li>`;
}

/** @param {PageState} state @param {boolean} with_steppers  where no cart column stands beside it */
export function reviewBody(state, with_steppers) {
  const lines = state.cart.lines;
  const adults = lines.some((line) => {
    const found = findItem(state.menu, line.menu_id);
    return found && found.item.alcohol;
  });
  return html`${refusalNotice(state)}
    <ul class="${with_steppers ? 'cart-lines' : 'review-lines'}">${lines.map((line) => (with_steppers ? cartLine(line, state) : reviewLine(line, state)))}</ul>
    ${adults && html`<p class="item-note">${icon('id', 28)}${t('guest.item.adult')}</p>`}
    <div class="chips" role="group" aria-label="${t('guest.note.label')}">${NOTE_CHIPS.map((code) => html`<button type="button" class="chip" data-act="note" data-note="${code}" aria-pressed="${String(state.cart.notes.includes(code))}">${icon('check', 26, 3)}${t(`guest.note.${code}`)}</button>`)}</div>
    ${state.guest_page.free_notes && fieldPart({ id: 'free-note', name: 'free_note', label: t('guest.note.free'), value: state.cart.text, autocomplete: 'off', maxlength: 120 })}
    ${with_steppers && !state.sending && html`<p class="review-clear"><button type="button" class="button" data-kind="soft" data-act="clear-cart">${icon('trash', 26)}${t('guest.cart.clear')}</button></p>`}`;
}

/** Why the last try did not go in. @param {PageState} state */
export function refusalNotice(state) {
  const { refusal } = state;
  if (!refusal) return html``;
  // What is sold out is named at its line, once the newest menu is there; when that shows no difference, it is there again.
  const kind = refusal.kind !== 'sold_out' ? refusal.kind : changesOf(state.cart, state.menu).length > 0 ? null : 'refused';
  return kind ? bannerPart({ kind: 'act', icon: 'warn', title: t(`guest.refused.${kind}`), text: refusal.detail }) : html``;
}

/** @param {PageState} state */
export function reviewFoot(state) {
  const { cart, menu } = state;
  const changes = changesOf(cart, menu);
  const after = changes.length > 0 ? acceptChanges(cart, menu) : cart;
  const sum = html`<p class="cart-total"><span>${t('guest.review.sum', { n: countOf(after) })}</span> ${total(after, state)}</p>`;
  const back = html`<button type="button" class="button" data-kind="plain" data-act="close-sheet">${t('guest.review.back')}</button>`;
  if (state.sending) return html`${sum}<div class="foot-acts">${mainButton(state, 'send')}</div>`;
  if (state.cut_off) {
    return html`${sum}<p class="foot-question" role="alert">${icon('wifi', 30)}<span>${t('guest.cut_off')}</span></p>
      <div class="foot-acts">${back}<button type="button" class="button" data-kind="main" disabled>${t('guest.review.send')}</button></div>`;
  }
  const named = (/** @type {string} */ why) => changes.filter((change) => change.why === why);
  const gone = named('sold_out').map(({ line }) => lineName(line, state).text).join(', ');
  const fewer = named('fewer').map(({ line, left }) => t('guest.fewer.one', { name: lineName(line, state).text, n: left })).join(', ');
  if (gone || fewer) {
    const rest = after.lines.length > 0;
    const question = gone && !fewer ? t(rest ? 'guest.sold_out.question' : 'guest.sold_out.all', { names: gone })
      : `${gone ? `${t('guest.sold_out.all', { names: gone })}. ` : ''}${t('guest.fewer.question', { names: fewer })}`;
    return html`<p class="foot-question" role="alert">${icon('warn', 30)}<span>${question}</span></p>${rest && sum}
      <div class="foot-acts"><button type="button" class="button" data-kind="plain" data-act="drop-sold-out">${t('guest.sold_out.choose')}</button>${rest && mainButton(state, 'send-without', fewer ? 'guest.fewer.send' : 'guest.sold_out.without')}</div>`;
  }
  const on = changes.length > 0 ? mainButton(state, 'accept-changes', 'guest.review.accept_prices') : mainButton(state, 'send', 'guest.review.send');
  return html`${sum}<div class="foot-acts">${back}${on}</div>`;
}

/** The banner under the top bar while it is not known whether an order went in. @param {PageState} state */
export function sendingNotice(state) {
  if (state.sending === 'checking') return bannerPart({ kind: 'wait', icon: 'clock', title: t('guest.send.checking'), text: t('guest.send.checking_next') });
  if (state.sending === 'unknown') return bannerPart({ kind: 'act', icon: 'warn', title: t('guest.send.unknown'), text: t('guest.send.unknown_next') });
  return html``;
}

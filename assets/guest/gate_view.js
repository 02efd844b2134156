// @ts-check
// What staff see behind the gate of a guest's tablet.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { fieldPart } from '../components/page_part.js';
import { screenField } from './login_view.js';

/** @typedef {import('./page_state.js').PageState} PageState */

/** @param {{ error: string, busy: boolean }} gate */
export function gateBody({ error, busy }) {
  return html`<form class="gate-form" data-form="gate" novalidate>${fieldPart({ id: 'gate-password', name: 'password', label: t('guest.login.password'), type: 'password', error, autocomplete: 'off', maxlength: 50 })}
    <button type="submit" class="button" data-kind="main" ${busy && html`aria-busy="true"`}>${t('guest.gate.enter')}</button></form>`;
}

/** @param {string} name @param {string} act @param {string} words @param {string} text */
function operation(name, act, words, text) {
  return html`<li><button type="button" class="operation" data-act="${act}">${icon(name, 40)}<span><b>${words}</b><span class="soft">${text}</span></span></button></li>`;
}

/** @param {PageState} state @param {import('./page_view.js').Around} around @param {number} inches */
export function operatorBody(state, around, inches) {
  const heard = around.heard_s === null ? t('guest.gate.never') : t('guest.gate.heard', { n: around.heard_s });
  /** @type {Array<[string, string | number]>} */
  const facts = [['version', around.version || '–'], ['address', window.location.host], ['sync', `${t(`common.connection.${state.connection}`)} · ${heard}`], ['size', `${window.innerWidth}×${window.innerHeight}`]];
  return html`<ul class="operations">
    ${operation('undo', 'unpair', t('guest.gate.unpair'), t('guest.gate.unpair_text'))}
    ${operation(state.out_of_order ? 'check' : 'warn', 'out-of-order', t(state.out_of_order ? 'guest.gate.in_order' : 'guest.gate.out_of_order'), t(state.out_of_order ? 'guest.gate.in_order_text' : 'guest.gate.out_of_order_text'))}
    ${operation('up', 'reload', t('guest.gate.reload'), t('guest.gate.reload_text'))}</ul>
    ${screenField(inches)}
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${t(`guest.gate.fact.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

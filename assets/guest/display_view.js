// @ts-check
// The sheets in which guests choose how the page looks and speaks: all modes with what they do, and the languages under
// their own names. They show what is on; switching is the page's matter.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { isPhone } from '../lib/display.js';
import { t } from '../lib/i18n.js';
import { LANGUAGE_NAMES, MODES, MODE_ICONS, plainDisplay, sameDisplay } from './modes.js';
import { RATES, VOLUMES, canSpeak, voice } from './voice.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {import('./modes.js').Mode} Mode */

/** A low page is of no use on a phone, and nothing can be promised to speak that has no voice. @param {Mode} mode */
function isOffered(mode) {
  return mode === 'low' ? !isPhone() : mode !== 'voice' || canSpeak();
}

/** @param {Mode} mode @param {PageState} state */
function modeTile(mode, state) {
  const on = state[mode];
  return html`<li data-key="${mode}"><button type="button" class="mode" data-act="mode" data-mode="${mode}" aria-pressed="${String(on)}">
    ${icon(MODE_ICONS[mode], 44, 2)}<span class="mode-words"><span class="mode-name">${t(`guest.mode.${mode}`)}</span><span class="mode-text">${t(`guest.mode.${mode}.text`)}</span></span>
    <span class="mode-state"><span class="mode-switch"></span>${t(on ? 'guest.mode.on' : 'guest.mode.off')}</span></button></li>`;
}

/** @param {string} name  rate or volume @param {Record<string, number>} steps @param {number} chosen */
function voiceSteps(name, steps, chosen) {
  return html`<div class="voice-steps"><p>${t(`guest.voice.${name}`)}</p><div class="segmented" role="group" aria-label="${t(`guest.voice.${name}`)}">
    ${Object.keys(steps).map((step) => html`<button type="button" data-act="voice-${name}" data-step="${step}" aria-pressed="${String(steps[step] === chosen)}">${t(`guest.voice.${name}.${step}`)}</button>`)}</div></div>`;
}

/** How it speaks, once it does. */
function voicePart() {
  return html`<section class="voice" data-key="voice-part"><div class="voice-acts">
    <button type="button" class="button" data-kind="plain" data-act="voice-again">${icon('undo', 28)}${t('guest.voice.again')}</button>
    <button type="button" class="button" data-kind="plain" data-act="voice-stop">${icon('x', 28)}${t('guest.voice.stop')}</button></div>
    ${voiceSteps('rate', RATES, voice.rate)}${voiceSteps('volume', VOLUMES, voice.volume)}</section>`;
}

/** @param {PageState} state */
export function displayBody(state) {
  return html`<ul class="modes">${MODES.filter(isOffered).map((mode) => modeTile(mode, state))}</ul>${state.voice && voicePart()}
    <h3 class="display-languages" data-key="languages" lang="en">Language</h3>${languageBody(state)}`;
}

/** @param {PageState} state */
export function displayFoot(state) {
  const changed = !sameDisplay(state, { ...plainDisplay(), language: state.first_language });
  return html`<div class="foot-acts"><button type="button" class="button" data-kind="plain" data-act="reset-display" ${!changed && html`aria-disabled="true"`}>${t('guest.display.reset')}</button>
    <button type="button" class="button" data-kind="main" data-act="close-sheet">${t('guest.display.done')}</button></div>`;
}

/** @param {PageState} state */
export function languageBody(state) {
  return html`<ul class="languages" data-key="language-list">${Object.keys(LANGUAGE_NAMES).map((code) => html`<li data-key="${code}"><button type="button" class="language" data-act="set-language" data-lang="${code}" lang="${code}" ${code === state.language && html`aria-current="true"`}>${code === state.language && icon('check', 28, 3)}${LANGUAGE_NAMES[code]}</button></li>`)}</ul>`;
}

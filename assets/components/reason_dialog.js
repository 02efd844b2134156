// @ts-check
// <reason-dialog>: asks why, by chips or in own words, and takes the yes only with a reason. Leaving it means no.

import { holdFocus } from '../lib/focus.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

/** @typedef {{ title: string, text?: string, reasons: string[], own: string, yes: string, no: string, max: number, keep?: Element[] }} Why
 *  `own` labels the free text of at most `max` characters */

export class ReasonDialog extends HTMLElement {
  constructor() {
    super();
    /** @type {((reason: string | null) => void) | null} */
    this.answer = null;
    /** @type {Why | null} */
    this.why = null;
    this.chosen = '';
    this.complaint = '';
  }

  connectedCallback() {
    this.hidden = true;
    this.addEventListener('click', (event) => {
      const pressed = event.target instanceof Element && event.target.closest('[data-answer], [data-reason]');
      if (!pressed) return;
      const reason = pressed.getAttribute('data-reason');
      if (reason !== null) this.choose(reason);
      else if (pressed.getAttribute('data-answer') === 'yes') this.confirm();
      else this.finish(null);
    });
    this.addEventListener('submit', (event) => {
      event.preventDefault();
      this.confirm();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.answer) return;
      event.preventDefault();
      event.stopPropagation();
      this.finish(null);
    }, true);
  }

  /** @param {string | null} reason */
  finish(reason) {
    const answer = this.answer;
    this.answer = null;
    if (answer) answer(reason);
  }

  /** @param {string} reason */
  choose(reason) {
    this.chosen = this.chosen === reason ? '' : reason;
    this.complaint = '';
    this.draw();
  }

  confirm() {
    const own = /** @type {HTMLInputElement} */ (this.querySelector('input')).value.trim();
    const reason = own || this.chosen;
    if (reason) {
      this.finish(reason);
      return;
    }
    this.complaint = t('common.reason.missing');
    this.draw();
    /** @type {HTMLElement} */ (this.querySelector('[data-reason]')).focus();
  }

  /** @param {Why} why @returns {Promise<string | null>} the reason, or null when it was left */
  async ask(why) {
    this.finish(null);
    this.why = why;
    this.chosen = '';
    this.complaint = '';
    render(this, html``);
    this.draw();
    this.hidden = false;
    const first = /** @type {HTMLElement} */ (this.querySelector('[data-reason]'));
    const release = holdFocus(this, { keep: why.keep || [], first });
    const reason = await new Promise((/** @type {(reason: string | null) => void} */ resolve) => {
      this.answer = resolve;
    });
    this.hidden = true;
    release();
    return reason;
  }

  draw() {
    const why = this.why;
    if (!why) return;
    render(this, html`
      <div class="dialog-scrim" data-answer="no"></div>
      <section class="dialog-box" role="alertdialog" aria-label="${why.title}" tabindex="-1"><form novalidate>
        <h2 class="dialog-title">${why.title}</h2>
        ${why.text && html`<p class="dialog-text">${why.text}</p>`}
        <div class="reason-chips">${why.reasons.map((reason) => html`<button type="button" class="chip" data-key="${reason}" data-reason="${reason}" aria-pressed="${String(this.chosen === reason)}">${icon('check', 20)}${reason}</button>`)}</div>
        <div class="field"><label for="reason-own">${why.own}</label><input id="reason-own" maxlength="${why.max}" autocomplete="off"></div>
        <p class="field-error" role="alert">${this.complaint && html`${icon('warn', 20)}<span>${this.complaint}</span>`}</p>
        <div class="dialog-answers">
          <button type="button" class="button" data-kind="plain" data-answer="no">${why.no}</button>
          <button type="submit" class="button" data-kind="danger">${why.yes}</button>
        </div>
      </form></section>`);
  }
}

customElements.define('reason-dialog', ReasonDialog);

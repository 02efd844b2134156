// @ts-check
// <confirm-dialog>: one question with two answers or, without `no`, one, over everything but the top bar. Leaving it by
// Esc or beside it means no.
import { holdFocus } from '../lib/focus.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';

/** @typedef {{ title: string, text?: string, yes: string, no?: string, danger?: boolean, icon?: string, keep?: Element[] }} Question */

export class ConfirmDialog extends HTMLElement {
  constructor() {
    super();
    /** @type {((yes: boolean) => void) | null} */
    this.answer = null;
  }

  connectedCallback() {
    this.hidden = true;
    this.addEventListener('click', (event) => {
      const pressed = event.target instanceof Element && event.target.closest('[data-answer]');
      if (pressed) this.finish(pressed.getAttribute('data-answer') === 'yes');
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.answer) return;
      event.preventDefault();
      event.stopPropagation();
      this.finish(false);
    }, true);
  }

  /** @param {boolean} yes */
  finish(yes) {
    const answer = this.answer;
    this.answer = null;
    if (answer) answer(yes);
  }

  /** Says the question's text anew, e.g. with fewer seconds; assistive technology is not told each time. @param {string} text */
  say(text) {
    const place = this.querySelector('.dialog-text');
    if (place) place.textContent = text;
  }

  /**
   * Shows the question; the promise tells whether it was answered with yes. A second question answers the first with no.
   * @param {Question} question @returns {Promise<boolean>}
   */
  async ask(question) {
    this.finish(false);
    render(this, html`
      <div class="dialog-scrim" data-answer="no"></div>
      <section class="dialog-box" role="alertdialog" aria-label="${question.title}" tabindex="-1">
        <h2 class="dialog-title">${question.icon && icon(question.icon, 34)}${question.title}</h2>
        ${question.text && html`<p class="dialog-text">${question.text}</p>`}
        <div class="dialog-answers">
          ${question.no && html`<button type="button" class="button" data-kind="plain" data-answer="no">${question.no}</button>`}
          <button type="button" class="button" data-kind="${question.danger ? 'danger' : 'main'}" data-answer="yes">${question.yes}</button>
        </div>
      </section>`);
    this.hidden = false;
    const first = /** @type {HTMLElement} */ (this.querySelector('button'));
    const release = holdFocus(this, { keep: question.keep || [], first });
    const yes = await new Promise((/** @type {(yes: boolean) => void} */ resolve) => {
      this.answer = resolve;
    });
    this.hidden = true;
    release();
    return yes;
  }
}

customElements.define('confirm-dialog', ConfirmDialog);

// @ts-check
// <pairing-dialog>: how a tablet is put to a table, by a large QR code or six digits, and for how long. It shows what it is
// given; its buttons are events: "pairing-renew" and, also by Esc or beside it, "pairing-close".

import { holdFocus } from '../lib/focus.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';

/**
 * @typedef {{ title: string, state: 'asking' | 'open' | 'over' | 'done', qr?: string, qr_label?: string, code?: string, code_label?: string,
 *   left?: string, steps: string[], notice?: string, renew: string, close: string }} Pairing
 *   `qr` is an SVG picture; `left` says how long the offer is good; `notice` says why it is not
 */

export class PairingDialog extends HTMLElement {
  constructor() {
    super();
    /** @type {(() => void) | null} */
    this.release = null;
  }

  connectedCallback() {
    this.hidden = true;
    this.addEventListener('click', (event) => {
      const pressed = event.target instanceof Element && event.target.closest('[data-pairing]');
      if (pressed) this.tell(pressed.getAttribute('data-pairing') || '');
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.release) return;
      event.preventDefault();
      event.stopPropagation();
      this.tell('close');
    }, true);
  }

  /** @param {string} what */
  tell(what) {
    this.dispatchEvent(new CustomEvent(`pairing-${what}`, { bubbles: true }));
  }

  /** Shows it, or how it stands now. @param {Pairing} pairing @param {Element[]} keep  parts of the page that stay reachable */
  show(pairing, keep) {
    const { state } = pairing;
    const open = state === 'open';
    const done = state === 'done';
    render(this, html`
      <div class="dialog-scrim" data-pairing="close"></div>
      <section class="dialog-box pairing" role="dialog" aria-modal="true" aria-label="${pairing.title}" tabindex="-1" data-state="${state}">
        <h2 class="dialog-title">${icon('qr', 34)}${pairing.title}</h2>
        <p class="pairing-notice" role="status" data-key="notice">${pairing.notice && html`${icon(done ? 'check' : 'clock', 30, 3)}<span>${pairing.notice}</span>`}</p>
        <div class="pairing-ways" data-key="ways" ${!open && html`hidden`}>
          ${open && html`<img class="pairing-qr" data-key="${pairing.code}" src="data:image/svg+xml,${encodeURIComponent(pairing.qr || '')}" width="300" height="300" alt="${pairing.qr_label}">
          <div class="pairing-side"><p class="pairing-label">${pairing.code_label}</p><p class="pairing-code">${pairing.code}</p><p class="pairing-left" role="timer" aria-live="off">${icon('clock', 22)}<span>${pairing.left}</span></p></div>`}</div>
        <ol class="pairing-steps" data-key="steps" ${done && html`hidden`}>${pairing.steps.map((step) => html`<li>${step}</li>`)}</ol>
        <div class="dialog-answers" data-key="answers">
          <button type="button" class="button" data-kind="${state === 'over' ? 'main' : 'plain'}" data-key="renew" data-pairing="renew" ${state === 'asking' && html`aria-busy="true"`} ${done && html`hidden`}>${pairing.renew}</button>
          <button type="button" class="button" data-kind="${done ? 'main' : 'plain'}" data-key="close" data-pairing="close">${pairing.close}</button>
        </div>
      </section>`);
    if (this.release) return;
    this.hidden = false;
    this.release = holdFocus(this, { keep, first: /** @type {HTMLElement} */ (this.querySelector('.dialog-box')) });
  }

  close() {
    if (!this.release) return;
    this.hidden = true;
    const release = this.release;
    this.release = null;
    release();
  }
}

customElements.define('pairing-dialog', PairingDialog);

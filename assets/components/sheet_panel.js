// @ts-check
// <sheet-panel>: a sheet over the page. It shows and hides itself, keeps the focus inside together with the top bar
// (where the staff call is), and asks to be closed by `sheet-close`; what closing means is the page's matter.
import { focusableIn, holdFocus } from '../lib/focus.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

export class SheetPanel extends HTMLElement {
  constructor() {
    super();
    /** @type {(() => void) | null} */
    this.release = null;
  }

  connectedCallback() {
    if (this.firstElementChild) return;
    this.hidden = true;
    render(this, html`
      <div class="sheet-scrim" data-close></div>
      <section class="sheet-box" role="dialog" tabindex="-1">
        <div class="sheet-head" data-own></div>
        <div class="sheet-body" data-own tabindex="-1"></div>
        <div class="sheet-foot" data-own></div>
        <button type="button" class="sheet-close" data-close>${icon('x', 30)}</button>
      </section>`);
    this.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('[data-close]')) this.askToClose();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.release && !event.defaultPrevented && !document.querySelector('confirm-dialog:not([hidden])')) {
        event.preventDefault();
        this.askToClose();
      }
    });
  }

  /** @param {string} name @returns {HTMLElement} */
  region(name) {
    return /** @type {HTMLElement} */ (this.querySelector(`.sheet-${name}`));
  }

  get head() {
    return this.region('head');
  }

  get body() {
    return this.region('body');
  }

  get foot() {
    return this.region('foot');
  }

  get is_open() {
    return this.release !== null;
  }

  /** A sheet that must not be left (an order is being sent) carries `locked`. */
  askToClose() {
    if (!this.hasAttribute('locked')) this.dispatchEvent(new CustomEvent('sheet-close', { bubbles: true }));
  }

  /**
   * @param {string} label  the sheet's name for assistive technology
   * @param {Element[]} [keep]  parts of the page that stay reachable, e.g. the top bar
   */
  open(label, keep = []) {
    const box = this.region('box');
    box.setAttribute('aria-label', label);
    this.region('close').setAttribute('aria-label', t('common.close'));
    if (!this.release) {
      this.hidden = false;
      this.release = holdFocus(this, { keep, first: box });
    }
    // What can only be scrolled must be reachable by keyboard for that.
    for (const region of [this.head, this.body]) region.tabIndex = region.scrollHeight > region.clientHeight && focusableIn(region).length === 0 ? 0 : -1;
  }

  /** Starts at the top with the focus in the sheet, after it was opened or its content became another. @param {HTMLElement | null} [first] */
  enter(first) {
    this.body.scrollTop = 0;
    (first || this.region('box')).focus({ preventScroll: true });
  }

  close() {
    if (!this.release) return;
    this.hidden = true;
    const release = this.release;
    this.release = null;
    release();
  }
}

customElements.define('sheet-panel', SheetPanel);

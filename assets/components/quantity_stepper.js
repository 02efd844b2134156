// @ts-check
// <quantity-stepper value min max label removable>: minus, number, plus. Fires `quantity-change` {value} and, at a limit,
// `quantity-limit` {limit}. With `removable` the minus at the minimum is a bin and fires `quantity-remove`.
import { html, render } from '../lib/html.js';
import { icon } from '../lib/icons.js';
import { t } from '../lib/i18n.js';

export class QuantityStepper extends HTMLElement {
  static get observedAttributes() {
    return ['value', 'min', 'max', 'label', 'removable', 'lang'];
  }

  connectedCallback() {
    this.addEventListener('click', this);
    this.draw();
  }

  disconnectedCallback() {
    this.removeEventListener('click', this);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw();
  }

  /** @param {string} name @param {number} otherwise */
  number(name, otherwise) {
    return Number(this.getAttribute(name) || otherwise);
  }

  get value() {
    return this.number('value', 1);
  }

  set value(value) {
    this.setAttribute('value', String(value));
  }

  /** @param {Event} event */
  handleEvent(event) {
    const button = event.target instanceof Element && event.target.closest('button');
    if (!button) return;
    const step = button.getAttribute('data-step') === 'up' ? 1 : -1;
    const value = this.value + step;
    const min = this.number('min', 1);
    const max = this.number('max', 99);
    if (value < min && this.hasAttribute('removable')) this.tell('quantity-remove', {});
    else if (value < min) this.tell('quantity-limit', { limit: min });
    else if (value > max) this.tell('quantity-limit', { limit: max });
    else {
      this.value = value;
      this.tell('quantity-change', { value });
    }
  }

  /** @param {string} type @param {object} detail */
  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }

  draw() {
    const label = this.getAttribute('label') || '';
    const at_min = this.value <= this.number('min', 1);
    const bin = at_min && this.hasAttribute('removable');
    const at_max = this.value >= this.number('max', 99);
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', t('common.stepper.label', { name: label }));
    render(this, html`
      <button type="button" data-step="down" aria-label="${t(bin ? 'common.stepper.remove' : 'common.stepper.less', { name: label })}" aria-disabled="${String(at_min && !bin)}">${icon(bin ? 'trash' : 'minus', 26)}</button>
      <output class="stepper-number" aria-live="off">${this.value}</output>
      <button type="button" data-step="up" aria-label="${t('common.stepper.more', { name: label })}" aria-disabled="${String(at_max)}">${icon('plus', 26)}</button>`);
  }
}

customElements.define('quantity-stepper', QuantityStepper);

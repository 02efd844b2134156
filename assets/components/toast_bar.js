// @ts-check
// <toast-bar>: one short message at a time with an optional act (mostly undo), gone by itself after its time but never
// while it has the focus. The live region exists all the time.
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';

/** @typedef {{ text: string, action?: string, action_icon?: string, seconds?: number, on_action?: () => void }} Toast */

export class ToastBar extends HTMLElement {
  constructor() {
    super();
    /** @type {Toast | null} */
    this.toast = null;
    this.left = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    render(this, html`<div class="toast-words" role="status" data-own></div><div class="toast-act" data-own></div>`);
    this.setAttribute('data-never-inert', '');
    this.addEventListener('click', (event) => {
      if (!(event.target instanceof Element) || !event.target.closest('button') || !this.toast) return;
      const { on_action } = this.toast;
      this.clear();
      if (on_action) on_action();
    });
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  /** @param {Toast} toast  `seconds` 10 unless said otherwise */
  show(toast) {
    clearInterval(this.timer);
    this.toast = toast;
    this.left = toast.seconds || 10;
    this.classList.add('is-shown');
    this.draw();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  clear() {
    clearInterval(this.timer);
    this.toast = null;
    this.classList.remove('is-shown');
    this.draw();
  }

  tick() {
    if (this.contains(document.activeElement)) return;
    this.left -= 1;
    if (this.left <= 0) this.clear();
    else this.draw();
  }

  draw() {
    const toast = this.toast;
    const [words, act] = Array.from(this.children);
    render(words, html`${toast && toast.text}`);
    render(act, toast && toast.action
      ? html`<button type="button" class="toast-button">${icon(toast.action_icon || 'undo', 26)}${toast.action}<span class="toast-left" aria-hidden="true">${this.left}</span></button>`
      : html``);
  }
}

customElements.define('toast-bar', ToastBar);

// @ts-check
// <countdown-ring seconds>: a ring of arcs of which one fades each second, with the number in it. `start` and `stop`
// run it; it fires `countdown-end` when the last arc is gone. It decides nothing about what happens then.
import { html, render } from '../lib/html.js';

const RADIUS = 20;
/** Of each arc's share of the circle the rest is gap. */
const DRAWN = 0.75;

export class CountdownRing extends HTMLElement {
  constructor() {
    super();
    this.left = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  get seconds() {
    return Number(this.getAttribute('seconds') || 5);
  }

  start() {
    clearInterval(this.timer);
    this.left = this.seconds;
    this.draw();
    this.timer = setInterval(() => {
      this.left -= 1;
      this.draw();
      if (this.left > 0) return;
      this.stop();
      this.dispatchEvent(new CustomEvent('countdown-end', { bubbles: true }));
    }, 1000);
  }

  stop() {
    clearInterval(this.timer);
  }

  draw() {
    const count = this.seconds;
    // The arcs fade from the top clockwise, so those still counting are the last ones.
    const share = (2 * Math.PI * RADIUS) / count;
    const arcs = Array.from({ length: count }, (_, index) => html`<circle cx="24" cy="24" r="${RADIUS}" stroke-dasharray="${share * DRAWN} 999" stroke-dashoffset="${-share * (index + (1 - DRAWN) / 2)}" class="${index < count - this.left ? 'is-gone' : ''}"></circle>`);
    this.setAttribute('aria-hidden', 'true');
    render(this, html`<svg width="48" height="48" viewBox="0 0 48 48">${arcs}</svg><span>${this.left}</span>`);
  }
}

customElements.define('countdown-ring', CountdownRing);

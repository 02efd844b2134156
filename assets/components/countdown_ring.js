// @ts-check
// <countdown-ring seconds>: a ring of arcs of which one fades each second, with the number in it. `start` and `stop`
// run it; it fires `countdown-end` when the last arc is gone. It decides nothing about what happens then.
import { html, render } from '../lib/html.js';

const RADIUS = 20;
const GAP_DEGREES = 9;

/** Path of arc number `index` of `count`. @param {number} index @param {number} count */
function arcPath(index, count) {
  const step = 360 / count;
  /** @param {number} degrees */
  const point = (degrees) => {
    const angle = ((degrees - 90) * Math.PI) / 180;
    return `${(24 + RADIUS * Math.cos(angle)).toFixed(2)} ${(24 + RADIUS * Math.sin(angle)).toFixed(2)}`;
  };
  return `M${point(index * step + GAP_DEGREES)}A${RADIUS} ${RADIUS} 0 0 1 ${point((index + 1) * step - GAP_DEGREES)}`;
}

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
    const arcs = Array.from({ length: count }, (_, index) => html`<path d="${arcPath(index, count)}" class="${index < count - this.left ? 'is-gone' : ''}"></path>`);
    this.setAttribute('aria-hidden', 'true');
    render(this, html`<svg width="48" height="48" viewBox="0 0 48 48">${arcs}</svg><span>${this.left}</span>`);
  }
}

customElements.define('countdown-ring', CountdownRing);

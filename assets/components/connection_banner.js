// @ts-check
// <connection-banner>: says that the connection is lost, that it will not be back soon, and that it is back. Property
// `state` in (as EventStream has it, or cut_off), nothing out. Troubles shorter than three seconds stay unseen; polling
// counts as connected, since orders go in and out.
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

const QUIET_MS = 3000;
const BACK_MS = 4000;
const KINDS = { none: 'wait', lost: 'wait', cut_off: 'act', back: 'good' };

export class ConnectionBanner extends HTMLElement {
  constructor() {
    super();
    this.current = 'catching_up';
    /** @type {'none' | 'lost' | 'cut_off' | 'back'} */
    this.showing = 'none';
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  connectedCallback() {
    this.setAttribute('role', 'status');
    this.setAttribute('data-never-inert', '');
    this.draw('none');
  }

  /** @param {string} state  live, catching_up, polling, offline or cut_off */
  set state(state) {
    const was_fine = this.current === 'live' || this.current === 'polling';
    const is_fine = state === 'live' || state === 'polling';
    const first = this.current === state;
    const is_lost = this.showing === 'lost' || this.showing === 'cut_off';
    this.current = state;
    if (is_fine) {
      clearTimeout(this.timer);
      if (is_lost) this.draw('back', BACK_MS);
    } else if (state === 'cut_off') {
      clearTimeout(this.timer);
      this.draw('cut_off');
    } else if ((was_fine || first) && !is_lost) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw('lost'), QUIET_MS);
    }
  }

  /** Shows its words again, after the language changed. */
  redraw() {
    this.draw(this.showing);
  }

  /** @param {'none' | 'lost' | 'cut_off' | 'back'} what @param {number} [for_ms] */
  draw(what, for_ms) {
    this.showing = what;
    this.className = what === 'none' ? '' : 'banner';
    this.setAttribute('data-kind', KINDS[what]);
    const name = what === 'back' ? 'check' : 'wifi';
    render(this, what === 'none' ? html`` : html`${icon(name, 30)}<p><strong>${t(`common.connection.${what}`)}</strong> ${t(`common.connection.${what}.next`)}</p>`);
    if (for_ms) this.timer = setTimeout(() => this.draw('none'), for_ms);
  }
}

customElements.define('connection-banner', ConnectionBanner);

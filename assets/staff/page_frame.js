// @ts-check
// The frame around every tab: top bar with tabs, connection, sound and person, and the banners that push the page down.
// Markup only.

import { bannerPart } from '../components/page_part.js';
import { clock } from '../lib/format.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { serverNow } from './server_clock.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */

/** @type {Array<{ tab: import('./page_state.js').Tab, icon: string }>} */
const TABS = [{ tab: 'board', icon: 'grid' }, { tab: 'history', icon: 'receipt' }, { tab: 'menu', icon: 'menu' }, { tab: 'settings', icon: 'gear' }];
/** A disturbance shorter than this is only said in the top bar. */
export const QUIET_LOSS_MS = 3000;

/** @param {StaffApp} app @param {'on' | 'off' | 'locked'} sound @param {number} waiting unread orders and open calls */
export function topView(app, sound, waiting) {
  const { store, user, tab, connection } = app.state;
  return html`
    <p class="top-shop">${store ? store.name : ''}</p>
    <nav class="top-tabs" aria-label="${t('staff.tabs')}">${TABS.map((one) => html`<a class="top-tab" href="#${one.tab}" data-act="page.tab" data-tab="${one.tab}" ${one.tab === tab && html`aria-current="page"`}>${icon(one.icon, 22)}<span>${t(`staff.tab.${one.tab}`)}</span>${one.tab === 'board' && tab !== 'board' && waiting > 0 && html`<span class="count">${waiting}<span class="unseen">${t('staff.waiting')}</span></span>`}</a>`)}</nav>
    <p class="top-connection" data-connection="${connection}" role="status"><span class="dot" aria-hidden="true"></span><span>${t(`staff.connection.${connection}`)}</span> <span class="top-clock" aria-live="off">${clock(new Date(serverNow()).toISOString())}</span></p>
    <button type="button" class="top-button" data-act="page.sound" data-sound="${sound}">${icon('sound', 22)}<span>${t(`staff.sound.top.${sound}`)}</span></button>
    <button type="button" class="top-button" data-act="page.person">${icon('user', 22)}<span>${user ? user.username : ''}</span></button>`;
}

/** @param {StaffApp} app @param {'on' | 'off' | 'locked'} sound @param {number} lost_ms how long the connection has been away, 0: it is there */
export function bannersView(app, sound, lost_ms) {
  const since = clock(new Date(app.state.connection_since_ms).toISOString());
  return html`
    <div data-key="lost">${lost_ms > QUIET_LOSS_MS && bannerPart({ kind: 'act', icon: 'wifi', title: t('staff.lost', { time: since }), text: t('staff.lost.next'), action: t('common.again'), act: 'page.reconnect' })}</div>
    <div data-key="sound">${sound === 'locked' && bannerPart({ kind: 'wait', icon: 'sound', title: t('staff.sound.locked'), text: t('staff.sound.locked.next'), action: t('staff.sound.unlock'), act: 'page.unlockSound' })}</div>
    <div data-key="more">${app.state.snapshot && app.state.snapshot.orders_more && bannerPart({ kind: 'wait', icon: 'receipt', title: t('staff.orders_more'), text: t('staff.orders_more.next') })}</div>
    <div data-key="hint">${app.preferences.hint && bannerPart({ kind: 'good', icon: 'check', title: t('staff.hint'), text: t('staff.hint.next'), action: t('staff.hint.close'), act: 'page.closeHint' })}</div>`;
}

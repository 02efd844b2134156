// @ts-check
// What somebody must see to now: a full disk, records that are lost, a second disk that is gone. Asks the program's health
// for it now and then and shows each as a banner. Changes nothing but that a loss was seen.

import { bannerPart } from '../components/page_part.js';
import { clock, localDate } from '../lib/format.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';

/** @typedef {import('../lib/wire_types.js').Alert} Alert */

const ASK_INTERVAL_MS = 15000;
/** While the history is rebuilt, its progress is worth asking more often. */
const PROGRESS_INTERVAL_MS = 2000;
/** Alerts under which orders are still taken. */
const WARNINGS = ['disk_low', 'records_damaged', 'mirror_failed', 'backup_failed'];
/** Alerts shown before the rest waits behind a button: the board is what the page is for. */
const SHOWN_MAX = 1;
/** Losses told one by one. */
const TOLD_MAX = 8;

/** How much of the history is there, in whole percent; null: all of it. @param {import('../lib/wire_types.js').StoreHealth | undefined} store */
export function rebuiltPercent(store) {
  if (!store || store.view !== 'rebuilding' || !store.durable_seq) return null;
  return Math.floor((100 * (store.view_applied_seq || 0)) / store.durable_seq);
}

/** @param {Alert} alert */
const isWarning = (alert) => WARNINGS.includes(alert.code);

/** The moment before or after a loss. @param {string | null} at */
function moment(at) {
  return at ? `${localDate(at)} ${clock(at)}` : t('staff.loss.unknown');
}

/** A loss in one line. @param {import('../lib/wire_types.js').Loss} loss */
export function lossText(loss) {
  const words = { count: loss.last_seq - loss.first_seq + 1, from: moment(loss.after), to: moment(loss.before) };
  return t(loss.effect_kept ? 'staff.loss.kept' : 'staff.loss.gone', words);
}

/** @param {import('./staff_app.js').StaffApp} app */
export function createAlerts(app) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let all_shown = false;

  async function ask() {
    clearTimeout(timer);
    let { alerts, rebuilt_percent } = app.state;
    try {
      const health = await app.api.health();
      const slug = app.state.store ? app.state.store.slug : '';
      alerts = health.alerts.filter((/** @type {Alert} */ alert) => alert.store === null || alert.store === slug);
      rebuilt_percent = rebuiltPercent(health.stores[slug]);
    } catch {
      // The banner about the connection says it already.
    }
    if (JSON.stringify([alerts, rebuilt_percent]) !== JSON.stringify([app.state.alerts, app.state.rebuilt_percent])) {
      app.page.dispatch({ type: 'patch', patch: { alerts, rebuilt_percent } });
    }
    timer = setTimeout(ask, rebuilt_percent === null ? ASK_INTERVAL_MS : PROGRESS_INTERVAL_MS);
  }

  async function showLosses() {
    const { losses } = await app.api.losses();
    const untold = losses.filter((/** @type {import('../lib/wire_types.js').Loss} */ loss) => !loss.confirmed);
    const lines = untold.slice(0, TOLD_MAX).map(lossText);
    if (untold.length > TOLD_MAX) lines.push(t('staff.loss.more', { count: untold.length - TOLD_MAX }));
    const question = { title: t('staff.loss.title'), text: [...lines, t('staff.loss.text')].join('\n'), yes: t('staff.loss.yes'), no: t('staff.loss.no'), icon: 'warn' };
    if (untold.length && !(await app.ask(question))) return;
    await app.api.confirmLosses();
    await ask();
  }

  return {
    /** Asks now, and from now on by itself. */
    ask,
    rest: () => clearTimeout(timer),
    view() {
      const { alerts, rebuilt_percent, user } = app.state;
      const may_confirm = user !== null && (user.role === 'owner' || user.role === 'manager');
      const urgent_first = [...alerts].sort((a, b) => Number(isWarning(a)) - Number(isWarning(b)));
      const shown = all_shown || alerts.length <= SHOWN_MAX + 1 ? urgent_first : urgent_first.slice(0, SHOWN_MAX);
      const hidden = urgent_first.slice(shown.length);
      return html`${shown.map((alert) => html`<div data-key="alert-${alert.code}">${bannerPart({
        kind: isWarning(alert) ? 'wait' : 'act', icon: 'warn', title: t(`staff.alert.${alert.code}`), text: t(`staff.alert.${alert.code}.next`),
        ...(alert.code === 'data_lost' && may_confirm ? { action: t('staff.loss.show'), act: 'alerts.losses' } : {}),
      })}</div>`)}
      <div data-key="alerts-more">${hidden.length > 0 && bannerPart({
        kind: hidden.every(isWarning) ? 'wait' : 'act', icon: 'warn', title: t('staff.alert.more', { count: hidden.length }),
        action: t('staff.alert.more.show'), act: 'alerts.all',
      })}</div>
      <div data-key="rebuilding">${rebuilt_percent !== null && bannerPart({ kind: 'wait', icon: 'clock', title: t('staff.rebuilding', { percent: rebuilt_percent }), text: t('staff.rebuilding.next') })}</div>`;
    },
    actions: {
      losses: () => app.run('losses', showLosses),
      all() {
        all_shown = true;
        app.draw();
      },
    },
  };
}

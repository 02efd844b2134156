// @ts-check
// What the areas of the staff page share: the server, the page state, the messages to staff, and one way to run an act
// (once at a time, failures said in words). It knows no area by name and draws nothing.

import { AppError } from '../lib/api_client.js';
import { hasText, t } from '../lib/i18n.js';
import { holdState } from '../lib/state_cell.js';
import { START, reduce } from './page_state.js';
import { keepPreferences, readPreferences } from '../lib/staff_preferences.js';

/**
 * @typedef {import('./page_state.js').Tab} Tab
 * @typedef {ReturnType<typeof import('../lib/api_client.js').createApiClient>} ApiClient
 * @typedef {{ view: () => import('../lib/html.js').Markup, actions: Record<string, (element: HTMLElement, event: Event) => void> }} Area
 * @typedef {{ toast: import('../components/toast_bar.js').ToastBar, confirm: import('../components/confirm_dialog.js').ConfirmDialog,
 *   reasons: import('../components/reason_dialog.js').ReasonDialog, crop: import('../components/photo_crop.js').PhotoCrop, top: HTMLElement }} Parts
 */

export class StaffApp {
  /** @param {ApiClient} api @param {Parts} parts @param {() => void} draw asks for a new picture in the next frame */
  constructor(api, parts, draw) {
    this.api = api;
    this.parts = parts;
    this.draw = draw;
    this.page = holdState(reduce, START);
    this.preferences = readPreferences(localStorage);
    /** @type {Set<string>} */
    this.busy = new Set();
    /** @type {{ has: (order_id: number) => boolean, add: (order_ids: number[]) => void }} */
    this.seen = { has: () => false, add: () => {} };
    /** @type {() => void} */
    this.onSignedOut = () => {};
    this.page.subscribe(draw);
  }

  get state() {
    return this.page.state;
  }

  /** @param {Partial<import('../lib/staff_preferences.js').Preferences>} change */
  keep(change) {
    keepPreferences(localStorage, change);
    this.preferences = { ...this.preferences, ...change };
    this.draw();
  }

  /** Goes to a tab and, with `open`, to one thing in it. @param {Tab} tab @param {string | number | null} [open] */
  go(tab, open = null) {
    const hash = open === null ? `#${tab}` : `#${tab}/${open}`;
    if (location.hash !== hash) location.hash = hash;
    this.page.dispatch({ type: 'patch', patch: { tab, open: open === null ? null : String(open) } });
  }

  /** Closes what is open without leaving a way back to it. */
  close() {
    history.replaceState(null, '', `#${this.state.tab}`);
    this.page.dispatch({ type: 'patch', patch: { open: null } });
  }

  /** @param {number[]} order_ids */
  markSeen(order_ids) {
    const unseen = order_ids.filter((id) => !this.seen.has(id));
    if (!unseen.length) return;
    this.seen.add(unseen);
    this.page.dispatch({ type: 'orders_seen' });
  }

  /** @param {string} text */
  say(text) {
    this.parts.toast.show({ text, seconds: 6 });
  }

  /** Says what was done, with 10 s to take it back. @param {string} text @param {() => void} undo */
  sayUndoable(text, undo) {
    this.parts.toast.show({ text, action: t('common.undo'), action_icon: 'undo', seconds: 10, on_action: undo });
  }

  /** @param {Omit<import('../components/confirm_dialog.js').Question, 'keep'>} question */
  ask(question) {
    return this.parts.confirm.ask({ ...question, keep: [this.parts.top, this.parts.toast] });
  }

  /** Asks whether something may be deleted for good. @param {string} title @param {string} [text] */
  askDelete(title, text) {
    return this.ask({ title, text, yes: t('staff.delete.yes'), no: t('staff.keep'), danger: true, icon: 'trash' });
  }

  /** Asks before what was typed is lost. */
  askDiscard() {
    return this.ask({ title: t('staff.menu.discard'), text: t('staff.menu.discard.text'), yes: t('staff.menu.discard.yes'), no: t('staff.menu.discard.no'), danger: true });
  }

  /**
   * Runs one act at a time under a name; pressing again meanwhile does nothing. A failure is told in words unless
   * `onError` has dealt with it (it then gives back true).
   * @param {string} name @param {() => Promise<void>} act @param {(error: AppError) => boolean} [onError]
   */
  async run(name, act, onError) {
    if (this.busy.has(name)) return;
    this.busy.add(name);
    this.draw();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.status === 401) this.onSignedOut();
      else if (!onError || !onError(error)) this.say(failureText(error));
    } finally {
      this.busy.delete(name);
      this.draw();
    }
  }
}

/** A failure in the words of staff; the server's own words where the page has none. @param {AppError} error */
export function failureText(error) {
  if (error.status === 0) return t('staff.error.no_answer');
  if (error.status === 429) return t('staff.error.too_many', { seconds: error.retry_after || 60 });
  const key = error.body.reason ? `staff.error.${error.body.reason}` : `staff.error.${error.error_code}`;
  return hasText(key) ? t(key) : error.detail || t('staff.error.unknown', { code: error.error_code });
}

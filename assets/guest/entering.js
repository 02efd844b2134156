// @ts-check
// How a page comes to its table: by a link it was opened with, by what it was let in with the last time, or by what staff
// or a guest type. Secrets leave the address before anything is sent.
import { setOwnPhone } from '../lib/display.js';
import { t } from '../lib/i18n.js';
import { recall, remember } from './keeping.js';
import { cell, dispatch, openSheet } from './page.js';
import { part } from './page_view.js';
import { needRare } from './rare.js';
import { server } from './table_link.js';

/**
 * What a phone was let in with and what it was told then, kept for a reload until the visit is over: the key itself is good
 * for new phones only, and not for long.
 * @typedef {{ key: string, code?: string, login?: import('../lib/wire_types.js').TableLogin }} PhoneKey
 */

const RETRY_MS = 5000;

/** Takes the secret out of the address, where it would stay in the history. */
function takeLink() {
  const [, kind, secret] = /^#(pair|v|t)=(.+)$/.exec(window.location.hash) || [];
  if (!kind) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return { kind, secret: decodeURIComponent(secret) };
}

/** Begins, or begins again. */
export async function start() {
  const link = takeLink();
  if (link && link.kind === 'pair') {
    remember('phone', null);
    setOwnPhone(false);
    dispatch({ type: 'login_needed' });
    await (await needRare()).pair({ secret: link.secret });
    if (cell.state.phase === 'menu' && recall('screen') === null) openSheet({ kind: 'screen' });
    return;
  }
  if (link) remember('phone', { key: link.secret });
  if (recall('phone')) await enterByPhone();
  else await enterByDevice();
}

async function enterByDevice() {
  dispatch({ type: 'starting' });
  // The menu is asked for at once with the login of the last time; a first-time tablet is told 401 and waits for its login.
  server.api.menus().then((answer) => answer && !cell.state.menu && dispatch({ type: 'menu_loaded', menu: answer.menu }), () => {});
  try {
    await server.renew();
  } catch (error) {
    if (cell.state.phase !== 'starting') return;
    if (/** @type {any} */ (error).status === 400) dispatch({ type: 'login_needed' });
    else notReached(enterByDevice);
  }
}

/** @param {() => void} again */
function notReached(again) {
  dispatch({ type: 'unreachable' });
  setTimeout(() => cell.state.phase === 'unreachable' && again(), RETRY_MS);
}

/** A guest's own phone, with the key it scanned and, where asked for, the digits of the tablet. @param {string} [code] */
export async function enterByPhone(code) {
  /** @type {PhoneKey} */
  const kept = recall('phone');
  const asked = code || kept.code;
  const wish = asked ? { key: kept.key, code: asked } : { key: kept.key };
  setOwnPhone(true);
  if (cell.state.phase === 'login') dispatch({ type: 'login_changed', login: { busy: true, error: '' } });
  else dispatch({ type: 'starting' });
  try {
    await server.enterBy(async () => {
      const known = !code && (await stillIn(kept));
      if (known) return known;
      const { store, table, guest_page } = await server.api.phoneLogin(wish);
      const login = /** @type {import('../lib/wire_types.js').TableLogin} */ ({ store, table, guest_page });
      remember('phone', { ...wish, login });
      return login;
    });
  } catch (error) {
    phoneRefused(/** @type {any} */ (error));
  }
}

/** The login of before, while its visit lasts. @param {PhoneKey} kept */
async function stillIn({ login }) {
  if (!login) return null;
  try {
    const { role, store, table } = await server.api.me();
    return role === 'phone' && store.slug === login.store.slug && table.id === login.table.id ? login : null;
  } catch (error) {
    if (/** @type {any} */ (error).status !== 401) throw error;
    return null;
  }
}

/** @param {import('../lib/requests.js').AppError} error */
function phoneRefused(error) {
  if (error.outcome_unknown) {
    notReached(enterByPhone);
    return;
  }
  const told = error.body.reason;
  const reason = told === 'code_wrong' ? 'code_needed' : ['code_needed', 'not_seated', 'phones_off', 'visit_over'].includes(told) ? told : 'unknown';
  const words = told === 'code_wrong' ? t('guest.door.code_wrong') : error.status === 429 ? tooMany(error) : '';
  // Too many tries at the digits: they are asked for again when the time is over.
  const asked = error.status === 429 && cell.state.login.reason === 'code_needed' ? 'code_needed' : reason;
  if (asked === 'visit_over') remember('phone', null);
  dispatch({ type: 'login_needed', login: { by: 'phone', reason: asked, error: words } });
  focusOn('#code');
}

/** @param {import('../lib/requests.js').AppError} error */
export const tooMany = (error) => t('common.error.too_many', { minutes: Math.max(1, Math.ceil((error.retry_after || 60) / 60)) });

/** @param {string} selector */
export function focusOn(selector) {
  const field = part(selector);
  if (!field) return;
  if (field.value) field.value = '';
  field.focus();
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const startAgain = {
  'start-again': () => {
    start();
  },
};

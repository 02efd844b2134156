// @ts-check
// Starts the staff page: finds out who is there, opens the stream, draws once a frame what changed, and gives touches,
// keys and addresses to the areas. No rule of the business stands here.

import '../components/confirm_dialog.js';
import '../components/pairing_dialog.js';
import '../components/photo_crop.js';
import '../components/reason_dialog.js';
import '../components/sheet_panel.js';
import '../components/toast_bar.js';
import { emptyPart } from '../components/page_part.js';
import { AppError, createApiClient } from '../lib/api_client.js';
import { showContrast } from '../lib/display.js';
import { isConnected } from '../lib/event_stream.js';
import { setTimeZone } from '../lib/format.js';
import { html, render } from '../lib/html.js';
import { LANGUAGES, loadLanguage, setLanguage, t } from '../lib/i18n.js';
import { PAGE_VERSION, watchVersion } from '../lib/page_version.js';
import { SharedStream } from '../lib/shared_stream.js';
import { createAlerts } from './alerts.js';
import { createBell } from './bell.js';
import { tasksOf } from './board_tiles.js';
import { createBoard } from './board_view.js';
import { createHistory } from './history_view.js';
import { createIdentityChecks } from './identity_check.js';
import { animateMoves } from './list_moves.js';
import { createLogin } from './login_view.js';
import { createMenu } from './menu_area.js';
import { bannersView, topView } from './page_frame.js';
import { listenForActs, listenForKeys } from './page_input.js';
import { createSeenOrders } from './seen_orders.js';
import { alignClock, serverNow } from './server_clock.js';
import { createSettings } from './settings_area.js';
import { StaffApp, failureText } from './staff_app.js';
import { createStickers } from './stickers.js';
import { createTableSheet } from './table_sheet.js';
import { CONTACTS_INTERVAL_MS, askContacts } from './tablet_contacts.js';
import { createPairing } from './tablet_pairing.js';

const CLOCK_INTERVAL_MS = 10 * 60 * 1000;

const root = /** @type {HTMLElement} */ (document.querySelector('.staff'));
render(root, html`
  <header class="top" hidden></header>
  <div class="banners" data-never-inert></div>
  <div class="stage"><main class="main" tabindex="-1"></main><sheet-panel></sheet-panel></div>
  <confirm-dialog data-never-inert></confirm-dialog><reason-dialog data-never-inert></reason-dialog><pairing-dialog data-never-inert></pairing-dialog><photo-crop data-never-inert></photo-crop><toast-bar></toast-bar>`);
const part = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
const top_bar = /** @type {HTMLElement} */ (part('.top'));
const main = /** @type {HTMLElement} */ (part('.main'));

const api = createApiClient({ as: 'staff' });
let drawing = false;
const app = new StaffApp(api, { toast: part('toast-bar'), confirm: part('confirm-dialog'), reasons: part('reason-dialog'), crop: part('photo-crop'), top: top_bar }, () => {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
});
/** @type {SharedStream | null} */
let stream = null;
let starting_failure = '';
/** When a finger or a key last touched the page. */
let touched_at = 0;

const alerts = createAlerts(app);
const bell = createBell(app);
const board = createBoard(app);
const history_area = createHistory(app);
const menu = createMenu(app);
const sheet = createTableSheet(app, part('sheet-panel'), reload);
const pairing = createPairing(app, part('pairing-dialog'));
const stickers = createStickers(app);
const settings = createSettings(app, { sound: () => bell.state, signOut, stickers });
const login = createLogin(app, (answer) => {
  bell.touched();
  open(answer.user, answer.store);
});
/** @type {Record<string, any>} */
const tabs = { board, history: history_area, menu, settings };

/** Everything unacknowledged, most urgent first. */
function waiting() {
  return app.state.snapshot ? tasksOf(app.state.snapshot, app.seen.has, serverNow()) : [];
}

function lostMs() {
  const { connection, connection_since_ms } = app.state;
  return isConnected(connection) || !app.state.snapshot ? 0 : serverNow() - connection_since_ms;
}

function draw() {
  drawing = false;
  const { phase, tab } = app.state;
  const tasks = waiting().filter((task) => task.kind !== 'late').length;
  top_bar.hidden = phase !== 'open';
  document.title = phase === 'open' ? `${tasks ? `(${tasks}) ` : ''}${t(`staff.tab.${tab}`)} · ${app.state.store ? app.state.store.name : ''}` : t('staff.title');
  main.setAttribute('data-tab', phase === 'open' ? tab : phase);
  if (phase === 'open') {
    render(top_bar, topView(app, bell.state, tasks));
    render(part('.banners'), html`${alerts.view()}${bannersView(app, bell.state, lostMs())}`);
    animateMoves(main, '.board > li', () => render(main, tabs[tab].view()));
  } else {
    render(part('.banners'), html``);
    render(main, phase === 'login' ? login.view() : phase === 'unreachable'
      ? html`<div class="entry">${emptyPart({ icon: 'wifi', title: t('staff.unreachable'), text: starting_failure, action: t('common.again'), act: 'page.start' })}</div>`
      : html`<div class="entry loading" aria-busy="true"><p role="status">${t('common.loading')}</p></div>`);
  }
  sheet.draw();
  pairing.draw();
}

/** A newer server has newer pages; they are taken where nothing is open and nobody has touched anything for a minute. */
const lookForVersion = watchVersion(() => app.state.open === null && app.state.tab === 'board' && !document.querySelector('[role="alertdialog"]') && performance.now() - touched_at > 60000);

/** @param {any} user @param {any} store */
function open(user, store) {
  setTimeZone(store.time_zone);
  app.seen = createSeenOrders(localStorage, `tableorder.staff.seen.${store.slug}`);
  app.keep({ store_slug: store.slug });
  app.page.dispatch({ type: 'board', patch: { order: app.preferences.board_order } });
  app.page.dispatch({ type: 'patch', patch: { phase: 'open', user, store } });
  followAddress();
  alignClock();
  alerts.ask();
  if (stream) stream.stop();
  /** @type {string | null} */
  let lineage = null;
  let was_connected = false;
  stream = new SharedStream({
    path: api.staffStreamPath(),
    channel: `${PAGE_VERSION} ${store.slug} staff ${user.id}`,
    hidden: document.visibilityState !== 'visible',
    // Orders ring also where nobody looks.
    rests_hidden: false,
    sync: (after, known) => api.sync(after, known),
    onSnapshot: (snapshot) => {
      // Another history: a restored backup, or another tab logged this browser in at another store.
      if (lineage !== null && lineage !== snapshot.lineage) {
        start();
        return;
      }
      lineage = snapshot.lineage;
      app.page.dispatch({ type: 'snapshot', snapshot });
      bell.ring(waiting());
      askContacts(app);
    },
    onEvent: (event) => {
      app.page.dispatch({ type: 'event', event });
      if (event.type === 'tablet_paired') pairing.paired(event.data.table_id);
      bell.ring(waiting());
    },
    onState: (connection) => {
      const before = app.state.connection;
      if (isConnected(connection) && !isConnected(before)) {
        if (was_connected) lookForVersion();
        was_connected = true;
      }
      app.page.dispatch({ type: 'connection', connection, at_ms: serverNow() });
    },
    onRefused: (error) => {
      if (error.status === 401) signedOut(true);
    },
  });
  stream.start();
}

/** Reads the whole state anew, after another screen was faster. */
function reload() {
  if (!stream) return;
  stream.forget();
  stream.restart();
}

/** @param {boolean} [unasked] the login ended by itself */
function signedOut(unasked = false) {
  if (stream) stream.stop();
  stream = null;
  bell.rest();
  alerts.rest();
  app.page.dispatch({ type: 'signed_out' });
  if (unasked) app.say(t('staff.login.ended'));
}
app.onSignedOut = () => signedOut(true);

async function signOut() {
  await app.run('sign-out', async () => {
    await api.logout();
    signedOut();
  });
}

async function start() {
  app.page.dispatch({ type: 'patch', patch: { phase: 'starting' } });
  try {
    const me = await api.me();
    open({ ...me.user, role: me.role }, me.store);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    starting_failure = failureText(error);
    app.page.dispatch({ type: 'patch', patch: { phase: error.status === 401 || error.status === 403 ? 'login' : 'unreachable' } });
  }
}

/** Shows what the address names: `#menu/12`, `#board/7`. */
function followAddress() {
  const [name, open_name] = location.hash.slice(1).split('/');
  const tab = name in tabs ? /** @type {import('./page_state.js').Tab} */ (name) : 'board';
  const entered = tab !== app.state.tab;
  app.page.dispatch({ type: 'patch', patch: { tab, open: open_name || null } });
  if (app.state.phase === 'open' && (entered || !main.firstChild) && tabs[tab].enter) tabs[tab].enter();
  if (entered) main.scrollTop = 0;
}

/** @param {string} code */
async function speak(code) {
  const language = LANGUAGES.includes(code) ? code : 'ko';
  await loadLanguage('ko');
  try {
    await loadLanguage(language);
    setLanguage(language);
    document.documentElement.lang = language;
    app.keep({ language });
  } catch {
    app.say(t('staff.error.no_answer'));
  }
}

const page = {
  actions: {
    start,
    async tab(/** @type {HTMLElement} */ element, /** @type {Event} */ event) {
      event.preventDefault();
      const leaving = tabs[app.state.tab];
      if (leaving.mayLeave && !(await leaving.mayLeave())) return;
      location.hash = `#${element.dataset.tab}`;
      followAddress();
    },
    language: (/** @type {HTMLElement} */ element) => speak(element.dataset.code || 'ko'),
    contrast() {
      app.keep({ contrast: !app.preferences.contrast });
      showContrast(app.preferences.contrast);
    },
    sound: () => (bell.state === 'on' ? goToSettings('sound') : bell.turnOn()),
    soundSwitch: () => (bell.state === 'on' ? app.keep({ sound_on: false }) : bell.turnOn()),
    unlockSound: () => bell.turnOn(),
    testSound: (/** @type {HTMLElement} */ element) => bell.test(/** @type {import('./alarm.js').Cue} */ (element.dataset.cue)),
    person: () => goToSettings('person'),
    addTable: () => goToSettings('new'),
    reconnect: () => stream && stream.restart(),
    closeHint: () => app.keep({ hint: false }),
  },
};

/** @param {string} section */
async function goToSettings(section) {
  const leaving = tabs[app.state.tab];
  if (leaving.mayLeave && !(await leaving.mayLeave())) return;
  app.go('settings', section);
}

/** @type {import('./page_input.js').Areas} */
const areas = { ...tabs, sheet, identity: createIdentityChecks(app, reload), pairing, stickers, login, page, alerts };

// Dialogs leave the banners free.
new ResizeObserver(() => document.documentElement.style.setProperty('--notices', `${part('.banners').offsetHeight}px`)).observe(part('.banners'));
listenForActs(root, areas);
listenForKeys(areas, (key) => {
  const { phase, tab, open: shown } = app.state;
  if (phase !== 'open') return null;
  board.touched();
  if (key === '/' && tab === 'board' && shown === null) return 'board.search';
  return key === 'n' ? 'board.next' : key === '?' ? 'page.person' : null;
});
root.addEventListener('sheet-close', () => app.close());
root.addEventListener('pointerdown', () => board.touched());
// The browser lets sound through only after a touch; whoever wanted it before need not ask for it again. Not before the
// click is over: the banner that then leaves would pull another button under the finger.
for (const type of ['click', 'keydown']) {
  document.addEventListener(type, () => {
    touched_at = performance.now();
    if (app.state.phase === 'open') bell.touched();
  });
}

window.addEventListener('hashchange', followAddress);
document.addEventListener('visibilitychange', () => stream && stream.look(document.visibilityState !== 'visible'));
window.addEventListener('pagehide', () => stream && stream.stop());
window.addEventListener('pageshow', (event) => event.persisted && location.reload());
setInterval(() => {
  bell.ring(waiting());
  app.draw();
}, 1000);
setInterval(alignClock, CLOCK_INTERVAL_MS);
setInterval(() => askContacts(app), CONTACTS_INTERVAL_MS);

showContrast(app.preferences.contrast);
speak(app.preferences.language).then(start);

// @ts-check
// Wires the guest page: state, server, views and what fingers and keys do. It holds no rule of the business.
import { loadLanguage, setLanguage, t } from '../lib/i18n.js';
import '../components/connection_banner.js';
import '../components/confirm_dialog.js';
import '../components/sheet_panel.js';
import '../components/toast_bar.js';
import * as display from '../lib/display.js';
import { listenForArrows } from './arrow_keys.js';
import { callActs } from './calling.js';
import { isEdited, parseCart } from './cart.js';
import { cartActs } from './cart_acts.js';
import { followCategories, goToCategory } from './category_following.js';
import { displayActs } from './display_acts.js';
import { startActs, watchIdle } from './idle.js';
import { recall, remember } from './keeping.js';
import { start, startAgain } from './entering.js';
import { watchGate } from './gate.js';
import { displayOf, sameDisplay } from './modes.js';
import { cell, dispatch, now, openSheet, say, toast, touch } from './page.js';
import { sessionId } from './page_state.js';
import { phoneActs } from './phone_link.js';
import { drawPage, needsRare, part } from './page_view.js';
import { needRare, rare } from './rare.js';
import { kept, server } from './table_link.js';
import { listenForVoice, onVoices, switchVoice } from './voice.js';

/** After this the menu stands, as a rule. */
const LATE_AFTER_MS = 3000;

/** Whether the cart was just read from another tab, which has kept it already: an echo could bring back an older one. */
let cart_is_kept = false;
/** Counts the seconds of the slip. @type {ReturnType<typeof setInterval> | undefined} */
let countdown;

/** @param {number} category */
function showCategory(category) {
  if (cell.state.easy) dispatch({ type: 'page_shown', category, page: 0 });
  else goToCategory(category, () => dispatch({ type: 'category_seen', category }));
}

/** What a press on something with data-act does. @type {Record<string, (element: HTMLElement) => void>} */
const acts = {
  ...cartActs,
  ...callActs,
  ...displayActs,
  ...startActs,
  ...startAgain,
  ...phoneActs,
  history: () => openSheet({ kind: 'history', by: 'order' }),
  'close-sheet': () => dispatch({ type: 'sheet_closed' }),
  category: (element) => {
    dispatch({ type: 'sheet_closed' });
    showCategory(Number(element.dataset.id));
  },
  'close-result': () => dispatch({ type: 'result_closed' }),
  'stay-here': () => dispatch({ type: 'result_kept' }),
  'load-menu': () => server.loadMenu(),
};

for (const kind of /** @type {const} */ (['call', 'search', 'categories', 'cart', 'review'])) acts[kind] = () => openSheet({ kind });

function listen() {
  document.addEventListener('click', (event) => {
    watchGate(event);
    const element = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest('[data-act]')) : null;
    if (!element || element.getAttribute('aria-busy') === 'true') return;
    const name = element.dataset.act || '';
    const act = acts[name] || (rare.parts && /** @type {typeof acts} */ (rare.parts.acts)[name]);
    if (act) act(element);
  });
  document.addEventListener('change', (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'inches' && cell.state.phase === 'menu' && rare.parts) rare.parts.onScreenChosen(Number(input.value));
    if (input.dataset.act === 'option') {
      dispatch({ type: 'option_toggled', option_id: Number(input.dataset.id) });
      // At the maximum nothing changed, so nothing was drawn: the box shows the truth again.
      const { sheet } = cell.state;
      input.checked = !!sheet && sheet.kind === 'item' && sheet.option_ids.includes(Number(input.dataset.id));
      if (input.getAttribute('aria-disabled') === 'true') say(t('guest.option.at_most'));
    }
  });
  document.addEventListener('input', (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'search') dispatch({ type: 'searched', search: input.value });
    if (input.name === 'code' && rare.parts) rare.parts.onCodeTyped(input);
    if (input.name === 'free_note') dispatch({ type: 'cart_note_written', text: input.value });
  });
  document.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!rare.parts) return;
    if (form.dataset.form === 'gate') rare.parts.onGateSubmit(form);
    else rare.parts.onDoorSubmit(form);
  });
  // A code that is scanned again opens the same page with another link.
  window.addEventListener('hashchange', () => window.location.hash && start());
  document.addEventListener('sheet-close', () => dispatch({ type: 'sheet_closed' }));
  // Any touch or key stops the five seconds; the act of the touched button itself still happens.
  for (const type of ['pointerdown', 'keydown', 'focusin']) {
    document.addEventListener(type, (event) => {
      // The page itself puts the focus on the way back to the menu.
      if (type === 'focusin' && event.target === part('.result-go')) return;
      touch.at_ms = now();
      dispatch({ type: 'result_kept' });
    }, true);
  }
  document.addEventListener('visibilitychange', () => server.look(document.visibilityState !== 'visible'));
  window.addEventListener('pagehide', server.rest);
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  window.addEventListener('resize', () => {
    display.fitScreen(recall('screen'));
    draw();
  });
  window.addEventListener('storage', (event) => {
    if (kept.cart && event.key === `tableorder.${kept.cart}` && !cell.state.sending) {
      cart_is_kept = true;
      dispatch({ type: 'cart_loaded', cart: parseCart(recall(kept.cart)) || cell.state.cart });
      cart_is_kept = false;
    }
  });
}

function draw() {
  drawPage(cell.state, { now_ms: now(), typed: recall('last_login') || { store: '', table_number: '' }, inches: recall('screen'), version: kept.server_version, heard_s: server.heard_s() });
}

cell.subscribe((state, before) => {
  if (!sameDisplay(state, before)) {
    if (state.language !== before.language) setLanguage(state.language);
    display.show(state);
    switchVoice(state.voice);
    remember('display', displayOf(state));
  }
  if (state.at_start !== before.at_start) remember('at_start', state.at_start);
  if (kept.cart && !cart_is_kept && isEdited(before.cart, state.cart) && state.phase === 'menu') remember(kept.cart, state.cart);
  if (state.connection !== before.connection || state.cut_off !== before.cut_off || state.language !== before.language) {
    part('connection-banner').state = state.cut_off ? 'cut_off' : state.connection;
    if (state.language !== before.language) part('connection-banner').redraw();
  }
  // What was taken out belongs to its party: the next one is not asked whether to have it back.
  if (sessionId(before) !== null && sessionId(before) !== sessionId(state)) toast.clear();
  // The link for phones changes with the party.
  if (state.sheet && state.sheet.kind === 'phone' && sessionId(before) !== sessionId(state)) phoneActs.phone(document.body);
  if (state.result !== before.result) {
    clearInterval(countdown);
    countdown = setInterval(() => dispatch({ type: 'result_second' }), 1000);
  }
  if (state.result_left === 0) clearInterval(countdown);
  draw();
  if (!rare.parts && needsRare(state)) needRare().then(draw);
  // The list and its pages show the same place of the menu.
  if (state.easy !== before.easy && state.category !== null) showCategory(state.category);
});

/** Sheets start below the banners, however high those are. */
function watchNotices() {
  const notices = part('.notices');
  new ResizeObserver(() => document.documentElement.style.setProperty('--notices', `${notices.offsetHeight}px`)).observe(notices);
}

async function boot() {
  display.show(cell.state);
  display.onContrastAsked(() => display.show(cell.state));
  switchVoice(cell.state.voice);
  await Promise.all([loadLanguage('ko'), cell.state.language === 'ko' ? null : loadLanguage(cell.state.language)]);
  setLanguage(cell.state.language);
  listen();
  listenForVoice();
  listenForArrows((act) => acts[act](document.body));
  watchIdle();
  onVoices(draw);
  watchNotices();
  followCategories(part('.menu-list'), (category) => dispatch({ type: 'category_seen', category }));
  // What is counted down in sheets: how soon staff can be called again.
  setInterval(() => cell.state.sheet && cell.state.sheet.kind === 'call' && dispatch({ type: 'clock' }), 1000);
  start();
  draw();
  // It must be there before the server is not.
  setTimeout(needRare, LATE_AFTER_MS);
}

boot();

// @ts-check
// What fingers and keys do with the look and the voice of the page. Every visit begins with the plain display again, which
// is the page state's matter.
import { loadLanguage, t } from '../lib/i18n.js';
import { MODES } from './modes.js';
import { announce, cell, dispatch, openSheet, say } from './page.js';
import { part } from './page_view.js';
import { RATES, VOLUMES, canSpeak, speakAgain, stopSpeaking, voice } from './voice.js';

/** @param {import('./modes.js').Mode} mode */
function toggle(mode) {
  const on = !cell.state[mode];
  dispatch({ type: 'display_changed', display: { [mode]: on } });
  announce(t(on ? 'guest.mode.now_on' : 'guest.mode.now_off', { name: t(`guest.mode.${mode}`) }));
}

/** @param {string} code */
async function chooseLanguage(code) {
  try {
    await loadLanguage(code);
  } catch {
    say(t('common.error.no_answer'));
    return;
  }
  const { sheet } = cell.state;
  dispatch({ type: 'display_changed', display: { language: code } });
  if (sheet && sheet.kind === 'language') dispatch({ type: 'sheet_closed' });
}

/** @type {Record<string, (element: HTMLElement) => void>} */
export const displayActs = {
  contrast: () => toggle('contrast'),
  large: () => toggle('large'),
  mode: (element) => toggle(/** @type {any} */ (MODES.find((mode) => mode === element.dataset.mode))),
  voice: () => canSpeak() && toggle('voice'),
  display: () => openSheet({ kind: 'display' }),
  language: () => openSheet({ kind: 'language' }),
  'set-language': (element) => { chooseLanguage(element.dataset.lang || 'ko'); },
  'easy-page': (element) => {
    dispatch({ type: 'page_shown', category: Number(element.dataset.category), page: Number(element.dataset.pageNumber) });
    for (const scroller of ['.menu-list', '.menu-groups']) part(scroller).scrollTop = 0;
  },
  'item-step': (element) => {
    dispatch({ type: 'item_step_shown', step: Number(element.dataset.step) });
    // The way on stands in the same place at every step; whoever cannot see hears what is asked now.
    part('sheet-panel .sheet-body').scrollTop = 0;
    announce(part('sheet-panel .group-title').textContent);
  },
  'reset-display': () => dispatch({ type: 'display_reset' }),
  'voice-again': speakAgain,
  'voice-stop': stopSpeaking,
  'voice-rate': (element) => {
    voice.rate = RATES[element.dataset.step || 'normal'];
    dispatch({ type: 'clock' });
    speakAgain();
  },
  'voice-volume': (element) => {
    voice.volume = VOLUMES[element.dataset.step || 'high'];
    dispatch({ type: 'clock' });
    speakAgain();
  },
};

// @ts-check
// Speaks for guests who cannot see the page: what has the focus, and what the page announces, by the device's own voice
// or by that of a kiosk browser. It speaks nothing that was typed and nothing marked data-unspoken, never by itself, and
// a device without a voice is left alone.
import { language } from '../lib/i18n.js';

/** @type {Record<string, number>} */
export const RATES = { slow: 0.7, normal: 1, fast: 1.5 };
/** @type {Record<string, number>} */
export const VOLUMES = { low: 0.4, middle: 0.7, high: 1 };

/** The locale of each language, as voices are named. @type {Record<string, string>} */
const LOCALES = { ko: 'ko-KR', en: 'en-US', ja: 'ja-JP', 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-TW' };

/** How it speaks; a next visit begins with this again. */
const PLAIN = { on: false, rate: RATES.normal, volume: VOLUMES.high, last: '' };
export const voice = { ...PLAIN };

/** The bridge that Fully Kiosk Browser puts into its pages. @returns {any} */
const kiosk = () => /** @type {any} */ (window).fully;
const hasKiosk = () => typeof kiosk() === 'object' && kiosk() !== null && typeof kiosk().textToSpeech === 'function';
/** @returns {SpeechSynthesis | null} */
const synthesis = () => ('speechSynthesis' in window && typeof SpeechSynthesisUtterance === 'function' ? window.speechSynthesis || null : null);

/** Whether the device has a voice at all. */
export function canSpeak() {
  const own = synthesis();
  return hasKiosk() || (own !== null && own.getVoices().length > 0);
}

/** Voices are found some time after the page has begun. @param {() => void} found */
export function onVoices(found) {
  const own = synthesis();
  if (own && own.addEventListener) own.addEventListener('voiceschanged', found);
}

export function stopSpeaking() {
  const own = synthesis();
  if (hasKiosk() && typeof kiosk().stopTextToSpeech === 'function') kiosk().stopTextToSpeech();
  if (own) own.cancel();
}

/** Speaks at once; what was being said is cut off unless it shall wait. @param {string} text @param {boolean} [wait] */
export function speak(text, wait = false) {
  const words = text.replace(/\s+/g, ' ').trim();
  if (!voice.on || words === '') return;
  if (!wait) stopSpeaking();
  voice.last = words;
  const locale = LOCALES[language()];
  if (hasKiosk()) {
    kiosk().textToSpeech(words, locale);
    return;
  }
  const own = synthesis();
  if (!own) return;
  const saying = new SpeechSynthesisUtterance(words);
  saying.lang = locale;
  saying.rate = voice.rate;
  saying.volume = voice.volume;
  own.speak(saying);
}

export function speakAgain() {
  speak(voice.last);
}

/** @param {boolean} on */
export function switchVoice(on) {
  if (on === voice.on) return;
  if (!on) stopSpeaking();
  Object.assign(voice, PLAIN, { on });
}

/** What is said of an element: its label or its words, and whether it is chosen. Never what was typed into it. @param {Element} element */
export function wordsOf(element) {
  if (element.closest('[data-unspoken]')) return '';
  const label = element.getAttribute('aria-label');
  if (label) return label;
  if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) return Array.from(element.labels || [], (one) => one.textContent || '').join(' ');
  // A sheet is named, not read out.
  return element.matches('[role="dialog"], [role="alertdialog"], main, [tabindex="-1"]') ? '' : element.textContent || '';
}

/** @param {Event} event */
function onFocus(event) {
  if (voice.on && event.target instanceof Element) speak(wordsOf(event.target));
}

/** What the page tells assistive technology is told to everybody who listens. @param {MutationRecord[]} changes */
function onChanges(changes) {
  if (!voice.on) return;
  const regions = new Set(changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)).map((element) => element && element.closest('[role="status"], [role="alert"], [aria-live="polite"]')));
  for (const region of regions) if (region && !region.closest('[data-unspoken]')) speak(region.textContent || '', true);
}

export function listenForVoice() {
  document.addEventListener('focusin', onFocus);
  new MutationObserver(onChanges).observe(document.body, { subtree: true, childList: true, characterData: true });
}

// @ts-check
// How guests chose to read, see and hear the page: their language and the modes, and what each visit begins with. It
// changes nothing on the page by itself.

/** Each can be switched on by itself, and all of them together. @typedef {'large' | 'contrast' | 'easy' | 'low' | 'voice'} Mode */
/** @typedef {{ language: string } & Record<Mode, boolean>} Display */

/** @type {Record<Mode, string>} The icon of each, in the order in which they are offered. */
export const MODE_ICONS = { large: 'size', contrast: 'contrast', easy: 'grid', low: 'wheel', voice: 'sound' };

export const MODES = /** @type {Mode[]} */ (Object.keys(MODE_ICONS));

/** The languages of the guest page under their own names. @type {Record<string, string>} */
export const LANGUAGE_NAMES = { ko: '한국어', en: 'English', ja: '日本語', 'zh-Hans': '简体中文', 'zh-Hant': '繁體中文' };

/** What a visit begins with. @returns {Display} */
export const plainDisplay = () => ({ language: 'ko', large: false, contrast: false, easy: false, low: false, voice: false });

/** What of a state is about the display. @param {Display} state @returns {Display} */
export function displayOf({ language, large, contrast, easy, low, voice }) {
  return { language, large, contrast, easy, low, voice };
}

/** Whether two states look and sound alike. @param {any} one @param {any} other */
export function sameDisplay(one, other) {
  return one.language === other.language && MODES.every((mode) => one[mode] === other[mode]);
}

/** What was kept, or the plain display for all that is missing or not known any more. @param {any} kept @param {string} first_language @returns {Display} */
export function parseDisplay(kept, first_language) {
  const display = { ...plainDisplay(), language: first_language };
  if (!kept || typeof kept !== 'object') return display;
  for (const mode of MODES) display[mode] = kept[mode] === true;
  if (LANGUAGE_NAMES[kept.language]) display.language = kept.language;
  return display;
}

/** The first of a phone's own languages that the page speaks; English for all others. @param {readonly string[]} wanted  BCP 47 tags */
export function languageFor(wanted) {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return /hant|-(tw|hk|mo)\b/i.test(tag) ? 'zh-Hant' : 'zh-Hans';
    const [code] = tag.toLowerCase().split('-');
    if (LANGUAGE_NAMES[code]) return code;
  }
  return 'en';
}

/** Whoever reads large letters, takes one step at a time or listens needs more time. @param {Record<'large' | 'easy' | 'voice', boolean>} display */
export function needsTime({ large, easy, voice }) {
  return large || easy || voice;
}

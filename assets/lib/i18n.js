// @ts-check
// The words of the pages: one catalogue a language with flat keys, and `t` to read it.
// It decides no language by itself and holds no text.
import { assetUrl } from './assets.js';

/** @typedef {Record<string, string>} Catalogue */

export const LANGUAGES = ['ko', 'en'];

/** @type {Map<string, Catalogue>} */
const catalogues = new Map();
let current = 'ko';

/** Makes a catalogue known, for tests and for texts that came with the page. @param {string} code @param {Catalogue} catalogue */
export function addCatalogue(code, catalogue) {
  catalogues.set(code, catalogue);
}

/**
 * Fetches a language once. Rejects when the file cannot be had; the current language stays then.
 * @param {string} code
 */
export async function loadLanguage(code) {
  if (catalogues.has(code)) return;
  const answer = await fetch(assetUrl(`i18n/${code}.json`));
  if (!answer.ok) throw new Error(`catalogue ${code}: ${answer.status}`);
  addCatalogue(code, await answer.json());
}

/** @param {string} code  a language loaded before */
export function setLanguage(code) {
  current = code;
}

export function language() {
  return current;
}

/** The other of the two languages under its own name, for the button that changes over. */
export function otherLanguage() {
  return current === 'ko' ? { lang: 'en', text: 'English' } : { lang: 'ko', text: '한국어' };
}

/** Whether the last Hangul syllable (or read digit) ends in a consonant, which decides 을/를, 이/가, 은/는. @param {string} word */
export function endsInConsonant(word) {
  const letters = word.replace(/[^가-힣0-9a-zA-Z]/g, '');
  const code = letters.charCodeAt(letters.length - 1);
  if (code >= 0xac00 && code <= 0xd7a3) return (code - 0xac00) % 28 !== 0;
  return '013678lmnr'.includes(letters.slice(-1).toLowerCase());
}

/**
 * The text for a key in the current language, else in Korean, else the key itself. `{name}` is replaced by a parameter.
 * `{name|a/b}` adds `a` or `b` after it: for a number by 1 or not ("{n| item/ items}"), for a word by its last sound ("{name|을/를}").
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
export function t(key, params = {}) {
  const own = catalogues.get(current);
  const text = (own && own[key]) ?? korean(key);
  return text.replace(/\{(\w+)(?:\|([^/}]*)\/([^}]*))?\}/g, (whole, name, first, second) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (first === undefined) return String(value);
    const takesFirst = typeof value === 'number' ? value === 1 : endsInConsonant(value);
    return `${value}${takesFirst ? first : second}`;
  });
}

/** The Korean text, for what the kitchen reads whatever the guest's language is. @param {string} key */
export function korean(key) {
  const catalogue = catalogues.get('ko');
  return (catalogue && catalogue[key]) ?? key;
}

/** Whether the catalogue has a text for this key, for codes the server may extend. @param {string} key */
export function hasText(key) {
  const catalogue = catalogues.get('ko');
  return catalogue !== undefined && key in catalogue;
}

/**
 * The name of something in the current language with the language it is really in.
 * @param {{ name: string, names?: Record<string, string | null> | null }} thing
 * @returns {{ text: string, lang: string }}
 */
export function nameOf(thing) {
  const translated = current === 'ko' ? null : thing.names && thing.names[current];
  return translated ? { text: translated, lang: current } : { text: thing.name, lang: 'ko' };
}

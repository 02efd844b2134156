// @ts-check
// Finds dishes by what was typed: names in any language the menu knows, Korean also by first consonants (ㄱㅊㅈㄱ finds
// 김치찌개) and while a syllable is still being put together. Pure.

/** The first consonants of Hangul in their order; doubled ones are found by the plain one. */
const INITIALS = 'ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ';
const DOUBLED = { ㄲ: 'ㄱ', ㄸ: 'ㄷ', ㅃ: 'ㅂ', ㅆ: 'ㅅ', ㅉ: 'ㅈ' };
const FIRST_SYLLABLE = 0xac00;
/** Syllables follow each other by consonant, vowel and final consonant. */
const PER_INITIAL = 588;
const PER_VOWEL = 28;

/** Without what people leave out when they type. @param {string} text */
function plain(text) {
  // Single consonants would become parts of syllables, which nothing is compared with.
  const wide = text.replace(/[^ㄱ-ㅎ]+/g, (rest) => rest.normalize('NFKC').toLowerCase());
  return wide.replace(/[\s.,·・'’()/-]+/g, '').replace(/[ㄲㄸㅃㅆㅉ]/g, (sign) => DOUBLED[/** @type {'ㄲ'} */ (sign)]);
}

/** @param {string} sign  of a name @param {string} typed @param {boolean} last  the sign that may be unfinished */
function fits(sign, typed, last) {
  if (sign === typed) return true;
  const place = (sign || '').charCodeAt(0) - FIRST_SYLLABLE;
  if (!(place >= 0 && place < INITIALS.length * PER_INITIAL)) return false;
  if (INITIALS[Math.floor(place / PER_INITIAL)] === typed) return true;
  return last && typed.charCodeAt(0) - FIRST_SYLLABLE === place - (place % PER_VOWEL);
}

/** Where the typed signs begin in a name; -1: nowhere. @param {string} name @param {string} typed */
function placeOf(name, typed) {
  for (let at = 0; at + typed.length <= name.length; at += 1) {
    let n = 0;
    while (n < typed.length && fits(name[at + n], typed[n], n === typed.length - 1)) n += 1;
    if (n === typed.length) return at;
  }
  return -1;
}

/**
 * Dishes of which a name has the words; those that begin so come first.
 * @param {import('../lib/wire_types.js').Menu} menu @param {string} words
 * @returns {Array<{ item: import('../lib/wire_types.js').MenuItem, place: number }>} `place`: of the category
 */
export function findDishes(menu, words) {
  const typed = plain(words);
  if (typed === '') return [];
  const hits = menu.categories.flatMap((category, place) => category.items.map((item) => {
    const places = [item.name, ...Object.values(item.names || {})].map((name) => placeOf(plain(name || ''), typed)).filter((at) => at >= 0);
    return { item, place, first: Math.min(1, ...places), found: places.length > 0 };
  }));
  return hits.filter((hit) => hit.found).sort((a, b) => a.first - b.first);
}

// @ts-check
// A menu item while somebody edits it: everything as typed, what is wrong with it, and the body that is sent.
// Pure; the server checks all of it again.

/** @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('../lib/wire_types.js').Translations} Translations */
/**
 * @typedef {{ key: string, id: number | null, name: string, names: Translations, price_delta: string, available: boolean }} OptionDraft
 * @typedef {{ key: string, id: number | null, name: string, names: Translations, min: string, max: string, options: OptionDraft[] }} GroupDraft
 * @typedef {{ id: number | null, category_id: number, name: string, names: Record<string, string>, price: string, description: string,
 *   descriptions: Translations, drawing: string | null, origin: string, allergens: string[] | null, alcohol: boolean, badges: string[],
 *   groups: GroupDraft[], photo?: string }} MenuDraft `photo`: address of one that is not sent yet
 * @typedef {{ field: string, code: string }} DraftError `field` as in the server's errors[].field, `code` names the text
 */

export const PRICE_MAX = 10000000;
export const ALLERGENS = ['egg', 'milk', 'buckwheat', 'peanut', 'soy', 'wheat', 'mackerel', 'crab', 'shrimp', 'pork', 'peach', 'tomato', 'sulfite',
  'walnut', 'chicken', 'beef', 'squid', 'shellfish', 'pine_nut'];
export const BADGES = ['popular', 'recommended', 'new', 'spicy1', 'spicy2', 'spicy3'];
/** Languages whose names are asked for, with the tag of each. */
const NAME_LANGUAGES = ['en', 'ja', 'zh-Hans', 'zh-Hant'];

let last_key = 0;
/** Names a part of the form for as long as it is open. */
function freshKey() {
  last_key += 1;
  return `part-${last_key}`;
}

/** Every language that is asked for, empty where there is no name. @param {Translations | undefined} names @returns {Record<string, string>} */
export function namesDraft(names) {
  return NAME_LANGUAGES.reduce((all, code) => ({ ...all, [code]: (names && names[code]) || '' }), {});
}

/** The names that were typed. @param {Record<string, string>} names @returns {Record<string, string>} */
export function namesBody(names) {
  return NAME_LANGUAGES.reduce((all, code) => (names[code].trim() ? { ...all, [code]: names[code].trim() } : all), {});
}

/** @param {MenuItem | null} item null: a new one @param {number} category_id @returns {MenuDraft} */
export function draftOf(item, category_id) {
  return {
    id: item ? item.id : null,
    category_id,
    name: item ? item.name : '',
    names: namesDraft(item && item.names),
    price: item ? String(item.price) : '',
    description: (item && item.description) || '',
    descriptions: (item && item.descriptions) || {},
    drawing: (item && item.drawing) || null,
    origin: (item && item.origin) || '',
    allergens: item && item.allergens ? item.allergens : null,
    alcohol: Boolean(item && item.alcohol),
    badges: item ? item.badges : [],
    groups: (item ? item.option_groups : []).map((group) => ({
      key: freshKey(), id: group.id, name: group.name, names: group.names || {}, min: String(group.min), max: String(group.max),
      options: group.options.map((option) => ({
        key: freshKey(), id: option.id, name: option.name, names: option.names || {}, price_delta: String(option.price_delta), available: option.available,
      })),
    })),
  };
}

/** @returns {OptionDraft} */
export function newOption() {
  return { key: freshKey(), id: null, name: '', names: {}, price_delta: '0', available: true };
}

/** A group of which one must be chosen, the commonest kind. @returns {GroupDraft} */
export function newGroup() {
  return { key: freshKey(), id: null, name: '', names: {}, min: '1', max: '1', options: [newOption(), newOption()] };
}

/** "11,000원" is read as 11000; anything but digits, commas and 원 is nothing. @param {string} text @returns {number | null} */
export function wholeNumber(text) {
  const plain = text.trim().replace(/,/g, '').replace(/원$/, '');
  return /^-?\d{1,9}$/.test(plain) ? Number(plain) : null;
}

/** What the server would refuse, with the fields it would name. @param {MenuDraft} draft @returns {DraftError[]} */
export function errorsOf(draft) {
  /** @type {DraftError[]} */
  const errors = [];
  if (!draft.name.trim()) errors.push({ field: 'name', code: 'name_missing' });
  const price = wholeNumber(draft.price);
  if (price === null) errors.push({ field: 'price', code: 'digits' });
  else if (price < 0 || price > PRICE_MAX) errors.push({ field: 'price', code: 'price_bounds' });
  draft.groups.forEach((group, index) => errors.push(...groupErrors(group, `option_groups[${index}]`)));
  return errors;
}

/** @param {GroupDraft} group @param {string} at @returns {DraftError[]} */
function groupErrors(group, at) {
  /** @type {DraftError[]} */
  const errors = [];
  if (!group.name.trim()) errors.push({ field: `${at}.name`, code: 'name_missing' });
  if (!group.options.length) errors.push({ field: `${at}.options`, code: 'options_missing' });
  const min = wholeNumber(group.min);
  const max = wholeNumber(group.max);
  if (min === null || min < 0) errors.push({ field: `${at}.min`, code: 'digits' });
  if (max === null || max < 1) errors.push({ field: `${at}.max`, code: 'max_bounds' });
  else if (min !== null && (max < min || min > group.options.length)) errors.push({ field: `${at}.max`, code: 'max_bounds' });
  group.options.forEach((option, index) => {
    const place = `${at}.options[${index}]`;
    if (!option.name.trim()) errors.push({ field: `${place}.name`, code: 'name_missing' });
    const delta = wholeNumber(option.price_delta);
    if (delta === null) errors.push({ field: `${place}.price_delta`, code: 'digits' });
    else if (Math.abs(delta) > PRICE_MAX) errors.push({ field: `${place}.price_delta`, code: 'price_bounds' });
  });
  return errors;
}

/** The body for POST and PATCH; call it only without errors. @param {MenuDraft} draft */
export function bodyOf(draft) {
  return {
    name: draft.name.trim(), names: namesBody(draft.names), price: wholeNumber(draft.price), category_id: draft.category_id,
    description: draft.description.trim() || null, drawing: draft.drawing, origin: draft.origin.trim() || null,
    allergens: draft.allergens, alcohol: draft.alcohol, badges: draft.badges,
    option_groups: draft.groups.map((group) => ({
      ...(group.id === null ? {} : { id: group.id }), name: group.name.trim(), names: group.names || {},
      min: wholeNumber(group.min), max: wholeNumber(group.max),
      options: group.options.map((option) => ({
        ...(option.id === null ? {} : { id: option.id }), name: option.name.trim(), names: option.names || {},
        price_delta: wholeNumber(option.price_delta), available: option.available,
      })),
    })),
  };
}

/** Moves one entry of a list by one place; at the ends nothing moves. @template T @param {T[]} list @param {number} index @param {-1 | 1} step @returns {T[]} */
export function moved(list, index, step) {
  const to = index + step;
  if (index < 0 || to < 0 || to >= list.length) return list;
  const copy = list.slice();
  copy.splice(to, 0, ...copy.splice(index, 1));
  return copy;
}

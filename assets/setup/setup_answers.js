// @ts-check
// What the owner has answered so far and what is wrong with it, step by step. Pure; the server checks all of it again.

/**
 * @typedef {{ store_name: string, store: string, slug_typed: boolean, username: string, password: string }} Answers
 *   `slug_typed`: the owner chose the shop ID, so it no longer follows the name
 * @typedef {{ field: keyof Answers, code: string }} AnswerError
 */

/** @type {Answers} */
export const NO_ANSWERS = { store_name: '', store: 'shop', slug_typed: false, username: '', password: '' };

/** The fields of each step, in the sequence of asking. @type {Array<Array<keyof Answers>>} */
export const STEP_FIELDS = [['store_name', 'store'], ['username', 'password']];

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

/** A shop ID from a name: its Latin letters and digits; a name without any gives "shop". @param {string} name */
export function slugFrom(name) {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 32).replace(/-+$/, '');
  return slug || 'shop';
}

/** @param {Answers} answers @param {keyof Answers} field @param {string} value @returns {Answers} */
export function answered(answers, field, value) {
  if (field === 'store') return { ...answers, store: value.trim().toLowerCase(), slug_typed: true };
  const next = { ...answers, [field]: value };
  if (field === 'store_name' && !answers.slug_typed) next.store = slugFrom(value);
  return next;
}

/** @param {Answers} answers @param {number} step 0: the shop, 1: the owner @returns {AnswerError[]} */
export function errorsOfStep(answers, step) {
  /** @type {AnswerError[]} */
  const errors = [];
  if (step === 0) {
    if (!answers.store_name.trim()) errors.push({ field: 'store_name', code: 'store_name' });
    if (!/^[a-z0-9-]{1,32}$/.test(answers.store)) errors.push({ field: 'store', code: 'store' });
  } else {
    if (!answers.username.trim()) errors.push({ field: 'username', code: 'username' });
    if (answers.password.length < PASSWORD_MIN || answers.password.length > PASSWORD_MAX) errors.push({ field: 'password', code: 'password' });
  }
  return errors;
}

/** The step that asks for a field. @param {string} field */
export function stepOf(field) {
  const step = STEP_FIELDS.findIndex((fields) => fields.some((name) => name === field));
  return step < 0 ? 0 : step;
}

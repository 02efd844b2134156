// @ts-check
// What this browser's staff chose: language, contrast, sound, sorting. Kept in localStorage; nothing here is a secret and
// nothing is needed for the page to work.

/**
 * @typedef {{ language: string, contrast: boolean, sound_on: boolean, volume: number, board_order: 'attention' | 'seat', store_slug: string, hint: boolean }} Preferences
 *   volume 0 to 1; `store_slug` fills the login form; `hint`: the setup page has just made this store
 */

const KEY = 'tableorder.staff.preferences';

/** @type {Preferences} */
const DEFAULTS = { language: 'ko', contrast: false, sound_on: true, volume: 0.7, board_order: 'attention', store_slug: '', hint: false };

/** @param {Pick<Storage, 'getItem'>} storage @returns {Preferences} */
export function readPreferences(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) || '{}');
    return { ...DEFAULTS, ...(kept && typeof kept === 'object' ? kept : {}) };
  } catch {
    return { ...DEFAULTS };
  }
}

/** @param {Pick<Storage, 'getItem' | 'setItem'>} storage @param {Partial<Preferences>} change */
export function keepPreferences(storage, change) {
  try {
    storage.setItem(KEY, JSON.stringify({ ...readPreferences(storage), ...change }));
  } catch {
    // A full or forbidden storage only means that the choice is gone after a reload.
  }
}

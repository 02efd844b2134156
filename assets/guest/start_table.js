// @ts-check
// The laid table seen from above: dishes of this shop's own menu, each in its place, of which one at a time gives way to
// another. It chooses and draws; when the next turn comes is not its matter.
import { html } from '../lib/html.js';
import { assetUrl } from '../lib/assets.js';
import { plateOf } from '../lib/dish.js';

/** @typedef {import('./page_state.js').PageState} PageState @typedef {{ source: string, photo: boolean }} Plate */

/** So many dishes have a place on the table; guest_start.css says where. */
const PLACES = 9;

/** What can stand on a table seen from above, the shop's favourites first and no picture twice. @param {PageState['menu']} menu @returns {Plate[]} */
export function platesOf(menu) {
  const items = (menu ? menu.categories : []).flatMap((category) => category.items).filter((item) => item.available);
  const liked = items.filter((item) => item.badges.some((badge) => badge === 'popular' || badge === 'recommended'));
  /** @type {Map<string, Plate>} */
  const plates = new Map();
  for (const item of [...liked, ...items]) {
    const plate = plateOf(item);
    if (plate) plates.set(plate.source, plate);
  }
  return Array.from(plates.values());
}

/** Whether there is a dish left that could take another's place. @param {Plate[]} plates */
export function canTurn(plates) {
  return plates.length > PLACES;
}

/**
 * The plates on the table after so many turns, one a place; each turn brings the next plate to the next place.
 * @template T @param {T[]} plates @param {number} turn @param {number} [places] @returns {T[]}
 */
export function laidPlates(plates, turn, places = PLACES) {
  if (plates.length <= places) return plates;
  return Array.from({ length: places }, (_, place) => {
    const turns = Math.ceil((turn - place) / places);
    return plates[turns <= 0 ? place : (places + place + (turns - 1) * places) % plates.length];
  });
}

/** @param {Plate} plate @param {number} place @param {'' | 'fresh' | 'gone'} turn */
function plateAt(plate, place, turn) {
  return html`<span class="start-dish" data-key="${place}-${plate.source}" data-place="${place}" ${plate.photo && html`data-photo`} data-turn="${turn}"><img src="${plate.source}" width="400" height="300" alt="" decoding="async"></span>`;
}

/** @param {PageState} state @param {number} turn */
export function laidTable(state, turn) {
  const plates = platesOf(state.menu);
  const now = laidPlates(plates, turn);
  const before = turn > 0 ? laidPlates(plates, turn - 1) : now;
  return html`<div class="start-table" aria-hidden="true"><img class="start-wood" src="${assetUrl('start/table.svg')}" width="1070" height="1070" alt="">
    ${now.map((plate, place) => html`${before[place] !== plate && plateAt(before[place], place, 'gone')}${plateAt(plate, place, before[place] === plate ? '' : 'fresh')}`)}</div>`;
}

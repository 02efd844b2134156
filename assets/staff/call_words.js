// @ts-check
// What a staff call is called and which icon it has. Kinds that this page does not know are shown as they came.

import { hasText, t } from '../lib/i18n.js';

/** @type {Record<string, string>} */
const ICONS = { water: 'water', plate: 'plate', spoon: 'spoon', tissue: 'tissue', grill: 'grill', bill: 'bill', staff: 'bell' };

/** @param {string} kind */
function callText(kind) {
  return hasText(`staff.call.kind.${kind}`) ? t(`staff.call.kind.${kind}`) : kind;
}

/** All calls of a table in one line, each kind once, with what was written. @param {import('../lib/wire_types.js').Call[]} calls */
export function callsText(calls) {
  const words = calls.map((call) => `${callText(call.kind)}${call.note ? ` (${call.note})` : ''}`);
  return words.filter((word, index) => words.indexOf(word) === index).join(', ');
}

/** The icon of the only kind, else a bell. @param {import('../lib/wire_types.js').Call[]} calls */
export function callsIcon(calls) {
  const one = calls.length > 0 && calls.every((call) => call.kind === calls[0].kind);
  return (one && ICONS[calls[0].kind]) || 'bell';
}

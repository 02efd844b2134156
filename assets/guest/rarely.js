// @ts-check
// What a page can do without until its menu stands: the orders that went in, the calculator, the way to a table, the staff's
// gate, the way in for phones. It is loaded when nothing else is to be done, or when it is needed.
import { t } from '../lib/i18n.js';
import { doorActs, onCodeTyped, onDoorSubmit, pair } from './door_acts.js';
import { doorPage, screenBody } from './door_view.js';
import { gateActs, onGateSubmit, onScreenChosen } from './gate_acts.js';
import { gateBody, operatorBody } from './gate_view.js';
import { historyActs } from './history_acts.js';
import { historyBody, historyFoot, historyHead } from './history_view.js';
import { phoneBody } from './phone_view.js';
import { splitBody, splitFoot, splitHead } from './split_view.js';

/**
 * @param {import('./page_state.js').PageState} state @param {import('./page_state.js').Sheet} sheet @param {import('./page_view.js').Around} around
 * @param {number} inches  of the screen @returns {import('./page_view.js').SheetContent}
 */
function rareSheet(state, sheet, around, inches) {
  switch (sheet.kind) {
    case 'history':
      return { label: t('guest.history.title'), head: historyHead(state, sheet.by), body: historyBody(state, sheet), foot: historyFoot(state) };
    case 'split':
      return { label: t('guest.split.title'), head: splitHead(sheet), body: splitBody(state, sheet), foot: splitFoot(state) };
    case 'phone':
      return { label: t('guest.phone.title'), body: phoneBody(sheet.link) };
    case 'gate':
      return { label: t('guest.gate.title'), words: t('guest.gate.text'), body: gateBody(sheet) };
    case 'operator':
      return { label: t('guest.gate.title'), body: operatorBody(state, around, inches) };
    default:
      return { label: t('guest.screen.title'), words: t('guest.screen.text'), body: screenBody(inches) };
  }
}

/** All of it, by name. */
export const rarely = { acts: { ...doorActs, ...gateActs, ...historyActs }, doorPage, onCodeTyped, onDoorSubmit, onGateSubmit, onScreenChosen, pair, rareSheet };

// @ts-check
// The way in for staff at a guest's tablet: five taps on the shop's name within three seconds. What lies behind it is
// loaded then.
import { cell, now, openSheet } from './page.js';

const TAPS = 5;
const WITHIN_MS = 3000;

/** When the name was tapped lately. @type {number[]} */
let taps = [];

/** @param {Event} event  a click anywhere */
export function watchGate(event) {
  if (!(event.target instanceof Element) || !event.target.closest('.table-name, .shop-name, .locked')) return;
  taps = [...taps, now()].filter((at) => now() - at < WITHIN_MS);
  if (taps.length < TAPS || cell.state.phone || cell.state.phase !== 'menu') return;
  taps = [];
  openSheet({ kind: 'gate', error: '', busy: false });
}

// @ts-check
// Which orders wait for the identity check that alcohol needs, and who may drink. Pure: the year is that of the order's
// business day, never this device's.

/** @typedef {import('../lib/wire_types.js').Order} Order */

/** Alcohol is for those who turn at least this old in the running year; the day does not count (청소년 보호법). */
const DRINKING_AGE = 19;

/** @param {import('../lib/wire_types.js').OrderItem} item */
export const waitsForIdentity = (item) => item.identity_check === 'waiting';

/** @param {Order} order */
export function awaitsIdentity(order) {
  return order.items.some(waitsForIdentity);
}

/** Whether an order's lines wait and nothing else is left to do. @param {Order} order */
export function isHeld(order) {
  return awaitsIdentity(order) && order.items.every((item) => waitsForIdentity(item) || item.status === 'cancelled');
}

/** The last year of birth that may drink. @param {string} business_day  of the order */
export function lastBirthYear(business_day) {
  return Number(business_day.slice(0, 4)) - DRINKING_AGE;
}

/** Alcohol of a party that was checked before: whoever joined since then was not. @param {Order} order @param {Order[]} orders  of its table */
export function isLaterRound(order, orders) {
  const passed = (/** @type {Order} */ one) => one.items.some((item) => item.identity_check === 'passed');
  return passed(order) && orders.some((other) => other.session_id === order.session_id && other.id < order.id && passed(other));
}

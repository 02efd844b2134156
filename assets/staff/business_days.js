// @ts-check
// Counts with business days ("YYYY-MM-DD") and says them as staff read them. A business day is a name, not a moment,
// so no time zone is involved.

import { language } from '../lib/i18n.js';

/** @param {string} day @param {number} days */
export function addDays(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** "11월 20일 금", "Fri 20 Nov". @param {string} day */
export function dayText(day) {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const korean = language() === 'ko';
  const weekday = new Intl.DateTimeFormat(korean ? 'ko-KR' : 'en-GB', { weekday: 'short', timeZone: 'UTC' }).format(date);
  if (korean) return `${date.getUTCMonth() + 1}월 ${date.getUTCDate()}일 ${weekday}`;
  const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' }).format(date);
  return `${weekday} ${date.getUTCDate()} ${month}`;
}

// @ts-check
// Money and times as guests read them. Amounts are integers in the store's minor unit (won);
// wall times are shown in the store's time zone, whatever the device thinks.
import { language, t } from './i18n.js';

let timeZone = 'Asia/Seoul';

/** @param {string} zone  IANA name from the store; an unknown one leaves the default */
export function setTimeZone(zone) {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    timeZone = zone;
  } catch {
    // An old browser may not know the zone; Korean time is the better guess then.
  }
}

/** 12000 → "12,000". @param {number} value */
export function grouped(value) {
  const sign = value < 0 ? '-' : '';
  return sign + String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 12000 → "12,000원" or "₩12,000". @param {number} amount */
export function won(amount) {
  return language() === 'ko' ? `${grouped(amount)}원` : `${amount < 0 ? '-' : ''}₩${grouped(Math.abs(amount))}`;
}

/** Price difference of an option: "+1,000원", "−500원", "" for none. @param {number} delta */
export function wonDelta(delta) {
  if (delta === 0) return '';
  return (delta > 0 ? '+' : '−') + won(Math.abs(delta));
}

/** The store's wall clock at a moment. @param {string} at  RFC 3339 @returns {{ year: string, month: string, day: string, hour: number, minute: string }} */
export function wallClock(at) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false });
  /** @type {Record<string, string>} */
  const parts = {};
  for (const part of format.formatToParts(new Date(at))) parts[part.type] = part.value;
  return { year: parts.year, month: parts.month, day: parts.day, hour: Number(parts.hour) % 24, minute: parts.minute };
}

/** For guests: "저녁 7:42", "7:42 pm". @param {string} at  RFC 3339 */
export function guestTime(at) {
  const { hour, minute } = wallClock(at);
  const part = hour < 6 ? 'night' : hour < 11 ? 'morning' : hour < 17 ? 'day' : hour < 22 ? 'evening' : 'late';
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  return t(`common.time.${part}`, { time: `${twelve}:${minute}`, half: hour < 12 ? 'am' : 'pm' });
}

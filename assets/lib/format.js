// @ts-check
// Money, numbers and times as people read them: what guests read, and what only staff do.
import { t } from './i18n.js';
import { grouped, guestTime, setTimeZone, wallClock, won, wonDelta } from './guest_format.js';

export { grouped, guestTime, setTimeZone, won, wonDelta };

/** For staff: "19:42". @param {string} at  RFC 3339 */
export function clock(at) {
  const { hour, minute } = wallClock(at);
  return `${String(hour).padStart(2, '0')}:${minute}`;
}

/** "2026-11-20", the local date. @param {string} at  RFC 3339 */
export function localDate(at) {
  const { year, month, day } = wallClock(at);
  return `${year}-${month}-${day}`;
}

/** Time passed in words: "방금", "14분", "1시간 5분". @param {number} elapsed_ms */
export function elapsed(elapsed_ms) {
  const minutes = Math.floor(Math.max(0, elapsed_ms) / 60000);
  if (minutes < 1) return t('common.elapsed.now');
  if (minutes < 60) return t('common.elapsed.minutes', { minutes });
  return t('common.elapsed.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

// @ts-check
// The server's wall clock as seen from this browser, so that elapsed times are right on a device whose clock is not.
// It reads the Date header of one small answer; without it the device's clock counts.

let offset_ms = 0;

/** Milliseconds since 1970 on the server, about a second exact. */
export function serverNow() {
  return Date.now() + offset_ms;
}

/** Asks the server for its time. Never fails; an answer that took long is not believed. */
export async function alignClock() {
  const asked_ms = Date.now();
  try {
    const answer = await fetch('/health/live', { method: 'HEAD', cache: 'no-store' });
    const took_ms = Date.now() - asked_ms;
    const served_ms = Date.parse(answer.headers.get('Date') || '');
    // The header has whole seconds, so half a second is the best guess of what it cut off.
    if (Number.isFinite(served_ms) && took_ms < 2000) offset_ms = served_ms + 500 - (asked_ms + took_ms / 2);
    if (Math.abs(offset_ms) < 2000) offset_ms = 0;
  } catch {
    // No answer now: the stream says so to the user; the clock keeps what it has.
  }
}

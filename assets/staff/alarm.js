// @ts-check
// Decides which sound is due: an order, an identity check and a call repeat until somebody acknowledges them, a late order
// sounds once.
// Pure; sounds.js makes the tones, main.js asks once a second and after every event.

/** Pause before an unacknowledged cue is heard again. */
export const REPEAT_AFTER_MS = 20000;
/** Two cues never overlap: the longest one lasts a little less than this. */
export const CUE_GAP_MS = 2500;

/**
 * @typedef {'call'|'identity'|'order'|'late'} Cue
 * @typedef {{last_ms: number|null, heard: Record<string, number>}} AlarmState `heard`: key of what was announced → when
 */

/** @type {AlarmState} */
export const SILENT = { last_ms: null, heard: {} };

/**
 * @param {AlarmState} state
 * @param {{cue: Cue, key: string}[]} waiting everything unacknowledged
 * @param {number} nowMs
 * @returns {{cue: Cue|null, state: AlarmState}} the cue to play now, the most urgent first
 */
export function nextCue(state, waiting, nowMs) {
  /** @type {Record<string, number>} */
  const heard = {};
  for (const { key } of waiting) if (key in state.heard) heard[key] = state.heard[key];
  const kept = { last_ms: state.last_ms, heard };
  if (kept.last_ms !== null && nowMs - kept.last_ms < CUE_GAP_MS) return { cue: null, state: kept };
  for (const cue of /** @type {Cue[]} */ (['call', 'identity', 'order', 'late'])) {
    const same = waiting.filter((entry) => entry.cue === cue);
    if (!same.some(({ key }) => isDue(cue, heard[key], nowMs))) continue;
    // One sound speaks for all of its kind, so ten waiting orders do not ring ten times.
    for (const { key } of same) heard[key] = nowMs;
    return { cue, state: { last_ms: nowMs, heard } };
  }
  return { cue: null, state: kept };
}

/** @param {Cue} cue @param {number|undefined} heardMs @param {number} nowMs */
function isDue(cue, heardMs, nowMs) {
  if (heardMs === undefined) return true;
  return cue !== 'late' && nowMs - heardMs >= REPEAT_AFTER_MS;
}

// @ts-check
// Makes the staff page's tones with Web Audio. It plays only after a touch (browsers allow nothing before) and decides
// nothing: alarm.js says which cue is due.

/** @typedef {import('./alarm.js').Cue} Cue */
/** @typedef {{ hz: number, at_s: number, length_s: number, bell?: boolean }} Tone */

/** @type {Record<Cue, Tone[]>} */
export const CUES = {
  order: [{ hz: 659, at_s: 0, length_s: 0.12 }, { hz: 880, at_s: 0.13, length_s: 0.12 }, { hz: 659, at_s: 0.4, length_s: 0.12 }, { hz: 880, at_s: 0.53, length_s: 0.12 }],
  call: [0, 0.5, 1].map((at_s) => ({ hz: 1047, at_s, length_s: 0.4, bell: true })),
  identity: [{ hz: 523, at_s: 0, length_s: 0.12 }, { hz: 523, at_s: 0.2, length_s: 0.12 }, { hz: 784, at_s: 0.4, length_s: 0.3 }],
  late: [0, 0.32].map((at_s) => ({ hz: 330, at_s, length_s: 0.2 })),
};

/** @type {Record<Cue, number[]>} */
const VIBRATIONS = { order: [120, 60, 120], call: [300], identity: [120, 60, 300], late: [] };

export function createSounds() {
  /** @type {AudioContext | null} */
  let context = null;

  return {
    /** Whether a tone would be heard now. */
    get unlocked() {
      return context !== null && context.state === 'running';
    },

    /** To be called from a touch or key press. Resolves to whether sound works from now on. */
    async unlock() {
      const Audio = window.AudioContext;
      if (!Audio) return false;
      if (!context) context = new Audio();
      try {
        await context.resume();
      } catch {
        // The browser refuses outside of a touch; the next one tries again.
      }
      return context.state === 'running';
    },

    /** @param {Cue} cue @param {number} volume 0 to 1 */
    play(cue, volume) {
      if (navigator.vibrate && VIBRATIONS[cue].length) navigator.vibrate(VIBRATIONS[cue]);
      if (!context || context.state !== 'running' || volume <= 0) return;
      for (const tone of CUES[cue]) playTone(context, tone, volume);
    },
  };
}

/** @param {AudioContext} context @param {Tone} tone @param {number} volume */
function playTone(context, tone, volume) {
  const start = context.currentTime + 0.02 + tone.at_s;
  const gain = context.createGain();
  // Short ramps instead of steps: a step is heard as a click.
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(volume, start + 0.01);
  if (tone.bell) gain.gain.exponentialRampToValueAtTime(0.001, start + tone.length_s);
  else gain.gain.setValueAtTime(volume, start + tone.length_s - 0.02);
  gain.gain.linearRampToValueAtTime(0, start + tone.length_s + 0.01);
  const oscillator = context.createOscillator();
  oscillator.frequency.value = tone.hz;
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + tone.length_s + 0.05);
}

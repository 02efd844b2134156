// @ts-check
// The page's bell: knows whether sound is wanted and possible, and plays what alarm.js says is due.

import { t } from '../lib/i18n.js';
import { SILENT, nextCue } from './alarm.js';
import { createSounds } from './sounds.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./alarm.js').Cue} Cue */
/** @typedef {'on' | 'off' | 'locked'} SoundState 'locked': wanted, but the browser has not yet been touched */

/** Which cue announces which task. @type {Record<'call' | 'identity' | 'new' | 'late', Cue>} */
const CUE_OF = { call: 'call', identity: 'identity', new: 'order', late: 'late' };

/** @param {StaffApp} app */
export function createBell(app) {
  const sounds = createSounds();
  let alarm = SILENT;

  return {
    /** @returns {SoundState} */
    get state() {
      if (!app.preferences.sound_on) return 'off';
      return sounds.unlocked ? 'on' : 'locked';
    },

    /** Rings for what waits, if it is time. @param {Array<{ kind: 'call' | 'identity' | 'new' | 'late', key: string, seen?: boolean }>} tasks  `seen`: acknowledged, though not done */
    ring(tasks) {
      if (this.state !== 'on') return;
      const next = nextCue(alarm, tasks.filter(({ seen }) => !seen).map(({ kind, key }) => ({ cue: CUE_OF[kind], key: `${kind}-${key}` })), performance.now());
      alarm = next.state;
      if (next.cue) sounds.play(next.cue, app.preferences.volume);
    },

    /** Forgets what was announced, for the next who logs in. */
    rest() {
      alarm = SILENT;
    },

    /** To be called from a touch or key press: lets sound through if it is wanted. */
    async touched() {
      if (this.state !== 'locked') return;
      await sounds.unlock();
      app.draw();
    },

    /** Turns the sound on and lets it be heard. */
    async turnOn() {
      app.keep({ sound_on: true });
      await this.test('order');
    },

    /** @param {Cue} cue */
    async test(cue) {
      if (await sounds.unlock()) sounds.play(cue, app.preferences.volume);
      else app.say(t('staff.sound.refused'));
      app.draw();
    },
  };
}

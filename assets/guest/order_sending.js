// @ts-check
// Sends one order so that it goes in once or not at all. The attempt (key and body) is kept in storage before the first
// byte leaves; every repeat, also after a reload, carries the same key and the same body, so a repeat is the question
// whether it went in. It reports phases and the outcome; it knows nothing of the page.
import { newIdempotencyKey } from '../lib/requests.js';

/** After this without an answer the guest reads that it is being checked. */
export const CHECKING_AFTER_MS = 8000;
/** After this the guest is asked to speak to staff; the repeats go on. */
export const UNKNOWN_AFTER_MS = 30000;
/** An attempt older than this is not repeated: another party may sit here. */
export const GIVE_UP_AFTER_MS = 15 * 60 * 1000;
const REPEAT_FIRST_MS = 1000;
const REPEAT_MAX_MS = 5000;

/** @typedef {{ key: string, body: import('../lib/wire_types.js').OrderWish, started_at_ms: number }} Attempt */

/**
 * @typedef {object} SendingSettings
 * @property {(body: any, key: string) => Promise<import('../lib/wire_types.js').Order>} createOrder  rejects with AppError; gives up after 8 s itself
 * @property {{ load: () => any, save: (attempt: Attempt) => void, clear: () => void }} keeping  where the attempt outlives a reload
 * @property {(phase: 'sending' | 'checking' | 'unknown') => void} onPhase
 * @property {(order: import('../lib/wire_types.js').Order) => void} onConfirmed
 * @property {(error: import('../lib/requests.js').AppError | null) => void} onRefused  null: given up
 * @property {() => number} [now]  wall milliseconds, since an attempt is compared across reloads
 * @property {(run: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 * @property {() => string} [newKey]
 */

export class OrderSending {
  /** @param {SendingSettings} settings */
  constructor(settings) {
    this.settings = settings;
    this.now = settings.now || Date.now;
    this.later = settings.setTimeout || setTimeout.bind(null);
    this.never = settings.clearTimeout || clearTimeout.bind(null);
    /** @type {Attempt | null} */
    this.attempt = null;
    /** @type {any[]} */
    this.timers = [];
    this.tries = 0;
  }

  get is_busy() {
    return this.attempt !== null;
  }

  /** Sends; a second call while one is under way does nothing. @param {import('../lib/wire_types.js').OrderWish} body */
  send(body) {
    if (this.attempt) return;
    const newKey = this.settings.newKey || newIdempotencyKey;
    const attempt = { key: newKey(), body, started_at_ms: this.now() };
    this.settings.keeping.save(attempt);
    this.run(attempt);
  }

  /** Goes on with an attempt that a reload or a crash left without an answer. */
  resume() {
    const left = this.settings.keeping.load();
    if (this.attempt || !left || typeof left.key !== 'string' || !left.body || !Number.isFinite(left.started_at_ms)) return;
    this.run(left);
  }

  /** @param {Attempt} attempt */
  run(attempt) {
    this.attempt = attempt;
    this.tries = 0;
    const age = Math.max(0, this.now() - attempt.started_at_ms);
    this.settings.onPhase(age >= UNKNOWN_AFTER_MS ? 'unknown' : age >= CHECKING_AFTER_MS ? 'checking' : 'sending');
    this.plan(CHECKING_AFTER_MS - age, () => this.settings.onPhase('checking'));
    this.plan(UNKNOWN_AFTER_MS - age, () => this.settings.onPhase('unknown'));
    this.ask();
  }

  /** @param {number} ms @param {() => void} run */
  plan(ms, run) {
    if (ms > 0) this.timers.push(this.later(() => this.attempt && run(), ms));
  }

  async ask() {
    const { attempt } = this;
    if (!attempt) return;
    if (this.now() - attempt.started_at_ms > GIVE_UP_AFTER_MS) {
      this.finish();
      this.settings.onRefused(null);
      return;
    }
    try {
      const order = await this.settings.createOrder(attempt.body, attempt.key);
      if (this.attempt !== attempt) return;
      this.finish();
      this.settings.onConfirmed(order);
    } catch (error) {
      if (this.attempt === attempt) this.failed(/** @type {any} */ (error));
    }
  }

  /**
   * A refusal ends the attempt. No answer, a fault of the server, a limit or a lost login leave it open: it is repeated.
   * @param {import('../lib/requests.js').AppError} error
   */
  failed(error) {
    const open = error.outcome_unknown === true || error.status === 401 || error.status === 429 || typeof error.status !== 'number';
    if (!open) {
      this.finish();
      this.settings.onRefused(error);
      return;
    }
    this.tries += 1;
    const pause = Math.min(REPEAT_MAX_MS, REPEAT_FIRST_MS * 2 ** (this.tries - 1));
    this.plan(Math.max(pause, (error.retry_after || 0) * 1000), () => this.ask());
  }

  finish() {
    this.stop();
    this.settings.keeping.clear();
  }

  /** Ends all timers without forgetting the attempt, e.g. when the login is lost. */
  stop() {
    this.attempt = null;
    for (const timer of this.timers) this.never(timer);
    this.timers = [];
  }
}

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

/** A clock that is behind the attempt by more was set back, so its age is not known. */
const CLOCK_SLACK_MS = 60000;

/**
 * `ended`: a session that ended while the attempt, which names none, was under way.
 * @typedef {{ key: string, body: import('../lib/wire_types.js').OrderWish, started_at_ms: number, ended?: number }} Attempt
 */

/**
 * @typedef {object} SendingSettings
 * @property {(body: any, key: string) => Promise<import('../lib/wire_types.js').Order>} createOrder  rejects with AppError; gives up after 8 s itself
 * @property {{ load: () => any, save: (attempt: Attempt) => void, clear: () => void }} keeping  where the attempt outlives a reload
 * @property {(phase: 'sending' | 'checking' | 'unknown') => void} onPhase
 * @property {(order: import('../lib/wire_types.js').Order) => void} onConfirmed
 * @property {(error: import('../lib/requests.js').AppError | null) => void} onRefused  null: given up
 * @property {() => number} [now]  wall milliseconds, by which an attempt is compared across reloads
 * @property {() => number} [monotonic]  milliseconds by which it is timed in between: wall clocks of tablets jump
 * @property {(run: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 * @property {() => string} [newKey]
 */

export class OrderSending {
  /** @param {SendingSettings} settings */
  constructor(settings) {
    this.settings = settings;
    this.now = settings.now || Date.now;
    this.monotonic = settings.monotonic || (() => performance.now());
    /** When the attempt began, monotonic. */
    this.began_ms = 0;
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

  /** A party left; what was under way for it must not become the next one's. @param {number} session_id */
  sessionEnded(session_id) {
    const { attempt } = this;
    if (!attempt || attempt.body.session_id !== undefined || attempt.ended !== undefined) return;
    attempt.ended = session_id;
    this.settings.keeping.save(attempt);
  }

  /** @param {Attempt} attempt */
  run(attempt) {
    this.attempt = attempt;
    this.tries = 0;
    const since = this.now() - attempt.started_at_ms;
    // Whether another party sits here now cannot be told then, and an order without a session would be taken as theirs.
    const unknown_age = since < -CLOCK_SLACK_MS && attempt.body.session_id === undefined;
    const age = unknown_age ? Infinity : Math.max(0, since);
    this.began_ms = this.monotonic() - age;
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
    if (this.monotonic() - this.began_ms > GIVE_UP_AFTER_MS) {
      this.finish();
      this.settings.onRefused(null);
      return;
    }
    try {
      // Naming a session that is over asks without ordering: known, the key is refused as used, else the session as ended.
      const body = attempt.ended === undefined ? attempt.body : { ...attempt.body, session_id: attempt.ended };
      const order = await this.settings.createOrder(body, attempt.key);
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

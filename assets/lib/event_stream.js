// @ts-check
// Keeps a page in step with the server: one EventSource at a time, re-opened after what was seen last, a watchdog on
// its pings, and polling of /api/sync while no stream can be had. It applies nothing itself: snapshots and events go
// to the page in order, each once. What the browser believes about the network is never asked.

/** @typedef {import('./wire_types.js').Snapshot} Snapshot @typedef {import('./wire_types.js').WireEvent} WireEvent */
/** @typedef {'catching_up' | 'live' | 'polling' | 'offline'} StreamState */

/** Every type a page acts on. A frame of another type moves no state; its seq is made up for by the next known one. */
export const EVENT_TYPES = ['order_created', 'order_status_changed', 'identity_checked', 'order_deleted', 'session_started', 'session_completed',
  'menu_changed', 'table_changed', 'table_removed', 'call_created', 'call_resolved', 'tablet_paired'];

const PING_INTERVAL_MS = 15000;
/** Two heartbeats and a little for the way. */
const SILENCE_MAX_MS = 2 * PING_INTERVAL_MS + 2000;
const CONNECT_MAX_MS = 10000;
const INITIAL_MAX_MS = 5000;
const POLL_INTERVAL_MS = 4000;
const RETRY_FIRST_MS = 1000;
const RETRY_MAX_MS = 30000;

/** Whether orders go in and out, be it slowly. @param {string} state */
export function isConnected(state) {
  return state === 'live' || state === 'polling';
}

/** Delay before try number `failures` (from 1): 1 s doubling to 30 s, plus up to a quarter. @param {number} failures @param {() => number} random */
export function retryDelay(failures, random) {
  const base = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
  return Math.round(base * (1 + random() / 4));
}

/**
 * @typedef {object} StreamSettings
 * @property {string} path  the stream's path without query
 * @property {(after: number | null, lineage: string | null) => Promise<import('./wire_types.js').SyncAnswer>} sync
 * @property {(snapshot: Snapshot) => void} onSnapshot
 * @property {(event: WireEvent) => void} onEvent
 * @property {(state: StreamState) => void} onState
 * @property {(error: any) => void} [onRefused]  sync was refused (401, 403…): the page renews its login and calls `restart`
 * @property {any} [EventSource]  injected by tests, as is all below
 * @property {(run: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 * @property {() => number} [random]
 * @property {() => number} [now]  monotonic milliseconds
 */

export class EventStream {
  /** @param {StreamSettings} settings */
  constructor(settings) {
    this.settings = settings;
    this.later = settings.setTimeout || setTimeout.bind(null);
    this.never = settings.clearTimeout || clearTimeout.bind(null);
    this.random = settings.random || Math.random;
    this.now = settings.now || (() => performance.now());
    /** @type {StreamState} */
    this.state = 'catching_up';
    /** @type {number | null} */
    this.seq = null;
    /** @type {string | null} */
    this.lineage = null;
    /** @type {any} */
    this.source = null;
    /** @type {any} */
    this.watchdog = null;
    /** @type {any} */
    this.retry = null;
    /** @type {any} */
    this.poll = null;
    this.failures = 0;
    this.poll_failures = 0;
    this.heard_at = this.now();
    this.running = false;
    /** Whether the stream of its own has answered; a position then is the server's word. */
    this.opened = false;
    /** Raised whenever an answer under way has become worthless. */
    this.generation = 0;
  }

  start() {
    this.running = true;
    this.setState('catching_up', true);
    this.open();
  }

  stop() {
    this.running = false;
    this.halt();
  }

  /** Ends the stream and all that is planned. */
  halt() {
    this.generation += 1;
    this.close();
    for (const timer of [this.retry, this.poll]) this.never(timer);
    this.retry = null;
    this.poll = null;
    this.failures = 0;
    this.poll_failures = 0;
  }

  /** Opens anew at once, e.g. after the login was renewed. */
  restart() {
    this.halt();
    this.start();
  }

  /** The page is at `seq` by the server's word, with this event or with nothing new; for those who pass it on. @param {WireEvent | null} [_event] */
  moved(_event) {}

  /** Forgets what was seen, so that the next opening brings a whole snapshot. */
  forget() {
    this.seq = null;
    this.lineage = null;
  }

  /** To be called when the page becomes visible again: a stream that missed a ping is not believed. */
  wake() {
    if (!this.running) return;
    const fresh = this.now() - this.heard_at < PING_INTERVAL_MS + 1000;
    if (this.source && fresh) return;
    if (!fresh) this.setState('catching_up');
    this.halt();
    this.open();
  }

  /** @param {StreamState} state @param {boolean} [always] */
  setState(state, always = false) {
    if (state === this.state && !always) return;
    this.state = state;
    this.settings.onState(state);
  }

  address() {
    if (this.seq === null) return this.settings.path;
    const lineage = this.lineage === null ? '' : `&lineage=${encodeURIComponent(this.lineage)}`;
    return `${this.settings.path}?after=${this.seq}${lineage}`;
  }

  open() {
    this.close();
    this.never(this.retry);
    this.retry = null;
    const Source = this.settings.EventSource || EventSource;
    const source = new Source(this.address());
    this.source = source;
    this.watch(CONNECT_MAX_MS);
    /** @param {string} type @param {(frame: MessageEvent) => void} handle */
    const on = (type, handle) => source.addEventListener(type, (/** @type {any} */ frame) => {
      if (this.source !== source) return;
      this.heard();
      handle(frame);
    });
    source.onopen = () => {
      if (this.source !== source) return;
      this.heard();
      if (this.seq === null) this.watch(INITIAL_MAX_MS);
      else this.becomeLive();
    };
    // The browser's own reconnect would carry an old address; it is always ended and done here instead.
    source.onerror = () => {
      if (this.source === source) this.lost();
    };
    on('initial', (frame) => this.takeSnapshot(JSON.parse(frame.data)));
    on('resync', () => {
      this.forget();
      this.open();
    });
    on('ping', () => {
      this.becomeLive();
      this.moved();
    });
    on('position', (frame) => this.takePosition(Number(frame.lastEventId)));
    for (const type of EVENT_TYPES) on(type, (frame) => this.takeEvent(JSON.parse(frame.data)));
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
    this.opened = false;
    this.never(this.watchdog);
    this.watchdog = null;
  }

  heard() {
    this.heard_at = this.now();
    this.watch(SILENCE_MAX_MS);
  }

  /** @param {number} ms */
  watch(ms) {
    this.never(this.watchdog);
    this.watchdog = this.later(() => this.lost(), ms);
  }

  becomeLive() {
    if (this.seq === null) return;
    this.opened = true;
    this.failures = 0;
    this.stopPolling();
    this.setState('live');
  }

  /** The stream ended, was refused or fell silent. A stream that was live is re-opened within a second without a word. */
  lost() {
    const was_live = this.state === 'live';
    this.close();
    if (!this.running) return;
    this.failures += 1;
    this.setState(was_live || this.state === 'catching_up' ? 'catching_up' : this.state);
    this.never(this.retry);
    const delay = was_live ? Math.round(this.random() * RETRY_FIRST_MS) : retryDelay(this.failures, this.random);
    this.retry = this.later(() => this.open(), delay);
    if (!was_live && this.poll === null) this.pollIn(0);
  }

  /** @param {number} ms */
  pollIn(ms) {
    this.never(this.poll);
    this.poll = this.later(() => this.askSync(), ms);
  }

  stopPolling() {
    this.never(this.poll);
    this.poll = null;
    this.poll_failures = 0;
    this.generation += 1;
  }

  async askSync() {
    const generation = this.generation;
    try {
      const answer = await this.settings.sync(this.seq, this.lineage);
      if (generation !== this.generation || !this.running) return;
      this.takeSync(answer);
      const was_offline = this.poll_failures > 0;
      this.poll_failures = 0;
      this.heard_at = this.now();
      this.setState('polling');
      this.moved();
      this.pollIn(answer.more ? 0 : POLL_INTERVAL_MS);
      // The server is back: the stream is tried at once instead of at the end of its long pause.
      if (was_offline && this.retry !== null) {
        this.failures = 0;
        this.open();
      }
    } catch (error) {
      if (generation !== this.generation || !this.running) return;
      this.failedSync(error);
    }
  }

  /** @param {any} error */
  failedSync(error) {
    this.poll_failures += 1;
    this.setState('offline');
    const wait_ms = error && error.retry_after ? error.retry_after * 1000 : 0;
    this.pollIn(Math.max(wait_ms, retryDelay(this.poll_failures, this.random)));
    if (error && (error.status === 401 || error.status === 403) && this.settings.onRefused) this.settings.onRefused(error);
  }

  /** @param {import('./wire_types.js').SyncAnswer} answer */
  takeSync(answer) {
    if (answer.snapshot) this.takeSnapshot(answer.snapshot, false);
    for (const event of answer.events) this.takeEvent(event);
    this.takePosition(answer.last_event_id);
  }

  /** @param {Snapshot} snapshot @param {boolean} [from_stream] */
  takeSnapshot(snapshot, from_stream = true) {
    this.seq = snapshot.seq;
    this.lineage = snapshot.lineage;
    this.settings.onSnapshot(snapshot);
    if (from_stream) this.becomeLive();
    this.moved();
  }

  /** @param {number} seq */
  takePosition(seq) {
    if (this.seq === null || seq <= this.seq) return;
    this.seq = seq;
    this.moved();
  }

  /** @param {WireEvent} event */
  takeEvent(event) {
    if (this.seq !== null && event.seq <= this.seq) return;
    this.seq = event.seq;
    this.settings.onEvent(event);
    this.moved(event);
  }
}

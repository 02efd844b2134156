// @ts-check
// The stream of a page that shares it with the browser's other tabs of the same login: each tab passes on what its own
// stream brings, and one that has a better placed tab to listen to closes its own. Nobody is elected, and two streams at
// once do no harm: what is passed on names where it continues, so it is taken once, in order and without a gap, or not at
// all. It asks no server by itself; whoever misses something opens its own stream, which begins where the tab is.
import { EventStream } from './event_stream.js';

/**
 * What a tab passes on. `from` and `to`: behind the one and up to the other there was only `event` to tell, or nothing, so
 * it continues at every seq between them; `live`: it comes from a stream and not from asking; `hidden`: nobody looks at that
 * tab, so the browser may put it to sleep; `hello`: it has just got its stream or its looks changed, and whoever is better
 * placed answers.
 * @typedef {{ id: number, lineage: string | null, from: number, to: number, event: import('./wire_types.js').WireEvent | null,
 *   live: boolean, hidden: boolean, hello: boolean } | { id: number, gone: true }} Relay
 * @typedef {import('./event_stream.js').StreamSettings & { channel: string, rests_hidden: boolean, hidden: boolean, Channel?: any,
 *   wall?: () => number }} SharedSettings
 *   `channel`: one name per login and version of the pages; `rests_hidden`: a tab nobody looks at has no stream at all
 */

export class SharedStream extends EventStream {
  /** @param {SharedSettings} settings */
  constructor(settings) {
    super(settings);
    this.rests_hidden = settings.rests_hidden;
    this.hidden = settings.hidden;
    /** The older a tab, the better its claim. */
    this.id = (settings.wall || Date.now)() + this.random();
    /** The tab this one listens to instead of a stream of its own. @type {number | null} */
    this.follows = null;
    const Channel = settings.Channel || (typeof BroadcastChannel === 'undefined' ? null : BroadcastChannel);
    /** The seq of the last event or snapshot: behind it there was nothing to tell up to where this tab is. */
    this.quiet_from = 0;
    /** @type {any} */
    this.channel = Channel ? new Channel(settings.channel) : null;
    if (this.channel) this.channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.hear(data);
  }

  /** @override */
  start() {
    this.follows = null;
    if (this.hidden && this.rests_hidden) this.running = true;
    else super.start();
  }

  /** For good. @override */
  stop() {
    super.stop();
    this.say({ id: this.id, gone: true });
    if (this.channel) this.channel.close();
    this.channel = null;
  }

  /** @override */
  open() {
    this.follows = null;
    if (!this.hidden || !this.rests_hidden) super.open();
  }

  /** To be called when the page is shown or hidden. @param {boolean} hidden */
  look(hidden) {
    if (hidden === this.hidden) return;
    this.hidden = hidden;
    if (!this.running) return;
    if (!hidden) {
      this.wake();
    } else if (this.rests_hidden) {
      this.rest();
      this.say({ id: this.id, gone: true });
    } else if (this.opened) {
      this.moved(null, true);
    }
  }

  rest() {
    this.halt();
    this.follows = null;
  }

  /** @override */
  becomeLive() {
    const was_opened = this.opened;
    super.becomeLive();
    if (!was_opened && this.opened) this.moved(null, true);
  }

  /** @param {import('./wire_types.js').Snapshot} snapshot @param {boolean} [from_stream] @override */
  takeSnapshot(snapshot, from_stream) {
    this.quiet_from = snapshot.seq;
    super.takeSnapshot(snapshot, from_stream);
  }

  /** @override */
  lost() {
    if (this.hidden && this.rests_hidden) return this.rest();
    const was_live = this.state === 'live';
    this.follows = null;
    super.lost();
    // A stream that ended is there again within a second; only who cannot get one sends the others away.
    if (!was_live) this.say({ id: this.id, gone: true });
    return undefined;
  }

  /** @param {Relay} message */
  say(message) {
    if (this.channel) this.channel.postMessage(message);
  }

  /** @param {import('./wire_types.js').WireEvent | null} [event] @param {boolean} [hello] @override */
  moved(event = null, hello = false) {
    const { id, lineage, quiet_from: from, seq: to, opened: live, hidden } = this;
    if (to === null) return;
    this.say({ id, lineage, from, to, event, live, hidden, hello });
    if (event) this.quiet_from = to;
  }

  /** @param {any} message  a Relay of another tab */
  hear(message) {
    if (!this.running) return;
    const follows = this.follows !== null;
    if (message.gone) {
      if (this.follows === message.id) this.lost();
      return;
    }
    if (!this.take(message)) {
      if (this.follows === message.id) this.open();
    } else if (follows && message.hello && message.hidden && !this.hidden) {
      this.open();
    } else if (follows || this.yieldsTo(message)) {
      this.follow(message);
    } else if (message.hello && this.opened) {
      this.moved();
    }
  }

  /** Takes what continues exactly here; tells whether the page now knows all that the other tab knew. @param {any} message */
  take({ lineage, from, to, event }) {
    if (this.seq === null || lineage !== this.lineage || from > this.seq) return false;
    if (to > this.seq) {
      this.seq = to;
      if (event) {
        this.quiet_from = to;
        this.settings.onEvent(event);
      }
    }
    return true;
  }

  /** Streams go before asking, seen tabs before unseen ones, then the older tab. @param {any} other */
  yieldsTo(other) {
    if (other.live !== this.opened) return other.live && !(this.source && other.hidden && !this.hidden);
    if (other.hidden !== this.hidden) return this.hidden;
    return other.id < this.id;
  }

  /** @param {any} other */
  follow({ id, live }) {
    if (this.follows === null) this.halt();
    this.follows = id;
    this.setState(live ? 'live' : 'polling');
    this.heard();
  }
}

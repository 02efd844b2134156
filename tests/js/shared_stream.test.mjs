// The tabs of one browser share streams: a few cases by hand, and thousands of random steps (events, cuts, sleeping and
// closing tabs, a server that restarts, stalls or begins a new lineage) against the one true sequence. Whatever happens, a
// tab is told every event once, in order, and afterwards the tabs are live on few streams.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedStream } from '../../assets/lib/shared_stream.js';
import { clockwork } from './clockwork.mjs';

const settle = (clock) => clock.pass(100);

/** A server with its sequence, a browser with tabs, and the wires between. `random` decides how long each thing takes. */
function makeWorld({ random = () => 0.5, rests_hidden = false } = {}) {
  const clock = clockwork();
  const server = { up: true, answers: true, lineage: 'L1', log: [], first: 0, streams: new Set(), requests: 0 };
  const tabs = [];
  let opened = 0;
  const wire = () => 1 + Math.floor(random() * 30);
  const head = () => server.first + server.log.length;
  const seen = (after) => server.log.filter((event) => event.seq > after && event.visible);
  const snapshot = () => ({ seq: head(), lineage: server.lineage, orders: [], calls: [] });
  const json = (value) => JSON.parse(JSON.stringify(value));

  /** Frames arrive in order, however long each takes; none arrives on a wire that was cut or went silent. */
  function frame(source, type, data, id) {
    source.arrives = Math.max(source.arrives, clock.now() + wire());
    clock.setTimeout(() => {
      if (!source.closed && !source.silent) source.tab.run(() => source.handlers[type]?.({ data: JSON.stringify(data), lastEventId: String(id ?? '') }));
    }, source.arrives - clock.now());
  }
  function sourceOf(tab) {
    return class {
      constructor(url) {
        Object.assign(this, { url, tab, handlers: {}, arrives: 0, closed: false, silent: false });
        tab.sources.push(this);
        clock.setTimeout(() => this.connect(), wire());
      }
      addEventListener(type, handle) { this.handlers[type] = handle; }
      close() {
        this.closed = true;
        server.streams.delete(this);
      }
      connect() {
        if (this.closed || !server.answers) return;
        if (!server.up || server.refuses) return tab.run(() => this.closed || this.onerror());
        server.streams.add(this);
        tab.run(() => this.closed || this.onopen());
        const query = new URL(this.url, 'http://x').searchParams;
        if (query.has('after')) {
          const after = Number(query.get('after'));
          if (query.get('lineage') !== server.lineage || after > head()) {
            frame(this, 'resync', {}, '');
            return undefined;
          }
          for (const event of seen(after)) frame(this, 'order_created', event, event.seq);
        } else {
          const now = snapshot();
          frame(this, 'initial', now, now.seq);
        }
        this.position = head();
        return undefined;
      }
    };
  }
  const channels = new Set();
  function channelOf(tab) {
    return class {
      constructor(name) {
        Object.assign(this, { name, tab, onmessage: null, due: new Map() });
        channels.add(this);
      }
      postMessage(message) {
        const data = json(message);
        for (const other of channels) {
          if (other === this || other.name !== this.name) continue;
          const at = Math.max(this.due.get(other) ?? 0, clock.now() + wire());
          this.due.set(other, at);
          clock.setTimeout(() => channels.has(other) && other.tab.run(() => other.onmessage?.({ data })), at - clock.now());
        }
      }
      close() { channels.delete(this); }
    };
  }

  function openTab({ hidden = false, channel = 'demo' } = {}) {
    const tab = { sources: [], told: [], at: null, state: '', hidden, asleep: false, waiting: [], faults: [] };
    /** What reaches a sleeping tab waits until it wakes. */
    tab.run = (work) => (tab.asleep ? tab.waiting.push(work) : work());
    tab.wake = () => {
      tab.asleep = false;
      for (const work of tab.waiting.splice(0)) work();
    };
    opened += 1;
    tab.stream = new SharedStream({
      path: '/s', channel, hidden, rests_hidden, random, now: clock.now, wall: () => clock.now() + opened, EventSource: sourceOf(tab), Channel: channelOf(tab),
      setTimeout: (run, ms) => clock.setTimeout(() => tab.run(run), ms),
      clearTimeout: clock.clearTimeout,
      sync: (after, lineage) => new Promise((resolve, reject) => {
        server.requests += 1;
        clock.setTimeout(() => {
          if (!server.answers) return clock.setTimeout(() => tab.run(() => reject({ status: 0 })), 10000);
          if (!server.up) return tab.run(() => reject({ status: 0 }));
          const known = after !== null && lineage === server.lineage && after <= head();
          const answer = json({ last_event_id: head(), events: known ? seen(after) : [], more: false, snapshot: known ? null : snapshot() });
          return clock.setTimeout(() => tab.run(() => resolve(answer)), wire());
        }, wire());
      }),
      onSnapshot: ({ seq, lineage }) => Object.assign(tab, { at: seq, lineage }),
      onEvent(event) {
        // The next it may be told is the first visible one behind where it is.
        const next = tab.at === null || tab.lineage !== server.lineage ? event : seen(tab.at)[0];
        if (next?.seq !== event.seq || (tab.at !== null && event.seq <= tab.at)) tab.faults.push(`at ${tab.at} told ${event.seq} instead of ${next?.seq}`);
        tab.at = event.seq;
        tab.told.push(event.seq);
      },
      onState: (state) => { tab.state = state; },
    });
    tab.close = (goodbye = true) => {
      if (goodbye) tab.stream.stop();
      tab.run = () => {};
      for (const source of tab.sources) source.close();
      for (const channel of channels) if (channel.tab === tab) channels.delete(channel);
      tabs.splice(tabs.indexOf(tab), 1);
    };
    tabs.push(tab);
    tab.stream.start();
    return tab;
  }

  return {
    clock, server, tabs, openTab, head,
    emit(visible = true) {
      const event = { seq: head() + 1, type: 'order_created', data: {}, visible };
      server.log.push(event);
      for (const source of server.streams) {
        if (visible) frame(source, 'order_created', event, event.seq);
        else if (event.seq % 5 === 0) frame(source, 'position', { seq: event.seq }, event.seq);
      }
    },
    ping() {
      for (const source of server.streams) frame(source, 'ping', {}, '');
    },
    cut(source) {
      server.streams.delete(source);
      clock.setTimeout(() => source.tab.run(() => source.closed || source.onerror()), wire());
    },
    stop() {
      server.up = false;
      for (const source of [...server.streams]) this.cut(source);
    },
    /** The wires go silent both ways, as when a tablet walks out of the Wi-Fi. */
    stall() {
      server.answers = false;
      for (const source of server.streams) source.silent = true;
      server.streams.clear();
    },
    /** A backup was restored: another history, shorter than the one that is known. */
    restore() {
      server.lineage = `L${Number(server.lineage.slice(1)) + 1}`;
      server.log.length = Math.floor(server.log.length / 2);
      for (const source of [...server.streams]) this.cut(source);
    },
    async live(seconds) {
      for (let second = 0; second < seconds; second += 15) {
        await clock.pass(15000);
        if (server.up && server.answers) this.ping();
      }
      await settle(clock);
    },
  };
}

const live = (world) => world.tabs.map((tab) => tab.state);

test('eight tabs live on one stream, and each is told what happens once', async () => {
  const world = makeWorld();
  for (let n = 0; n < 8; n += 1) {
    world.openTab();
    await settle(world.clock);
  }
  assert.equal(world.server.streams.size, 1);
  for (let n = 0; n < 5; n += 1) world.emit(n !== 2);
  await settle(world.clock);
  for (const tab of world.tabs) assert.deepEqual([tab.told, tab.state], [[1, 2, 4, 5], 'live']);
  assert.equal(world.server.requests, 0);
});

test('tabs that are opened at the same moment come down to one stream', async () => {
  const world = makeWorld();
  for (let n = 0; n < 8; n += 1) world.openTab();
  await world.live(30);
  assert.equal(world.server.streams.size, 1);
});

test('when the tab with the stream is closed another is live within a second', async () => {
  const world = makeWorld();
  for (let n = 0; n < 3; n += 1) world.openTab();
  await world.live(30);
  const owner = world.tabs.find((tab) => tab.stream.opened);
  owner.close();
  world.emit();
  await world.clock.pass(1100);
  assert.equal(world.server.streams.size, 1);
  for (const tab of world.tabs) assert.deepEqual([tab.told, tab.state], [[1], 'live']);
});

test('a tab that dies without a word is noticed after two pings', async () => {
  const world = makeWorld();
  for (let n = 0; n < 3; n += 1) world.openTab();
  await world.live(30);
  world.tabs.find((tab) => tab.stream.opened).close(false);
  world.emit();
  await world.live(45);
  for (const tab of world.tabs) assert.deepEqual([tab.told, tab.state], [[1], 'live']);
});

test('what another tab tells is taken only where it continues; else the tab asks the server itself', async () => {
  const world = makeWorld();
  world.openTab();
  await settle(world.clock);
  const second = world.openTab();
  await settle(world.clock);
  assert.equal(second.stream.opened, false);
  for (let n = 0; n < 3; n += 1) world.emit();
  second.asleep = true;
  await settle(world.clock);
  // Two of the three messages are lost.
  second.waiting.splice(0, 2);
  second.wake();
  await world.clock.pass(1000);
  assert.deepEqual(second.told, [1, 2, 3]);
});

test('a relay of another lineage, and of tabs of another login, changes nothing', async () => {
  const world = makeWorld();
  const tab = world.openTab();
  const other = world.openTab({ channel: 'other login' });
  await settle(world.clock);
  tab.stream.hear({ id: 0, lineage: 'X', from: 0, to: 9, event: { seq: 9 }, live: true, hidden: false, hello: false });
  assert.deepEqual([tab.stream.seq, tab.stream.opened, tab.told], [0, true, []]);
  assert.deepEqual(world.tabs.map((one) => one.stream.opened), [true, true]);
  assert.ok(other.stream.opened);
});

test('a seen tab has its own stream rather than a hidden one, and a hidden guest tab none', async () => {
  const staff = makeWorld();
  const first = staff.openTab();
  await settle(staff.clock);
  const second = staff.openTab({ hidden: true });
  await staff.live(15);
  assert.deepEqual([first.stream.opened, second.stream.opened], [true, false]);
  first.stream.look(true);
  second.stream.look(false);
  await settle(staff.clock);
  assert.deepEqual([first.stream.opened, second.stream.opened], [false, true]);
  assert.deepEqual(live(staff), ['live', 'live']);

  const guest = makeWorld({ rests_hidden: true });
  const tab = guest.openTab();
  await settle(guest.clock);
  tab.stream.look(true);
  assert.equal(guest.server.streams.size, 0);
  guest.emit();
  await guest.live(3600);
  assert.deepEqual([guest.server.streams.size, guest.server.requests, tab.told], [0, 0, []]);
  tab.stream.look(false);
  await settle(guest.clock);
  assert.deepEqual([tab.told, tab.state], [[1], 'live']);
});

test('where streams are refused one tab asks for all', async () => {
  const world = makeWorld();
  world.server.refuses = true;
  for (let n = 0; n < 3; n += 1) world.openTab();
  await world.clock.pass(20000);
  assert.deepEqual(live(world), ['polling', 'polling', 'polling']);
  const before = world.server.requests;
  world.emit();
  await world.clock.pass(40000);
  const asked = world.server.requests - before;
  assert.ok(asked <= 14, `asked ${asked} times in 40 s`);
  for (const tab of world.tabs) assert.deepEqual(tab.told, [1]);
});

test('when the server goes every tab knows it within seconds, not only the one with the stream', async () => {
  const world = makeWorld();
  for (let n = 0; n < 3; n += 1) world.openTab();
  await world.live(30);
  world.stop();
  await world.clock.pass(4000);
  assert.deepEqual(live(world), ['offline', 'offline', 'offline']);
  Object.assign(world.server, { up: true });
  await world.live(60);
  assert.deepEqual([live(world), world.server.streams.size], [['live', 'live', 'live'], 1]);
});

for (const refuses of [false, true]) {
  test(`a hidden guest tab asks for nothing when the tab it listened to is gone${refuses ? ', nor where streams are refused' : ''}`, async () => {
    const world = makeWorld({ rests_hidden: true });
    world.server.refuses = refuses;
    const seen = world.openTab();
    const hidden = world.openTab();
    await world.live(15);
    hidden.stream.look(true);
    world.emit();
    await world.live(30);
    assert.deepEqual([hidden.state, seen.told], [refuses ? 'polling' : 'live', [1]]);
    seen.close();
    const asked = [hidden.sources.length, world.server.requests];
    await world.live(120);
    assert.deepEqual([hidden.sources.length, world.server.requests], asked);
  });
}

test('without channels each tab goes on alone', async () => {
  const world = makeWorld();
  const tab = world.openTab();
  tab.stream.channel = null;
  await settle(world.clock);
  world.emit();
  await settle(world.clock);
  assert.deepEqual(tab.told, [1]);
});

/** The same numbers for the same seed. */
function dice(seed) {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One random thing that happens in a shop. */
function happen(world, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const tab = pick(world.tabs);
  const chance = random();
  if (chance < 0.45) for (let n = random() * 4; n > 0; n -= 1) world.emit(random() < 0.6);
  else if (chance < 0.52) world.ping();
  else if (chance < 0.6 && world.server.streams.size) world.cut(pick([...world.server.streams]));
  else if (chance < 0.68) { tab.hidden = !tab.hidden; tab.stream.look(tab.hidden); }
  else if (chance < 0.73) tab.asleep = true;
  else if (chance < 0.8) tab.wake();
  else if (chance < 0.84 && world.tabs.length < 4) world.openTab({ hidden: random() < 0.3 });
  else if (chance < 0.87 && world.tabs.length > 1) tab.close(random() < 0.5);
  else if (chance < 0.9) world.stop();
  else if (chance < 0.92) world.stall();
  else if (chance < 0.93) world.restore();
  else if (chance < 0.96) Object.assign(world.server, { up: true, answers: true });
  else tab.stream.restart();
}

for (const rests_hidden of [false, true]) {
  test(`${rests_hidden ? 'guest' : 'staff'} tabs are told everything once, in order, through thousands of random steps`, async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = dice(seed);
      const world = makeWorld({ random, rests_hidden });
      for (let n = 0; n < 2 + (seed % 2); n += 1) world.openTab();
      for (let step = 0; step < 80; step += 1) {
        happen(world, random);
        await world.clock.pass(Math.floor(random() ** 4 * 40000));
        for (const tab of world.tabs) assert.deepEqual(tab.faults, [], `seed ${seed}, step ${step}`);
      }
      Object.assign(world.server, { up: true, answers: true });
      for (const tab of world.tabs) {
        tab.wake();
        tab.stream.look(false);
      }
      await world.live(90);
      world.emit();
      await settle(world.clock);
      // Two tabs that know the same may differ in what they know it up to, until something happens.
      await world.live(15);
      for (const tab of world.tabs) {
        assert.deepEqual([tab.faults, tab.state, tab.at, tab.lineage], [[], 'live', world.head(), world.server.lineage], `seed ${seed}`);
      }
      assert.equal(world.server.streams.size, 1, `seed ${seed}: streams in the end`);
    }
  });
}

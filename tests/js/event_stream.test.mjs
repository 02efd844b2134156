// The stream keeps a page in step through every kind of trouble: fake EventSource, timers and sync, no waiting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStream, retryDelay } from '../../assets/lib/event_stream.js';
import { clockwork } from './clockwork.mjs';

function rig(sync = async () => { throw { status: 0 }; }) {
  const clock = clockwork();
  const sources = [];
  const seen = { events: [], snapshots: [], states: [], refused: 0 };
  class Source {
    constructor(url) {
      this.url = url;
      this.handlers = {};
      sources.push(this);
    }
    addEventListener(type, handle) { this.handlers[type] = handle; }
    close() { this.closed = true; }
    frame(type, data, id = data.seq) { this.handlers[type]?.({ data: JSON.stringify(data), lastEventId: String(id ?? '') }); }
  }
  const stream = new EventStream({
    path: '/s', sync, EventSource: Source, random: () => 0, ...clock,
    onSnapshot: (snapshot) => seen.snapshots.push(snapshot.seq),
    onEvent: (event) => seen.events.push(event.seq),
    onState: (state) => seen.states.push(state),
    onRefused: () => { seen.refused += 1; },
  });
  return { stream, clock, sources, seen, last: () => sources[sources.length - 1] };
}

const initial = (seq, lineage = 'L') => ({ seq, lineage, orders: [], calls: [] });
const event = (seq) => ({ seq, type: 'order_created', data: {} });

function live(seq = 10) {
  const all = rig();
  all.stream.start();
  all.last().onopen();
  all.last().frame('initial', initial(seq));
  return all;
}

test('the first opening has no position, a later one carries it with its lineage', async () => {
  const { clock, sources, seen, last } = live();
  assert.equal(sources[0].url, '/s');
  assert.equal(seen.states.slice(-1)[0], 'live');
  last().frame('order_created', event(11));
  last().onerror();
  await clock.pass(0);
  assert.equal(last().url, '/s?after=11&lineage=L');
  assert.equal(sources[0].closed, true);
});

test('an event seen before is dropped, a position moves the seq without an event', async () => {
  const { stream, seen, last } = live();
  for (const seq of [11, 11, 10, 12]) last().frame('order_created', event(seq));
  assert.deepEqual(seen.events, [11, 12]);
  last().frame('position', {}, 1012);
  assert.equal(stream.seq, 1012);
});

test('a resync forgets the position and asks for a snapshot', () => {
  const { seen, last } = live();
  last().frame('resync', { reason: 'too_old' }, '');
  assert.equal(last().url, '/s');
  last().onopen();
  last().frame('initial', initial(500, 'M'));
  assert.deepEqual(seen.snapshots, [10, 500]);
});

test('silence longer than two pings ends the stream, pings keep it', async () => {
  const { clock, sources, last } = live();
  for (let n = 0; n < 10; n += 1) {
    await clock.pass(15000);
    last().frame('ping', {}, '');
  }
  assert.equal(sources.length, 1);
  await clock.pass(31000);
  assert.equal(sources.length, 1);
  await clock.pass(2000);
  assert.equal(sources.length, 2);
  assert.equal(sources[0].closed, true);
});

test('a refused stream is polled within five seconds and tried again with growing pauses', async () => {
  const asked = [];
  const all = rig(async (after, lineage) => {
    asked.push([after, lineage, all.clock.now()]);
    return { last_event_id: 12, events: [event(11), event(12)].filter((one) => one.seq > (after ?? 0)), more: false, snapshot: after === null ? initial(10) : null };
  });
  all.stream.start();
  all.last().onerror();
  await all.clock.pass(10);
  assert.equal(all.seen.states.slice(-1)[0], 'polling');
  assert.deepEqual(all.seen.snapshots, [10]);
  assert.deepEqual(all.seen.events, [11, 12]);
  const opened = [];
  for (let second = 0; second < 120; second += 1) {
    const before = all.sources.length;
    await all.clock.pass(1000);
    if (all.sources.length > before) {
      opened.push(second);
      all.last().onerror();
    }
  }
  assert.deepEqual(opened.slice(0, 4), [0, 2, 6, 14]);
  assert.ok(opened[5] - opened[4] >= 29);
  assert.ok(asked.length >= 25, `polled ${asked.length} times`);
  assert.deepEqual(asked.slice(-1)[0].slice(0, 2), [12, 'L']);
});

test('when the stream comes back polling stops and a late answer of it is not applied', async () => {
  let answer;
  const all = rig(() => new Promise((resolve) => { answer = resolve; }));
  all.stream.start();
  all.last().onerror();
  await all.clock.pass(1000);
  all.last().onopen();
  all.last().frame('initial', initial(20));
  assert.equal(all.stream.state, 'live');
  answer({ last_event_id: 15, events: [event(15)], more: false, snapshot: initial(14) });
  await all.clock.pass(20000);
  assert.deepEqual(all.seen.snapshots, [20]);
  assert.deepEqual(all.seen.events, []);
});

test('offline is said when neither goes, and the stream is tried at once when sync answers again', async () => {
  let up = false;
  const all = rig(async () => {
    if (!up) throw { status: 0 };
    return { last_event_id: 10, events: [], more: false, snapshot: initial(10) };
  });
  all.stream.start();
  all.last().onerror();
  for (let n = 0; n < 8; n += 1) {
    await all.clock.pass(30000);
    if (!all.last().closed) all.last().onerror();
  }
  assert.equal(all.stream.state, 'offline');
  up = true;
  const before = all.sources.length;
  await all.clock.pass(38000);
  assert.ok(all.sources.length > before);
  all.last().onopen();
  assert.equal(all.stream.state, 'live');
});

test('a limit is respected and a lost login is told', async () => {
  let asked = 0;
  const all = rig(async () => {
    asked += 1;
    throw { status: asked === 1 ? 429 : 401, retry_after: 20 };
  });
  all.stream.start();
  all.last().onerror();
  await all.clock.pass(19000);
  assert.equal(asked, 1);
  await all.clock.pass(2000);
  assert.equal(asked, 2);
  assert.equal(all.seen.refused, 1);
});

test('a page that wakes after a missed ping does not trust its stream', async () => {
  const { stream, clock, sources, last } = live();
  await clock.pass(10000);
  stream.wake();
  assert.equal(sources.length, 1);
  await clock.pass(8000);
  stream.wake();
  assert.equal(sources.length, 2);
  assert.equal(last().url, '/s?after=10&lineage=L');
});

test('pauses double from one to thirty seconds with up to a quarter on top', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => retryDelay(failures, () => 0));
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  assert.equal(retryDelay(1, () => 1), 1250);
});

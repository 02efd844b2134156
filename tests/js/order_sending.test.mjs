// An order goes in once or not at all: keys, repeats, reloads and what the guest is told meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderSending } from '../../assets/guest/order_sending.js';
import { AppError } from '../../assets/lib/requests.js';

/** A sender with a server the test plays: `answers` are used up one a request; a function is called, an error is thrown. */
function rig(answers, kept = { attempt: null }) {
  let now = 1000000;
  let jump = 0;
  let next = 1;
  const timers = new Map();
  const sent = [];
  const seen = { phases: [], confirmed: [], refused: [] };
  const sending = new OrderSending({
    now: () => now + jump,
    monotonic: () => now,
    setTimeout: (run, ms) => { timers.set(next, { run, at: now + ms }); return next++; },
    clearTimeout: (id) => timers.delete(id),
    newKey: () => `key-${next++}`,
    createOrder: async (body, key) => {
      sent.push({ body, key, kept: kept.attempt && kept.attempt.key });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer === undefined ? new Promise(() => {}) : answer;
    },
    keeping: { load: () => kept.attempt, save: (attempt) => { kept.attempt = JSON.parse(JSON.stringify(attempt)); }, clear: () => { kept.attempt = null; } },
    onPhase: (phase) => seen.phases.push(phase),
    onConfirmed: (order) => seen.confirmed.push(order.number),
    onRefused: (error) => seen.refused.push(error ? error.error_code : null),
  });
  const pass = async (ms) => {
    const end = now + ms;
    for (let n = 0; n < 10; n += 1) await Promise.resolve();
    for (;;) {
      const due = [...timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      now = due[1].at;
      timers.delete(due[0]);
      due[1].run();
      for (let n = 0; n < 10; n += 1) await Promise.resolve();
    }
    now = end;
  };
  return { sending, sent, seen, kept, pass, setClock: (ms) => { jump = ms; } };
}

const body = { items: [{ menu_id: 1, quantity: 1, options: [] }] };
const order = { id: 1, number: 'T7-001' };
const failure = (status, error_code, retry_after = null, body = {}) => new AppError({ status, error_code, retry_after, body });

test('the key is kept before the first byte leaves and forgotten after the answer', async () => {
  const all = rig([order]);
  all.sending.send(body);
  await all.pass(0);
  assert.equal(all.sent[0].kept, all.sent[0].key);
  assert.deepEqual(all.seen.confirmed, ['T7-001']);
  assert.equal(all.kept.attempt, null);
  assert.equal(all.sending.is_busy, false);
});

test('a second press sends nothing', async () => {
  const all = rig([undefined]);
  all.sending.send(body);
  all.sending.send(body);
  await all.pass(100);
  assert.equal(all.sent.length, 1);
});

test('no answer is repeated with the same key and the same body until it is known', async () => {
  const all = rig([failure(0, 'NO_ANSWER'), failure(503, 'SERVICE_UNAVAILABLE'), failure(500, 'INTERNAL_ERROR'), order]);
  all.sending.send(body);
  await all.pass(10000);
  assert.equal(all.sent.length, 4);
  assert.equal(new Set(all.sent.map((one) => one.key)).size, 1);
  assert.equal(new Set(all.sent.map((one) => JSON.stringify(one.body))).size, 1);
  assert.deepEqual(all.seen.confirmed, ['T7-001']);
  assert.deepEqual(all.seen.refused, []);
});

test('a server that says why it took nothing has refused', async () => {
  const all = rig([failure(503, 'SERVICE_UNAVAILABLE', 5, { reason: 'disk_full' })]);
  all.sending.send(body);
  await all.pass(10000);
  assert.equal(all.sent.length, 1);
  assert.deepEqual(all.seen.refused, ['SERVICE_UNAVAILABLE']);
  assert.equal(all.kept.attempt, null);
});

test('checking is said after eight seconds, staff are named after thirty, and it goes on', async () => {
  const all = rig([failure(0, 'NO_ANSWER')]);
  all.sending.send(body);
  await all.pass(7900);
  assert.deepEqual(all.seen.phases, ['sending']);
  await all.pass(200);
  assert.deepEqual(all.seen.phases, ['sending', 'checking']);
  await all.pass(22000);
  assert.deepEqual(all.seen.phases, ['sending', 'checking', 'unknown']);
  const before = all.sent.length;
  await all.pass(20000);
  assert.ok(all.sent.length > before);
});

test('a reload goes on with the same key', async () => {
  const first = rig([undefined]);
  first.sending.send(body);
  await first.pass(100);
  const second = rig([order], first.kept);
  second.sending.resume();
  await second.pass(0);
  assert.equal(second.sent[0].key, first.sent[0].key);
  assert.deepEqual(second.sent[0].body, body);
  assert.deepEqual(second.seen.confirmed, ['T7-001']);
});

test('an attempt of an hour ago is not sent to the next party', async () => {
  const all = rig([order], { attempt: { key: 'old', body, started_at_ms: 1000000 - 3600000 } });
  all.sending.resume();
  await all.pass(0);
  assert.equal(all.sent.length, 0);
  assert.deepEqual(all.seen.refused, [null]);
  assert.equal(all.kept.attempt, null);
});

test('nonsense in storage is not sent', async () => {
  for (const attempt of [{}, { key: 1, body }, { key: 'x', body: null, started_at_ms: 1 }, 'x']) {
    const all = rig([order], { attempt });
    all.sending.resume();
    await all.pass(0);
    assert.equal(all.sent.length, 0);
  }
});

test('a refusal ends the attempt, so that the next try gets a key of its own', async () => {
  for (const [status, code] of [[400, 'MENU_NOT_AVAILABLE'], [409, 'SESSION_ENDED'], [404, 'NOT_FOUND']]) {
    const all = rig([failure(status, code), order]);
    all.sending.send(body);
    await all.pass(0);
    assert.deepEqual(all.seen.refused, [code]);
    all.sending.send(body);
    await all.pass(0);
    assert.notEqual(all.sent[0].key, all.sent[1].key);
  }
});

test('a limit is waited for, with the same key', async () => {
  const all = rig([failure(429, 'RATE_LIMIT_EXCEEDED', 7), order]);
  all.sending.send(body);
  await all.pass(6900);
  assert.equal(all.sent.length, 1);
  await all.pass(200);
  assert.equal(all.sent.length, 2);
  assert.equal(all.sent[0].key, all.sent[1].key);
});

test('a clock that jumps in the middle changes nothing about how long it has been', async () => {
  for (const jump of [86400000, -86400000]) {
    const all = rig([failure(0, 'NO_ANSWER'), failure(0, 'NO_ANSWER'), order]);
    all.sending.send(body);
    await all.pass(500);
    all.setClock(jump);
    await all.pass(10000);
    assert.deepEqual(all.seen.confirmed, ['T7-001'], `jump ${jump}`);
    assert.deepEqual(all.seen.refused, []);
  }
});

test('an attempt is given up after a quarter of an hour, whatever the clock says', async () => {
  const all = rig([failure(0, 'NO_ANSWER')]);
  all.sending.send(body);
  await all.pass(1000);
  all.setClock(-86400000);
  await all.pass(16 * 60000);
  assert.deepEqual(all.seen.refused, [null]);
});

test('after a reload with a clock set back only an attempt that names its session goes on', async () => {
  const kept = (wish) => ({ attempt: { key: 'k', body: wish, started_at_ms: 1000000 + 3600000 } });
  const unsafe = rig([order], kept(body));
  unsafe.sending.resume();
  await unsafe.pass(0);
  assert.deepEqual([unsafe.sent.length, unsafe.seen.refused], [0, [null]]);
  const safe = rig([order], kept({ ...body, session_id: 5 }));
  safe.sending.resume();
  await safe.pass(0);
  assert.deepEqual([safe.sent.length, safe.seen.confirmed], [1, ['T7-001']]);
});

test('an order of a party that left is asked after, never made for the next one', async () => {
  for (const [status, code] of [[409, 'SESSION_ENDED'], [409, 'CONFLICT']]) {
    const all = rig([failure(0, 'NO_ANSWER'), failure(status, code)]);
    all.sending.send(body);
    await all.pass(100);
    all.sending.sessionEnded(55);
    assert.equal(all.kept.attempt.ended, 55);
    await all.pass(5000);
    assert.deepEqual(all.sent.map((one) => one.body.session_id), [undefined, 55]);
    assert.equal(new Set(all.sent.map((one) => one.key)).size, 1);
    assert.deepEqual(all.seen.refused, [code]);
  }
  const named = rig([undefined]);
  named.sending.send({ ...body, session_id: 54 });
  named.sending.sessionEnded(55);
  assert.equal(named.kept.attempt.ended, undefined);
});

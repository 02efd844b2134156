// The reducer of the guest page and the snapshot it carries: the shared fixture replayed, and which cart belongs to whom.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EVENT_TYPES } from '../../assets/lib/event_stream.js';
import { applyEvent } from '../../assets/lib/live_snapshot.js';
import { initialState, reduce } from '../../assets/guest/page_state.js';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/events.json', import.meta.url), 'utf8'));

/** What a page does with a frame: known types are applied, a position moves the seq, others are passed over. */
function replay(snapshot, frames) {
  return frames.reduce((state, frame) => {
    if (EVENT_TYPES.includes(frame.event)) return applyEvent(state, frame.data);
    return frame.event === 'position' ? { ...state, seq: Number(frame.id) } : state;
  }, snapshot);
}

test('replayed frames of a table give the expected snapshot', () => {
  const { initial, frames, halfway, expected } = fixture.table;
  assert.deepEqual(replay(initial, frames.slice(0, halfway.after_frame)), halfway.snapshot);
  assert.deepEqual(replay(initial, frames), expected);
});

test('replayed frames of staff give the expected snapshot', () => {
  const { initial, frames, expected } = fixture.staff;
  assert.deepEqual(replay(initial, frames), expected);
});

test('a type that is not known yet changes nothing', () => {
  const unknown = fixture.staff.frames.find((frame) => !EVENT_TYPES.includes(frame.event));
  const { seq, ...rest } = applyEvent(fixture.staff.initial, unknown.data);
  assert.equal(seq, unknown.data.seq);
  const { seq: before, ...initial } = fixture.staff.initial;
  assert.deepEqual(rest, initial);
});

const store = { slug: 'demo', name: '둥근달 식당', currency: 'KRW', time_zone: 'Asia/Seoul' };
const table = { id: 7, number: 7, label: null };
const line = { menu_id: 2, option_ids: [], quantity: 1, price: 9000, name: '김치찌개' };
const run = (...actions) => actions.reduce(reduce, initialState());
const seated = [{ type: 'logged_in', store, table }, { type: 'initial', snapshot: fixture.table.initial }, { type: 'cart_line_added', line }];
const started = (session_id, seq = 41) => ({ type: 'session_started', seq, at: '2026-11-20T10:01:00.000Z', data: { session_id, table_id: 7 } });
const completed = (session_id, seq = 60) => ({ type: 'session_completed', seq, at: '2026-11-20T11:01:00.000Z', data: { session_id, table_id: 7, order_count: 1, total: 0 } });

test('a snapshot names the newest orders first, the page keeps them in the order they were made', () => {
  const { snapshot } = fixture.table.halfway;
  const state = run({ type: 'logged_in', store, table }, { type: 'initial', snapshot: { ...snapshot, orders: snapshot.orders.slice().reverse() } });
  assert.deepEqual(state.live, snapshot);
});

test('a cart of a visit that has not started is adopted by the session that starts', () => {
  const state = run(...seated, started(55));
  assert.equal(state.cart.session_id, 55);
  assert.equal(state.cart.lines.length, 1);
});

test('a finished table leaves nothing of the party before', () => {
  const looks = { type: 'display_changed', display: { language: 'en', large: true, contrast: true } };
  const state = run(...seated, started(55), looks, { type: 'sheet_opened', sheet: { kind: 'history', by: 'order' } }, completed(55));
  assert.deepEqual(state.cart, { session_id: null, lines: [], notes: [] });
  assert.equal(state.sheet, null);
  assert.deepEqual([state.language, state.large, state.contrast], ['ko', false, false]);
});

test('a kept cart of a session that is over is emptied by the first snapshot', () => {
  const state = run({ type: 'logged_in', store, table, cart: { session_id: 54, lines: [line], notes: [] } }, { type: 'initial', snapshot: fixture.table.initial });
  assert.equal(state.cart.lines.length, 0);
});

test('a kept cart of the running session stays, also when the device was logged in anew', () => {
  const snapshot = { ...fixture.table.initial, session: { id: 55, table_id: 7, started_at: '', order_count: 0, total: 0 } };
  const state = run({ type: 'logged_in', store, table, cart: { session_id: 55, lines: [line], notes: [] } }, { type: 'initial', snapshot }, { type: 'logged_in', store, table });
  assert.equal(state.cart.lines.length, 1);
  assert.ok(state.live);
});

test('an answer ahead of the stream does not look like another party', () => {
  const order = { ...fixture.table.frames[1].data.data.order };
  const menu_changed = { type: 'menu_changed', seq: 41, at: '', data: { version: 8 } };
  const state = run(...seated, { type: 'sending_phase', phase: 'sending' }, { type: 'sending_confirmed', order }, menu_changed, started(55, 42));
  assert.equal(state.result, order);
  assert.deepEqual(state.cart, { session_id: 55, lines: [], notes: [] });
});

test('while an order is under way the cart cannot be changed', () => {
  const before = run(...seated, { type: 'sending_phase', phase: 'checking' });
  assert.equal(reduce(before, { type: 'cart_cleared' }), before);
  assert.equal(reduce(before, { type: 'cart_line_added', line }), before);
});

test('a refusal keeps the cart and says why', () => {
  const refusal = { kind: 'refused', detail: 'full' };
  const state = run(...seated, { type: 'sending_phase', phase: 'sending' }, { type: 'sending_refused', refusal });
  assert.equal(state.cart.lines.length, 1);
  assert.deepEqual(state.refusal, refusal);
  assert.equal(state.sheet.kind, 'review');
  assert.equal(state.sending, null);
});

test('events before the first snapshot are not applied to nothing', () => {
  assert.equal(run(started(55)).live, null);
});

test('an emptied cart comes back with what was added since', () => {
  const before = run(...seated).cart;
  const added = { ...line, menu_id: 3, name: '공깃밥', price: 1000 };
  const state = run(...seated, { type: 'cart_cleared' }, { type: 'cart_line_added', line: added }, { type: 'cart_restored', cart: before });
  assert.deepEqual(state.cart.lines.map(({ name }) => name), ['김치찌개', '공깃밥']);
});

test('a slip leaves after its seconds, one that was touched stays', () => {
  const order = { id: 1, session_id: 55, table, created_at: '2026-11-20T10:01:00.000Z', items: [], total: 0 };
  const confirmed = { type: 'sending_confirmed', order };
  const seconds = Array(5).fill({ type: 'result_second' });
  assert.equal(run(...seated, confirmed, ...seconds.slice(1)).result, order);
  assert.equal(run(...seated, confirmed, ...seconds).result, null);
  const touched = run(...seated, confirmed, { type: 'result_kept' });
  assert.deepEqual([touched.result, touched.result_left], [order, 0]);
  assert.equal(run(...seated, { type: 'display_changed', display: { large: true } }, confirmed).result_left, 0);
});

test('after a long silence orders wait for the connection, and go on as soon as it is there, be it slowly', () => {
  const far = (state, connection) => reduce(state, { type: 'connection', connection });
  const cut = reduce(far(initialState(), 'offline'), { type: 'cut_off' });
  assert.equal(cut.cut_off, true);
  assert.equal(far(far(cut, 'catching_up'), 'offline').cut_off, true);
  assert.deepEqual(['live', 'polling'].map((connection) => far(cut, connection).cut_off), [false, false]);
});

test('a cart that the server says is of a party that left is not for the next one', () => {
  const ended = { type: 'sending_refused', refusal: { kind: 'ended', detail: '' } };
  const bound = run(...seated, started(55), { type: 'sending_phase', phase: 'sending' });
  const state = reduce(bound, ended);
  assert.deepEqual([state.cart.lines.length, state.cart.session_id, state.sending, state.live.session], [0, null, null, null]);
  // What is put together afterwards is not taken away by the end that the stream tells later.
  const later = [{ type: 'cart_line_added', line }, completed(55)].reduce(reduce, state);
  assert.equal(later.cart.lines.length, 1);
  const known = reduce({ ...bound, live: { ...bound.live, session: { ...bound.live.session, id: 61 } } }, ended);
  assert.equal(known.cart.session_id, 61);
});

test('another table brings nothing of the first along', () => {
  const other = { ...table, id: 8, number: 8 };
  const state = run(...seated, { type: 'sheet_opened', sheet: { kind: 'review' } }, { type: 'sending_phase', phase: 'checking' }, { type: 'logged_in', store, table: other });
  assert.deepEqual([state.cart.lines.length, state.sheet, state.sending, state.live], [0, null, null, null]);
});

test('a page without a table keeps why, and that it is out of order', () => {
  const door = { type: 'login_needed', login: { by: 'phone', reason: 'not_seated' } };
  const state = run(...seated, { type: 'out_of_order', out_of_order: true }, door);
  assert.deepEqual([state.phase, state.login.reason, state.out_of_order, state.cart.lines.length], ['login', 'not_seated', true, 0]);
  const back = reduce(state, { type: 'logged_in', store, table, phone: true });
  assert.deepEqual([back.phase, back.phone, back.login.reason], ['menu', true, '']);
});

test('the slip knows what the guest expected to pay, and stays where the shop wants it to', () => {
  const order = { id: 1, session_id: 55, table, created_at: '2026-11-20T10:01:00.000Z', items: [], total: 9500 };
  const settings = { result_seconds: 0, idle_seconds: 75, phones: 'code', free_notes: false };
  const state = run({ type: 'logged_in', store, table, guest_page: settings }, ...seated.slice(1), { type: 'sending_confirmed', order });
  assert.deepEqual([state.result_expected, state.result_left], [9000, 0]);
});

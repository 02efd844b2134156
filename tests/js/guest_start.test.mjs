// The start screen and the idle warning: when time counts, what is reset and what is kept, and which dishes lie on the table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, reduce } from '../../assets/guest/page_state.js';
import { laidPlates, platesOf } from '../../assets/guest/start_table.js';
import { canIdle, hasSomethingOpen, idleLimitMs } from '../../assets/guest/start_state.js';

const store = { slug: 'demo', name: '둥근달 식당', currency: 'KRW', time_zone: 'Asia/Seoul' };
const table = { id: 7, number: 7, label: null };
const line = { menu_id: 2, option_ids: [], quantity: 1, price: 9000, name: '김치찌개' };
const live = (session) => ({ seq: 1, lineage: 'a', session, orders: [], calls: [], total: 0, table: { id: 7, number: 7 } });
const session = { id: 55, table_id: 7, started_at: '', order_count: 1, total: 9000 };
const tablet = () => ({ ...initialState(), has_start: true, at_start: true });
const run = (state, ...actions) => actions.reduce(reduce, state);
const login = { type: 'logged_in', store, table, guest_page: { idle_seconds: 60 } };
const seated = (running = null) => run(tablet(), login, { type: 'initial', snapshot: live(running) }, { type: 'start_left' });
const english = { type: 'display_changed', display: { language: 'en', large: true, low: true } };
const looks = ({ language, large, contrast, easy, low, voice }) => [language, large, contrast, easy, low, voice];
const PLAIN = ['ko', false, false, false, false, false];

test('a tablet waits at its start, a phone never does', () => {
  assert.equal(run(tablet(), login).at_start, true);
  assert.equal(seated().at_start, false);
  const phone = run(initialState(), login, { type: 'initial', snapshot: live(session) });
  assert.equal(phone.at_start, false);
  assert.equal(canIdle(phone), false);
  assert.equal(reduce({ ...phone, idle_left: 1 }, { type: 'idle_second' }).at_start, false);
});

test('time counts only where somebody could have gone away', () => {
  assert.equal(canIdle(seated()), true);
  assert.equal(canIdle(run(tablet(), login)), false);
  assert.equal(canIdle(run(seated(), { type: 'sending_phase', phase: 'checking' })), false);
  assert.equal(canIdle(run(seated(), { type: 'unreachable' })), false);
});

test('the limit is the owner\'s, and three times as long for who reads large, in steps or by ear', () => {
  assert.equal(idleLimitMs(seated()), 60000);
  assert.equal(idleLimitMs(initialState()), 75000);
  for (const mode of ['large', 'easy', 'voice']) assert.equal(idleLimitMs(run(seated(), { type: 'display_changed', display: { [mode]: true } })), 180000);
  assert.equal(idleLimitMs(run(seated(), { type: 'display_changed', display: { contrast: true } })), 60000);
});

test('what would be lost is asked about', () => {
  assert.equal(hasSomethingOpen(seated()), false);
  assert.equal(hasSomethingOpen(run(seated(), { type: 'cart_line_added', line })), true);
  assert.equal(hasSomethingOpen(run(seated(), { type: 'sheet_opened', sheet: { kind: 'call' } })), true);
  assert.equal(hasSomethingOpen(run(seated(), { type: 'searched', search: '국' })), true);
});

test('the warning counts 20 seconds, goes back to the start and keeps the cart', () => {
  const before = run(seated(session), { type: 'cart_line_added', line }, { type: 'display_changed', display: { language: 'en', contrast: true } }, { type: 'sheet_opened', sheet: { kind: 'review' } }, { type: 'idle_warned' });
  assert.equal(before.idle_left, 20);
  const almost = run(before, ...Array(19).fill({ type: 'idle_second' }));
  assert.deepEqual([almost.idle_left, almost.at_start], [1, false]);
  const after = reduce(almost, { type: 'idle_second' });
  assert.deepEqual([after.at_start, after.sheet, after.idle_left], [true, null, 0]);
  assert.deepEqual(looks(after), PLAIN);
  assert.deepEqual(after.cart.lines, [line]);
});

test('the warning lasts three times as long in large text, and one answer ends it', () => {
  const warned = run(seated(), english, { type: 'idle_warned' });
  assert.equal(warned.idle_left, 60);
  const stayed = reduce(warned, { type: 'idle_ended' });
  assert.deepEqual([stayed.idle_left, stayed.at_start, stayed.language], [0, false, 'en']);
});

test('without a warning nothing is taken from a party that is still there', () => {
  const eating = run(seated(session), english, { type: 'idle_quiet' });
  assert.equal(eating.at_start, true);
  assert.deepEqual([eating.language, eating.large, eating.low], ['en', true, true]);
  assert.deepEqual(looks(run(seated(), english, { type: 'idle_quiet' })), PLAIN);
});

test('a finished table waits for the next guests with the plain display', () => {
  const modes = { type: 'display_changed', display: { language: 'ja', large: true, contrast: true, easy: true, low: true, voice: true } };
  const done = run(seated(session), modes, { type: 'session_completed', seq: 2, at: '', data: { session_id: 55, table_id: 7, order_count: 1, total: 9000 } });
  assert.equal(done.at_start, true);
  assert.deepEqual(looks(done), PLAIN);
});

test('an order that goes in or is refused is shown, not the start', () => {
  const order = { id: 1, session_id: 55, table, created_at: '', items: [], total: 0 };
  const waiting = { ...seated(), at_start: true, cart: { session_id: null, lines: [line], notes: [] } };
  assert.equal(run(waiting, { type: 'sending_confirmed', order }).at_start, false);
  assert.equal(run(waiting, { type: 'sending_refused', refusal: { kind: 'refused', detail: '' } }).at_start, false);
});

test('a touch stops the dishes until the start is shown again', () => {
  const still = run(tablet(), { type: 'start_turned' }, { type: 'start_stilled' });
  assert.deepEqual([still.turn, still.still], [1, true]);
  const again = run({ ...still, ...seated(), still: true, turn: 4 }, { type: 'idle_quiet' });
  assert.deepEqual([again.turn, again.still], [0, false]);
});

test('each turn brings one new dish, in every place in turn, and never the same dish twice', () => {
  const plates = Array.from({ length: 7 }, (_, index) => index);
  let before = laidPlates(plates, 0, 3);
  assert.deepEqual(before, [0, 1, 2]);
  for (let turn = 1; turn < 30; turn += 1) {
    const now = laidPlates(plates, turn, 3);
    assert.deepEqual(now.map((plate, place) => plate !== before[place]), [0, 1, 2].map((place) => place === (turn - 1) % 3), `turn ${turn}`);
    assert.equal(new Set(now).size, 3, `turn ${turn}`);
    before = now;
  }
  assert.deepEqual(laidPlates([1, 2], 9, 3), [1, 2]);
});

test('on the table lies what this shop has now, its favourites first; drinks stand, so they are not there', () => {
  const dish = (name, more) => ({ name, badges: [], available: true, image: null, drawing: null, ...more });
  const menu = { version: 1, categories: [{ id: 1, items: [dish('돼지 김치찌개'), dish('뼈해장국', { available: false }), dish('김치찌개'), dish('콜라'), dish('불고기', { badges: ['popular'], image: { small: 's', medium: '/images/demo/a.jpg', large: 'l' } })] }] };
  const plates = platesOf(menu);
  assert.deepEqual(plates.map(({ photo }) => photo), [true, false]);
  assert.equal(plates[0].source, '/images/demo/a.jpg');
  assert.match(plates[1].source, /dishes\/stew-red\.svg$/);
  assert.deepEqual(platesOf(null), []);
});

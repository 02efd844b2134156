// Money, times and words as people read them, and the escaping of everything that goes into markup.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { clock, elapsed, grouped, guestTime, localDate, setTimeZone, won, wonDelta } from '../../assets/lib/format.js';
import { addCatalogue, endsInConsonant, nameOf, setLanguage, t } from '../../assets/lib/i18n.js';
import { escapeText, html } from '../../assets/lib/html.js';
import { guessDrawing } from '../../assets/lib/dish.js';

for (const code of ['ko', 'en']) addCatalogue(code, JSON.parse(readFileSync(new URL(`../../assets/i18n/${code}.json`, import.meta.url), 'utf8')));

test('won', () => {
  setLanguage('ko');
  assert.equal(won(0), '0원');
  assert.equal(won(12000), '12,000원');
  assert.equal(won(10000000), '10,000,000원');
  assert.equal(wonDelta(1000), '+1,000원');
  assert.equal(wonDelta(-500), '−500원');
  assert.equal(wonDelta(0), '');
  assert.equal(grouped(-1234567), '-1,234,567');
  setLanguage('en');
  assert.equal(won(12000), '₩12,000');
});

test('times are the store\'s, whatever zone the device is in', () => {
  setLanguage('ko');
  setTimeZone('Asia/Seoul');
  assert.equal(clock('2026-11-20T10:42:00.000Z'), '19:42');
  assert.equal(guestTime('2026-11-20T10:42:00.000Z'), '저녁 7:42');
  assert.equal(guestTime('2026-11-20T15:05:00.000Z'), '새벽 12:05');
  assert.equal(localDate('2026-11-20T15:05:00.000Z'), '2026-11-21');
  setLanguage('en');
  assert.equal(guestTime('2026-11-20T02:30:00.000Z'), '11:30 am');
  setTimeZone('Not/AZone');
  assert.equal(clock('2026-11-20T10:42:00.000Z'), '19:42');
});

test('elapsed', () => {
  setLanguage('ko');
  assert.equal(elapsed(59999), '방금');
  assert.equal(elapsed(-5), '방금');
  assert.equal(elapsed(14 * 60000), '14분');
  assert.equal(elapsed(65 * 60000), '1시간 5분');
});

test('particles follow the last sound, plurals the number', () => {
  assert.equal(endsInConsonant('공깃밥'), true);
  assert.equal(endsInConsonant('부대찌개'), false);
  assert.equal(endsInConsonant('생맥주 500'), true);
  setLanguage('ko');
  assert.equal(t('guest.cart.removed', { name: '공깃밥' }), '공깃밥을 뺐어요');
  assert.equal(t('guest.cart.removed', { name: '부대찌개' }), '부대찌개를 뺐어요');
  setLanguage('en');
  assert.equal(t('guest.cart.count', { n: 1 }), '1 item');
  assert.equal(t('guest.cart.count', { n: 2 }), '2 items');
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('a missing translation is shown in Korean and marked so', () => {
  setLanguage('en');
  assert.deepEqual(nameOf({ name: '밥', names: { en: 'Rice' } }), { text: 'Rice', lang: 'en' });
  assert.deepEqual(nameOf({ name: '밥', names: { en: null } }), { text: '밥', lang: 'ko' });
  assert.deepEqual(nameOf({ name: '밥' }), { text: '밥', lang: 'ko' });
});

test('nothing gets into markup unescaped', () => {
  const name = '<img src=x onerror=alert(1)> & "\'';
  assert.equal(escapeText(name), '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;&#39;');
  assert.equal(html`<p title="${name}">${name}</p>`.text.includes('<img'), false);
  assert.equal(html`${[html`<b>${'<'}</b>`, '>', null, false, 0]}`.text, '<b>&lt;</b>&gt;0');
  assert.equal(html`${{ text: '<b>', toString: () => '<i>' }}`.text, '&lt;i&gt;');
});

test('drawings are guessed from Korean names', () => {
  const cases = { 물냉면: 'noodle:cold', 비빔냉면: 'noodle:spicy', 돌솥비빔밥: 'bibim:stone', 공깃밥: 'rice:plain', '차돌 된장찌개': 'stew:doen', '돼지 김치찌개': 'stew:red', 계란찜: 'stew:egg', 해물파전: 'jeon:pa', '삼겹살 1인분': 'grill:belly', 닭강정: 'fried:sweet', 고기만두: 'side:mandu', '생맥주 500': 'drink:beer', 해물순두부: 'stew:soon', 보쌈: 'plate:bossam', 두부김치: 'plate:tofu', '쌈채소 추가': 'side:ssam', 무언가: 'plate:tteok' };
  for (const [name, kind] of Object.entries(cases)) assert.equal(guessDrawing(name), kind, name);
});

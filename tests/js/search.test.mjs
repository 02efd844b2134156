// Dishes are found as people type them: in any language, without spaces, by first consonants, in the middle of a syllable.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDishes } from '../../assets/guest/search.js';

const dish = (name, names = {}) => ({ name, names });
const menu = { categories: [
  { items: [dish('돼지 김치찌개', { en: 'Kimchi stew (pork)', ja: '豚肉キムチチゲ', 'zh-Hans': '泡菜汤', 'zh-Hant': null }), dish('뼈해장국'), dish('김치전')] },
  { items: [dish('콜라', { en: 'Cola' }), dish('LA갈비', { en: 'LA ribs' })] },
] };
const found = (words) => findDishes(menu, words).map(({ item }) => item.name);

test('names of every language count, whatever the page shows', () => {
  assert.deepEqual(found('stew'), ['돼지 김치찌개']);
  assert.deepEqual(found('キムチ'), ['돼지 김치찌개']);
  assert.deepEqual(found('泡菜'), ['돼지 김치찌개']);
  assert.deepEqual(found('COLA'), ['콜라']);
});

test('spaces, brackets and wide letters make no difference', () => {
  for (const words of ['돼지김치', ' 돼지  김치 ', 'stew pork', 'ｓｔｅｗ']) assert.deepEqual(found(words), ['돼지 김치찌개'], words);
});

test('first consonants find Korean names, plain ones also the doubled', () => {
  assert.deepEqual(found('ㄱㅊㅈㄱ'), ['돼지 김치찌개']);
  assert.deepEqual(found('ㄱㅊㅉㄱ'), ['돼지 김치찌개']);
  assert.deepEqual(found('ㅂㅎㅈㄱ'), ['뼈해장국']);
  assert.deepEqual(found('laㄱㅂ'), ['LA갈비']);
});

test('a syllable that is still being typed finds what it may become', () => {
  assert.deepEqual(found('기'), ['김치전', '돼지 김치찌개']);
  assert.deepEqual(found('김ㅊ'), ['김치전', '돼지 김치찌개']);
  assert.deepEqual(found('뼈해자'), ['뼈해장국']);
  assert.deepEqual(found('고'), []);
});

test('what begins with the words comes first; nothing typed finds nothing', () => {
  assert.deepEqual(found('김치'), ['김치전', '돼지 김치찌개']);
  for (const words of ['', '  ', '()', '짜장']) assert.deepEqual(found(words), [], words);
});

// The bill is divided to the won: whatever the amount, the people and what they pick, the shares come to the total.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalShares, pickMax, sharesByPick } from '../../assets/guest/split.js';

const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
/** A seeded generator, so that a failure can be seen again. */
function randomly(seed) {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}
const dish = (key, quantity, price) => ({ key, name: { text: key, lang: 'ko' }, options: '', quantity, price });

test('the first pays what cannot be divided', () => {
  assert.deepEqual(equalShares(57001, 3), [19001, 19000, 19000]);
  assert.deepEqual(equalShares(2, 3), [2, 0, 0]);
  assert.deepEqual(equalShares(0, 4), [0, 0, 0, 0]);
});

test('equal shares always come to the total, and differ by less than the number of people', () => {
  const random = randomly(4711);
  for (let n = 0; n < 2000; n += 1) {
    const total = random(100_000_000);
    const people = 2 + random(19);
    const shares = equalShares(total, people);
    assert.equal(shares.length, people);
    assert.equal(sum(shares), total);
    assert.equal(new Set(shares.slice(1)).size, 1);
    assert.ok(shares[0] - shares[1] >= 0 && shares[0] - shares[1] < people, `${total} / ${people}`);
  }
});

test('each pays what is picked, all share the rest', () => {
  const dishes = [dish('stew', 2, 9000), dish('jeon', 1, 16000), dish('soju', 3, 5000)];
  const { shares, shared } = sharesByPick(dishes, 49000, 3, [{ stew: 1 }, { stew: 1, soju: 2 }, {}]);
  assert.equal(shared, 16000 + 5000);
  assert.deepEqual(shares, [9000 + 7000, 19000 + 7000, 7000]);
});

test('shares by pick always come to the total, also with orders that are not listed and picks of what is gone', () => {
  const random = randomly(99);
  for (let n = 0; n < 2000; n += 1) {
    const people = 2 + random(6);
    const dishes = Array.from({ length: random(6) }, (_, key) => dish(String(key), 1 + random(5), random(40_000)));
    const picks = Array.from({ length: people + random(2) }, () => Object.fromEntries(Array.from({ length: random(4) }, () => [String(random(8)), random(7)])));
    const total = sum(dishes.map(({ quantity, price }) => quantity * price)) + random(3) * random(50_000);
    const { shares, shared } = sharesByPick(dishes, total, people, picks);
    assert.equal(shares.length, people);
    assert.equal(sum(shares), total);
    assert.ok(shared >= 0 && shares.every((share) => share >= 0 && Number.isInteger(share)));
  }
});

test('nobody can pick what others have', () => {
  const stew = dish('stew', 3, 9000);
  const picks = [{ stew: 2 }, { stew: 1 }, {}];
  assert.deepEqual([0, 1, 2].map((person) => pickMax(stew, picks, person)), [2, 1, 0]);
  assert.equal(pickMax(dish('stew', 1, 9000), picks, 2), 0);
});

// How the pairing dialog writes what it is given.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeInGroups, minutesLeft } from '../../assets/staff/tablet_pairing.js';

test('what is left is counted in minutes and seconds, and never below nothing', () => {
  assert.deepEqual([600_000, 599_001, 61_000, 1_000, 1, 0, -5_000].map(minutesLeft), ['10:00', '10:00', '1:01', '0:01', '0:01', '0:00', '0:00']);
});

test('six digits stand in two groups', () => {
  assert.equal(codeInGroups('048291'), '048 291');
});

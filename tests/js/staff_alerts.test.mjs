// What the staff page says of the program's health.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rebuiltPercent } from '../../assets/staff/alerts.js';

test('progress is told only while the history is rebuilt', () => {
  assert.equal(rebuiltPercent(undefined), null);
  assert.equal(rebuiltPercent({ view: 'ready', durable_seq: 100, view_applied_seq: 40 }), null);
  assert.equal(rebuiltPercent({ view: 'rebuilding', durable_seq: 300, view_applied_seq: 100 }), 33);
  assert.equal(rebuiltPercent({ view: 'rebuilding', durable_seq: 300, view_applied_seq: null }), 0);
});

test('every alert of the program has its words', () => {
  const document = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));
  const codes = document.components.schemas.Alert.enum;
  assert.ok(codes.length > 3);
  for (const language of ['ko', 'en']) {
    const words = JSON.parse(readFileSync(new URL(`../../assets/i18n/${language}.json`, import.meta.url), 'utf8'));
    for (const code of codes) {
      assert.ok(words[`staff.alert.${code}`] && words[`staff.alert.${code}.next`], `${language} ${code}`);
    }
  }
});

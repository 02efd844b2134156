// A page knows from the HTML that the server has now whether it is itself the newest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOutdated, PAGE_VERSION } from '../../assets/lib/page_version.js';

const serving = (html, ok = true) => async () => ({ ok, text: async () => html });

test('a page is outdated when the HTML of now names other files, and only then', async () => {
  const asked = [];
  const ask = (answer) => (path, init) => {
    asked.push([path, init.cache]);
    return answer();
  };
  assert.equal(await isOutdated(ask(serving(`<script src="${PAGE_VERSION}guest/page.js">`)), '/'), false);
  assert.equal(await isOutdated(ask(serving('<script src="/assets/0123456789ab/guest/page.js">')), '/'), true);
  assert.equal(await isOutdated(ask(serving('a gateway in trouble', false)), '/'), false);
  assert.equal(await isOutdated(ask(async () => { throw new TypeError('no answer'); }), '/admin'), false);
  assert.deepEqual(asked.map(([path]) => path), ['/', '/', '/', '/admin']);
  assert.ok(asked.every(([, cache]) => cache === 'no-cache'));
});

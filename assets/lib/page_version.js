// @ts-check
// Whether the server has newer pages than this one, and their reload at a moment when nobody is disturbed. The page's own
// HTML names the version of its files, so it needs no number of its own; nothing is loaded from a server that does not answer.
import { assetUrl } from './assets.js';

const LOOK_AGAIN_MS = 15000;

/** The prefix that all files of this page's version are served under. */
export const PAGE_VERSION = new URL(assetUrl('')).pathname;

/** @param {typeof fetch} ask @param {string} path  of the page */
export async function isOutdated(ask, path) {
  try {
    const answer = await ask(path, { cache: 'no-cache', credentials: 'omit' });
    return answer.ok && !(await answer.text()).includes(PAGE_VERSION);
  } catch {
    return false;
  }
}

/**
 * To be asked whenever the server was away: it may have come back as another.
 * @param {() => boolean} isIdle  whether a reload would disturb nobody
 */
export function watchVersion(isIdle) {
  /** @type {any} */
  let timer = null;
  return async function look() {
    clearTimeout(timer);
    if (!(await isOutdated(window.fetch, location.pathname))) return;
    if (isIdle()) location.reload();
    else timer = setTimeout(look, LOOK_AGAIN_MS);
  };
}

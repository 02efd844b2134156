// @ts-check
// Knows under which versioned prefix this page's files are served, and draws the line icons out of their sprite; nothing
// else builds asset addresses. Icons are always hidden from assistive technology, because the word stands beside them or
// on the button's label.
import { html } from './html.js';

/** Address of an asset, e.g. `assetUrl('icons.svg')`. @param {string} path  relative to the assets folder */
export function assetUrl(path) {
  return new URL(`../${path}`, import.meta.url).href;
}

const SPRITE = assetUrl('icons.svg');

/**
 * @param {string} name  symbol id in icons.svg
 * @param {number} [size]  CSS px
 * @param {number} [stroke]  2.2, or 3 where the icon stands for a main act
 */
export function icon(name, size = 28, stroke = 2.2) {
  return html`<svg class="icon" width="${size}" height="${size}" stroke-width="${stroke}" aria-hidden="true" focusable="false"><use href="${SPRITE}#${name}"></use></svg>`;
}

// @ts-check
// Line icons from the sprite `icons.svg`. They are always hidden from assistive technology,
// because the word stands beside them or on the button's label.
import { assetUrl } from './assets.js';
import { html } from './html.js';

const SPRITE = assetUrl('icons.svg');

/**
 * @param {string} name  symbol id in icons.svg
 * @param {number} [size]  CSS px
 * @param {number} [stroke]  2.2, or 3 where the icon stands for a main act
 */
export function icon(name, size = 28, stroke = 2.2) {
  return html`<svg class="icon" width="${size}" height="${size}" stroke-width="${stroke}" aria-hidden="true" focusable="false"><use href="${SPRITE}#${name}"></use></svg>`;
}

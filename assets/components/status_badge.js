// @ts-check
// The badge of an order's status: icon, word and soft colour, the same on every page. Only markup, no behaviour.
import { html } from '../lib/html.js';
import { icon } from '../lib/icons.js';
import { t } from '../lib/i18n.js';

/** @type {Record<string, string>} */
const ICONS = { pending: 'clock', preparing: 'pot', completed: 'check', cancelled: 'x' };

/** @param {string} status  pending, preparing, completed or cancelled */
export function statusBadge(status) {
  return html`<span class="badge" data-status="${status}">${icon(ICONS[status] || 'clock', 24)}${t(`common.status.${status}`)}</span>`;
}

// @ts-check
// What fills the page while nothing can be ordered on it: no server answers, or staff took the tablet out of order.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

export function unreachablePage() {
  return html`<div class="locked">${icon('wifi', 96, 1.8)}<h1>${t('guest.unreachable')}</h1><p>${t('guest.unreachable_next')}</p><button type="button" class="button" data-kind="main" data-act="start-again">${t('common.again')}</button></div>`;
}

export function outOfOrderPage() {
  return html`<div class="locked" data-key="out-of-order">${icon('warn', 96, 1.8)}<h1>${t('guest.out_of_order')}</h1><p>${t('guest.out_of_order_next')}</p></div>`;
}

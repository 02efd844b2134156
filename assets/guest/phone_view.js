// @ts-check
// The tablet's sheet by which guests' own phones come to this table: a QR code and the digits of this visit.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { bannerPart } from '../components/page_part.js';

/** @param {import('../lib/wire_types.js').PhoneLink | 'failed' | null} link  null: still on its way */
export function phoneBody(link) {
  if (link === 'failed') return bannerPart({ kind: 'act', icon: 'warn', title: t('guest.phone.failed'), text: t('guest.phone.failed_next'), action: t('common.again'), act: 'phone' });
  if (!link || !link.qr) return html`<p class="loading">${t('common.loading')}</p>`;
  const code = link.code && `${link.code.slice(0, 3)} ${link.code.slice(3)}`;
  return html`<div class="phone-link"><img class="phone-qr" src="data:image/svg+xml,${encodeURIComponent(link.qr)}" width="360" height="360" alt="${t('guest.phone.qr')}">
    <div><ol class="phone-steps"><li>${t('guest.phone.step_1')}</li><li>${t('guest.phone.step_2')}</li></ol>
    ${code && html`<p class="phone-code"><span>${t('guest.phone.code')}</span> <b class="price">${code}</b></p>`}
    <p class="soft">${t('guest.phone.text')}</p></div></div>`;
}

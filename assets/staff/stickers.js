// @ts-check
// The QR stickers of all tables, to be printed and put up: guests open this table's page on their own phones with them. The
// page shows what the paper will show; staff_stickers.css makes it a sheet of A4.

import { emptyPart } from '../components/page_part.js';
import { AppError } from '../lib/api_client.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { failureText } from './staff_app.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {{ number: number, url: string, qr: string }} Sticker */

/** Stickers asked for at the same time. */
const ASKED_AT_ONCE = 4;

/** @param {StaffApp} app */
export function createStickers(app) {
  /** By table id; null: not asked for since the section was opened. @type {Map<number, Sticker> | null} */
  let stickers = null;
  let failure = '';

  /** Asks for those that are not there yet. */
  async function load() {
    const known = (stickers = stickers || new Map());
    failure = '';
    const missing = tables().filter((table) => !known.has(table.id));
    await app.run('stickers', async () => {
      try {
        while (missing.length && stickers === known) {
          const next = missing.splice(0, ASKED_AT_ONCE);
          await Promise.all(next.map(async ({ id, number }) => known.set(id, { number, ...(await app.api.sticker(id)) })));
        }
      } catch (error) {
        if (!(error instanceof AppError) || error.status === 401) throw error;
        failure = failureText(error);
      }
    });
  }

  function tables() {
    return ((app.state.snapshot && app.state.snapshot.tables) || []).slice().sort((a, b) => a.number - b.number);
  }

  return {
    /** Whether the section is open: its stickers are asked for anew each time, since the shop's address may have changed. @param {boolean} open */
    follow(open) {
      if (!open) {
        stickers = null;
        failure = '';
        return;
      }
      const known = stickers;
      if (!failure && !app.busy.has('stickers') && tables().some((table) => !known || !known.has(table.id))) load();
    },

    view() {
      const shown = tables();
      const all = stickers || new Map();
      const ready = shown.length > 0 && shown.every((table) => all.has(table.id));
      const first = ready && all.get(shown[0].id);
      return html`
        <div class="stickers-words" data-key="words"><h2>${t('staff.settings.stickers')}</h2>
          <p class="soft">${t('staff.stickers.words')}</p>
          ${first && html`<p class="stickers-hint">${icon('warn', 22)}<span>${t('staff.stickers.address', { host: new URL(first.url).host })}</span></p>`}
          ${ready && html`<button type="button" class="button" data-kind="main" data-act="stickers.print">${icon('print', 22)}${t('staff.stickers.print', { n: shown.length })}</button>`}</div>
        <div data-key="state">${!shown.length ? emptyPart({ icon: 'grid', title: t('staff.board.no_tables'), text: t('staff.board.no_tables.next'), action: t('staff.tables.add'), act: 'settings.add' })
          : failure ? emptyPart({ icon: 'wifi', title: t('staff.stickers.failed'), text: failure, action: t('common.again'), act: 'stickers.again' })
          : !ready && html`<p class="soft" role="status">${t('common.loading')}</p>`}</div>
        <ul class="stickers" data-key="sheet" aria-label="${t('staff.settings.stickers')}">${ready && shown.map((table) => stickerView(app, table.number, all.get(table.id)))}</ul>`;
    },

    actions: {
      print: () => window.print(),
      again: () => load(),
    },
  };
}

/** One sticker, in Korean and English whatever staff read. @param {StaffApp} app @param {number} number @param {Sticker} sticker */
function stickerView(app, number, { qr }) {
  return html`
    <li class="sticker" data-key="sticker-${number}"><p class="sticker-shop" lang="ko">${app.state.store ? app.state.store.name : ''}</p>
      <p class="sticker-number"><strong>${number}</strong><span lang="ko">${t('staff.stickers.number')}</span></p>
      <img src="data:image/svg+xml,${encodeURIComponent(qr)}" width="220" height="220" alt="${t('staff.stickers.qr', { number })}">
      <p class="sticker-scan"><strong lang="ko">${t('staff.stickers.scan.ko')}</strong><span lang="en">${t('staff.stickers.scan.en')}</span></p></li>`;
}

// @ts-check
// Asks for the link that lets guests' own phones in, anew each time its sheet is opened: it changes with every party.
import { cell, dispatch, openSheet } from './page.js';
import { server } from './table_link.js';

/** @type {Record<string, (element: HTMLElement) => void>} */
export const phoneActs = {
  async phone() {
    const open = cell.state.sheet;
    if (!open || open.kind !== 'phone' || open.link === 'failed') openSheet({ kind: 'phone', link: null });
    /** @type {import('../lib/wire_types.js').PhoneLink | 'failed'} */
    const link = await server.withLogin(() => server.api.phoneLink()).catch(() => 'failed');
    const { sheet } = cell.state;
    if (sheet && sheet.kind === 'phone') dispatch({ type: 'sheet_opened', sheet: { kind: 'phone', link } });
  },
};

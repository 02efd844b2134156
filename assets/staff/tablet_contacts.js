// @ts-check
// When each table's tablet was last heard of: no event tells it, so the tables are asked for it now and then.

import { AppError } from '../lib/api_client.js';

/** Pause between two questions. */
export const CONTACTS_INTERVAL_MS = 60000;

/** Asks, unless nobody looks. @param {import('./staff_app.js').StaffApp} app */
export async function askContacts(app) {
  const { phase, snapshot } = app.state;
  if (phase !== 'open' || !snapshot || !snapshot.tables || document.visibilityState !== 'visible') return;
  try {
    const { tables } = await app.api.tables();
    const now = app.state.snapshot;
    if (!now || !now.tables) return;
    const contact = (/** @type {any} */ table) => (tables.find((/** @type {any} */ one) => one.id === table.id) || table).last_contact;
    app.page.dispatch({ type: 'snapshot', snapshot: { ...now, tables: now.tables.map((table) => ({ ...table, last_contact: contact(table) })) } });
  } catch (error) {
    // Only the note about silent tablets gets older; the stream speaks about the connection.
    if (!(error instanceof AppError)) throw error;
  }
}

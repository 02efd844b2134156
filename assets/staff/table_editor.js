// @ts-check
// The shop's tables: the list, and one table with number, name, seats and the password its tablet logs in with. A
// password is only ever set; the server keeps a hash and cannot show it again.

import { emptyPart } from '../components/page_part.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { holdDraft } from './form_draft.js';
import { formField, formFrame } from './form_field.js';
import { wholeNumber } from './menu_draft.js';
import { ordersOfTable, tableOf } from './page_state.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').StaffTable} StaffTable */
/** @typedef {{ id: number | null, number: string, label: string, seats: string, password: string }} TableDraft */

const NUMBER_MAX = 999;
const PASSWORD_MIN = 4;

/** @param {StaffApp} app */
export function tableList(app) {
  const tables = ((app.state.snapshot && app.state.snapshot.tables) || []).slice().sort((a, b) => a.number - b.number);
  if (!tables.length) return emptyPart({ icon: 'grid', title: t('staff.board.no_tables'), text: t('staff.board.no_tables.next'), action: t('staff.tables.add'), act: 'settings.add' });
  return html`<ul class="table-rows">${tables.map((table) => html`<li data-key="table-${table.id}"><button type="button" class="table-row" data-act="settings.edit" data-id="${table.id}" ${app.state.open === String(table.id) && html`aria-current="true"`}>
    <strong>${t('staff.table', { number: table.number })}</strong><span>${table.label || ''}</span><span class="soft">${table.seats ? t('staff.tables.seats', { n: table.seats }) : ''}</span>${table.session && html`<span class="tag">${t('staff.tile.seated')}</span>`}${icon('chev', 20)}</button></li>`)}</ul>`;
}

/** The lowest number no table has. @param {StaffTable[]} tables */
function freeNumber(tables) {
  let number = 1;
  while (tables.some((table) => table.number === number)) number += 1;
  return number;
}

/** @param {StaffApp} app */
export function createTableEditor(app) {
  /** @type {ReturnType<typeof holdDraft<TableDraft>>} */
  const form = holdDraft(app, '.settings-editor');
  let revealed = true;

  /** @param {TableDraft} typed @returns {Record<string, string>} */
  function check(typed) {
    /** @type {Record<string, string>} */
    const found = {};
    const number = wholeNumber(typed.number);
    const seats = wholeNumber(typed.seats);
    if (number === null || number < 1 || number > NUMBER_MAX) found.number = t('staff.tables.error.number');
    if (typed.seats.trim() && (seats === null || seats < 1 || seats > NUMBER_MAX)) found.seats = t('staff.tables.error.seats');
    if ((typed.id === null || typed.password) && typed.password.trim().length < PASSWORD_MIN) found.password = t('staff.tables.error.password');
    return found;
  }

  /** @param {number | null} id @returns {TableDraft | null} */
  function draftOf(id) {
    const { snapshot } = app.state;
    if (!snapshot) return null;
    revealed = true;
    if (id === null) return { id, number: String(freeNumber(snapshot.tables || [])), label: '', seats: '4', password: '' };
    const table = tableOf(snapshot, id);
    return table && { id, number: String(table.number), label: table.label || '', seats: table.seats ? String(table.seats) : '', password: '' };
  }

  async function save() {
    const { draft } = form;
    if (!draft) return;
    const errors = check(draft);
    if (Object.keys(errors).length) {
      form.complain(errors);
      return;
    }
    const { id } = draft;
    const number = wholeNumber(draft.number);
    const body = {
      number, label: draft.label.trim() || null, seats: draft.seats.trim() ? wholeNumber(draft.seats) : null,
      ...(draft.password ? { password: draft.password.trim() } : {}),
    };
    await app.run('table-save', async () => {
      await (id === null ? app.api.createTable(body) : app.api.changeTable(id, body));
      form.take(null);
      app.close();
      app.say(t(id === null ? 'staff.tables.added' : 'staff.tables.saved', { number: number || 0 }));
    }, (error) => {
      if (error.status !== 409 && !error.errors.length) return false;
      for (const { field, message } of error.errors) errors[field] = message;
      form.complain(error.status === 409 ? { number: t('staff.tables.error.taken') } : errors);
      return true;
    });
  }

  return {
    form,

    /** @param {number | 'new' | null} wanted */
    follow: (wanted) => form.follow(app.state.snapshot ? wanted : null, draftOf),

    view() {
      const { draft, errors } = form;
      if (!draft) return emptyPart({ icon: 'grid', title: t('staff.tables.choose'), text: t('staff.tables.choose.next') });
      const { snapshot } = app.state;
      const seated = draft.id !== null && snapshot !== null && Boolean(tableOf(snapshot, draft.id)?.session || ordersOfTable(snapshot, draft.id).length);
      return formFrame({
        key: `table-${form.serial}`, area: 'settings', save: 'saveTable', remove: draft.id !== null && !seated && 'remove',
        title: draft.id === null ? t('staff.tables.add') : t('staff.table', { number: draft.number }), errors, busy: app.busy.has('table-save'),
      }, html`
        <div class="form-pair" data-key="pair">${formField({ name: 'number', label: t('staff.tables.number'), value: draft.number, error: errors.number, act: 'settings.field', inputmode: 'numeric', maxlength: 3, required: true })}${formField({ name: 'seats', label: t('staff.tables.seats.label'), value: draft.seats, error: errors.seats, act: 'settings.field', inputmode: 'numeric', maxlength: 3 })}</div>
        ${formField({ name: 'label', label: t('staff.tables.label'), value: draft.label, error: errors.label, act: 'settings.field', maxlength: 50, hint: t('staff.tables.label.hint') })}
        <div class="field-with-button" data-key="password">${formField({ name: 'password', label: t(draft.id === null ? 'staff.tables.password' : 'staff.tables.password.new'), value: draft.password, error: errors.password, act: 'settings.field', type: revealed ? 'text' : 'password', maxlength: 50, required: draft.id === null, hint: t(draft.id === null ? 'staff.tables.password.hint' : 'staff.tables.password.keep') })}
          <button type="button" class="button" data-kind="plain" data-act="settings.reveal" aria-pressed="${String(revealed)}">${t(revealed ? 'staff.password.hide' : 'staff.password.show')}</button></div>
        ${draft.id !== null && html`<div class="table-tablet" data-key="tablet"><p><strong>${t('staff.pairing.tablet')}</strong><span class="soft">${t('staff.pairing.tablet.words')}</span></p><button type="button" class="button" data-kind="plain" data-act="pairing.open" data-id="${draft.id}">${icon('qr', 22)}${t('staff.pairing')}</button></div>`}
        ${seated && html`<p class="field-hint" data-key="seated">${t('staff.tables.seated')}</p>`}`);
    },

    actions: {
      saveTable: () => save(),
      field(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        form.change({ [name]: value });
      },
      reveal() {
        revealed = !revealed;
        app.draw();
      },
      async remove() {
        if (!form.draft || form.draft.id === null) return;
        const { id, number } = form.draft;
        if (!(await app.askDelete(t('staff.tables.delete', { number }), t('staff.tables.delete.text')))) return;
        await app.run('table-save', async () => {
          await app.api.deleteTable(id);
          form.take(null);
          app.close();
          app.say(t('staff.tables.deleted', { number }));
        });
      },
    },
  };
}

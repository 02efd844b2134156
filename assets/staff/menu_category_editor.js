// @ts-check
// One category on the right of the menu tab: its name in every language, and deleting it when nothing stands in it.

import { html } from '../lib/html.js';
import { icon } from '../lib/icons.js';
import { t } from '../lib/i18n.js';
import { errorSummary, formField } from './form_field.js';
import { NAME_LANGUAGES } from './menu_draft.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */
/** @typedef {{ id: number | null, name: string, names: Record<string, string>, dishes: number }} CategoryDraft */

/** @param {StaffApp} app @param {import('./menu_dish_editor.js').MenuPlace} place */
export function createCategoryEditor(app, place) {
  /** @type {CategoryDraft | null} */
  let draft = null;
  let before = '';
  let serial = 0;
  let complaint = '';

  /** @param {CategoryDraft | null} next */
  function take(next) {
    draft = next;
    before = next ? JSON.stringify(next) : '';
    complaint = '';
    serial += 1;
  }

  /** @param {import('../lib/wire_types.js').Category | null} category @returns {CategoryDraft} */
  function draftOfCategory(category) {
    const names = (category && category.names) || {};
    return {
      id: category ? category.id : null, name: category ? category.name : '', dishes: category ? category.items.length : 0,
      names: NAME_LANGUAGES.reduce((/** @type {Record<string, string>} */ all, code) => ({ ...all, [code]: names[code] || '' }), {}),
    };
  }

  /** @param {string} sentence */
  function complain(sentence) {
    complaint = sentence;
    app.draw();
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.menu-editor .form-summary'))?.focus());
  }

  async function save() {
    if (!draft) return;
    const name = draft.name.trim();
    if (!name) {
      complain(t('staff.menu.error.name_missing'));
      return;
    }
    /** @type {Record<string, string>} */
    const names = {};
    for (const code of NAME_LANGUAGES) if (draft.names[code].trim()) names[code] = draft.names[code].trim();
    const { id } = draft;
    await app.run('category-save', async () => {
      const saved = await (id === null ? app.api.createCategory({ name, names }) : app.api.changeCategory(id, { name, names }));
      place.show(saved.id);
      app.close();
      await place.load();
      take(null);
      app.say(t('staff.menu.saved', { name }));
    }, (error) => {
      if (error.status === 409) complain(t('staff.menu.category.taken'));
      else if (error.errors.length) complain(error.errors[0].message);
      else return false;
      return true;
    });
  }

  return {
    get open() {
      return draft !== null;
    },
    get is_changed() {
      return draft !== null && JSON.stringify(draft) !== before;
    },
    forget: () => take(null),

    /** @param {number | 'new' | null} wanted */
    follow(wanted) {
      if (wanted === null) {
        if (draft) take(null);
      } else if (wanted === 'new') {
        if (!draft || draft.id !== null) take(draftOfCategory(null));
      } else if (!draft || draft.id !== wanted) {
        const category = place.categories().find((one) => one.id === wanted);
        take(category ? draftOfCategory(category) : null);
      }
    },

    view() {
      if (!draft) throw new Error('the category editor is drawn only while it is open');
      const names = draft.names;
      return html`
        <form class="form" data-key="category-${serial}" data-submit="menu.saveCategory" novalidate>
          <div class="form-body">
            <header class="form-head" data-key="head"><h2>${t(draft.id === null ? 'staff.menu.category.add' : 'staff.menu.category.edit')}</h2><button type="button" class="button tool" data-kind="plain" data-act="menu.leave" aria-label="${t('common.close')}">${icon('x', 22)}</button></header>
            <div data-key="summary">${errorSummary(complaint ? 1 : 0)}</div>
            ${formField({ name: 'name', label: t('staff.menu.name'), value: draft.name, error: complaint, act: 'menu.categoryField', maxlength: 50, required: true })}
            <fieldset data-key="names"><legend>${t('staff.menu.names')}</legend>${NAME_LANGUAGES.map((code) => formField({ name: `names/${code}`, label: t(`staff.language.${code}`), value: names[code], act: 'menu.categoryField', maxlength: 50, lang: code }))}</fieldset>
            ${draft.id !== null && draft.dishes > 0 && html`<p class="field-hint" data-key="why">${t('staff.menu.category.not_empty', { n: draft.dishes })}</p>`}
          </div>
          <footer class="form-foot" data-key="foot">
            ${draft.id !== null && draft.dishes === 0 && html`<button type="button" class="button" data-kind="danger" data-act="menu.removeCategory">${t('staff.delete.yes')}</button>`}
            <button type="button" class="button" data-kind="plain" data-act="menu.leave">${t('staff.stop')}</button>
            <button class="button" data-kind="main" ${app.busy.has('category-save') && html`aria-busy="true"`}>${t('staff.save')}</button>
          </footer>
        </form>`;
    },

    actions: {
      saveCategory: () => save(),
      categoryField(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        if (!draft) return;
        const [what, code] = name.split('/');
        draft = what === 'names' ? { ...draft, names: { ...draft.names, [code]: value } } : { ...draft, name: value };
        app.draw();
      },
      async removeCategory() {
        if (!draft || draft.id === null) return;
        const { id, name } = draft;
        const sure = await app.ask({ title: t('staff.menu.delete', { name }), yes: t('staff.delete.yes'), no: t('staff.keep'), danger: true, icon: 'trash' });
        if (!sure) return;
        await app.run('category-save', async () => {
          await app.api.deleteCategory(id);
          take(null);
          app.close();
          await place.load();
          app.say(t('staff.menu.deleted', { name }));
        });
      },
    },
  };
}

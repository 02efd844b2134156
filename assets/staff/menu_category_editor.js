// @ts-check
// One category on the right of the menu tab: its name in every language, and deleting it when nothing stands in it.

import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { holdDraft } from './form_draft.js';
import { formField, formFrame, namesFields } from './form_field.js';
import { namesBody, namesDraft } from './menu_draft.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */
/** @typedef {{ id: number | null, name: string, names: Record<string, string>, dishes: number }} CategoryDraft */

/** @param {StaffApp} app @param {import('./menu_dish_editor.js').MenuPlace} place */
export function createCategoryEditor(app, place) {
  /** @type {ReturnType<typeof holdDraft<CategoryDraft>>} */
  const form = holdDraft(app, '.menu-editor');

  /** @param {number | null} id @returns {CategoryDraft | null} */
  function draftOf(id) {
    const category = place.categories().find((one) => one.id === id);
    if (id !== null && !category) return null;
    return { id, name: category ? category.name : '', dishes: category ? category.items.length : 0, names: namesDraft(category && category.names) };
  }

  async function save() {
    if (!form.draft) return;
    const { id } = form.draft;
    const body = { name: form.draft.name.trim(), names: namesBody(form.draft.names) };
    if (!body.name) {
      form.complain({ name: t('staff.menu.error.name_missing') });
      return;
    }
    await app.run('category-save', async () => {
      const saved = await (id === null ? app.api.createCategory(body) : app.api.changeCategory(id, body));
      place.show(saved.id);
      app.close();
      await place.load();
      form.take(null);
      app.say(t('staff.menu.saved', { name: body.name }));
    }, (error) => {
      if (error.status !== 409 && !error.errors.length) return false;
      form.complain({ name: error.status === 409 ? t('staff.menu.category.taken') : error.errors[0].message });
      return true;
    });
  }

  return {
    form,

    /** @param {number | 'new' | null} wanted */
    follow: (wanted) => form.follow(wanted, draftOf),

    view() {
      const { draft, errors } = form;
      if (!draft) throw new Error('the category editor is drawn only while it is open');
      return formFrame({
        key: `category-${form.serial}`, area: 'menu', save: 'saveCategory', remove: draft.id !== null && draft.dishes === 0 && 'removeCategory',
        title: t(draft.id === null ? 'staff.menu.category.add' : 'staff.menu.category.edit'), errors, busy: app.busy.has('category-save'),
      }, html`
        ${formField({ name: 'name', label: t('staff.menu.name'), value: draft.name, error: errors.name, act: 'menu.categoryField', maxlength: 50, required: true })}
        ${namesFields(draft.names, 'menu.categoryField', 50)}
        ${draft.id !== null && draft.dishes > 0 && html`<p class="field-hint" data-key="why">${t('staff.menu.category.not_empty', { n: draft.dishes })}</p>`}`);
    },

    actions: {
      saveCategory: () => save(),
      categoryField(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        const [what, code] = name.split('/');
        if (form.draft) form.change(what === 'names' ? { names: { ...form.draft.names, [code]: value } } : { name: value });
      },
      async removeCategory() {
        if (!form.draft || form.draft.id === null) return;
        const { id, name } = form.draft;
        if (!(await app.askDelete(t('staff.menu.delete', { name })))) return;
        await app.run('category-save', async () => {
          await app.api.deleteCategory(id);
          form.take(null);
          app.close();
          await place.load();
          app.say(t('staff.menu.deleted', { name }));
        });
      },
    },
  };
}

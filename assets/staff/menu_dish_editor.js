// @ts-check
// One dish on the right of the menu tab: opens it as a draft, takes what is typed, saves, deletes. It shows the server's
// refusals beside the fields they are about.

import { AppError } from '../lib/api_client.js';
import { hasText, t } from '../lib/i18n.js';
import { holdDraft } from './form_draft.js';
import { bodyOf, draftOf, errorsOf, moved, newGroup, newOption } from './menu_draft.js';
import { createDishPhoto } from './dish_photo.js';
import { dishForm } from './menu_dish_form.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./menu_draft.js').MenuDraft} MenuDraft */
/** @typedef {{ find: (id: number) => any, category: () => any, categories: () => any[], load: () => Promise<void>, show: (id: number) => void,
 *   until: (id: number) => 'day_end' | null, learnUntil: (item: any) => Promise<void> }} MenuPlace */

/** @param {StaffApp} app @param {MenuPlace} place */
export function createDishEditor(app, place) {
  /** @type {ReturnType<typeof holdDraft<MenuDraft>>} */
  const form = holdDraft(app, '.menu-editor');
  let choosing_drawing = false;
  const photo = createDishPhoto(app, { draft: () => form.draft, change: (change) => form.change(change), load: place.load });

  /** @param {string} key @param {(group: import('./menu_draft.js').GroupDraft) => import('./menu_draft.js').GroupDraft | null} edit null: leaves it out */
  function changeGroup(key, edit) {
    if (!form.draft) return;
    const groups = form.draft.groups.map((group) => (group.key === key ? edit(group) : group));
    form.change({ groups: /** @type {MenuDraft['groups']} */ (groups.filter((group) => group !== null)) });
  }

  async function save() {
    if (!form.draft) return;
    /** @type {Record<string, string>} */
    const errors = {};
    for (const { field, code } of errorsOf(form.draft)) if (!errors[field]) errors[field] = t(`staff.menu.error.${code}`);
    if (Object.keys(errors).length) {
      form.complain(errors);
      return;
    }
    const body = bodyOf(form.draft);
    const { id } = form.draft;
    await app.run('dish-save', async () => {
      const saved = await (id === null ? app.api.createMenuItem(body) : app.api.changeMenuItem(id, body));
      if (id === null) await photo.sendHeld(saved);
      place.show(body.category_id);
      await place.load();
      form.take(null);
      app.say(t('staff.menu.saved', { name: saved.name }));
      if (id === null) app.close();
    }, (error) => takeRefusal(error));
  }

  /** @param {AppError} error */
  function takeRefusal(error) {
    if (error.status === 404) {
      app.say(t('staff.menu.gone'));
      form.take(null);
      app.close();
      place.load();
      return true;
    }
    if (!error.errors.length) return false;
    /** @type {Record<string, string>} */
    const errors = {};
    for (const { field, message } of error.errors) errors[field] = hasText(`staff.menu.error.field.${field}`) ? t(`staff.menu.error.field.${field}`) : message;
    form.complain(errors);
    return true;
  }

  /** @param {number | null} id @returns {MenuDraft | null} */
  function draftOfDish(id) {
    choosing_drawing = false;
    photo.forget();
    if (id === null) return place.category() && draftOf(null, place.category().id);
    const found = place.find(id);
    if (!found) return null;
    place.show(found.category.id);
    place.learnUntil(found.item);
    return draftOf(found.item, found.category.id);
  }

  return {
    form,

    /** @param {number | 'new' | null} wanted */
    follow: (wanted) => form.follow(wanted, draftOfDish),

    view() {
      const { draft, errors, serial } = form;
      if (!draft) throw new Error('the dish editor is drawn only while it is open');
      const found = draft.id === null ? null : place.find(draft.id);
      return dishForm(app, { draft, item: found && found.item, until: draft.id === null ? null : place.until(draft.id), errors, serial, choosing_drawing, categories: place.categories(), photo });
    },

    actions: {
      ...photo.actions,
      saveDish: () => save(),
      field(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        if (!form.draft) return;
        const [what, key, field] = name.split('/');
        if (what === 'names') form.change({ names: { ...form.draft.names, [key]: value } });
        else if (what === 'category_id') form.change({ category_id: Number(value) });
        else if (what === 'group') changeGroup(key, (group) => ({ ...group, [field]: value }));
        else if (what === 'option') form.draft.groups.forEach((group) => changeGroup(group.key, (own) => ({ ...own, options: own.options.map((option) => (option.key === key ? { ...option, [field]: value } : option)) })));
        else form.change({ [what]: value });
      },
      allergens(/** @type {HTMLElement} */ element) {
        form.change({ allergens: element.dataset.known === 'true' ? (form.draft && form.draft.allergens) || [] : null });
      },
      allergen(/** @type {HTMLElement} */ element) {
        const code = element.dataset.code || '';
        const now = (form.draft && form.draft.allergens) || [];
        form.change({ allergens: now.includes(code) ? now.filter((one) => one !== code) : [...now, code] });
      },
      badge(/** @type {HTMLElement} */ element) {
        const code = element.dataset.code || '';
        const now = (form.draft && form.draft.badges) || [];
        // Of the three grades of hot only one can be true.
        const others = code.startsWith('spicy') ? now.filter((one) => !one.startsWith('spicy')) : now.filter((one) => one !== code);
        form.change({ badges: now.includes(code) ? now.filter((one) => one !== code) : [...others, code] });
      },
      alcohol: () => form.change({ alcohol: !(form.draft && form.draft.alcohol) }),
      chooseDrawing() {
        choosing_drawing = !choosing_drawing;
        app.draw();
      },
      drawing(/** @type {HTMLElement} */ element) {
        choosing_drawing = false;
        form.change({ drawing: element.dataset.kind || null });
        requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('[data-act="menu.chooseDrawing"]'))?.focus());
      },
      addGroup: () => form.draft && form.change({ groups: [...form.draft.groups, newGroup()] }),
      removeGroup: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', () => null),
      moveGroup(/** @type {HTMLElement} */ element) {
        if (!form.draft) return;
        const index = form.draft.groups.findIndex((group) => group.key === element.dataset.group);
        form.change({ groups: moved(form.draft.groups, index, element.dataset.step === 'up' ? -1 : 1) });
      },
      addOption: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: [...group.options, newOption()] })),
      removeOption: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: group.options.filter((option) => option.key !== element.dataset.option) })),
      optionSwitch: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: group.options.map((option) => (option.key === element.dataset.option ? { ...option, available: !option.available } : option)) })),
      async removeDish() {
        if (!form.draft || form.draft.id === null) return;
        const { id, name } = form.draft;
        if (!(await app.askDelete(t('staff.menu.delete', { name }), t('staff.menu.delete.text')))) return;
        await app.run('dish-save', async () => {
          await app.api.deleteMenuItem(id);
          form.take(null);
          app.close();
          await place.load();
          app.say(t('staff.menu.deleted', { name }));
        }, (error) => takeRefusal(error));
      },
    },
  };
}

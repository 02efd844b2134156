// @ts-check
// One dish on the right of the menu tab: opens it as a draft, takes what is typed, saves, deletes. It shows the server's
// refusals beside the fields they are about.

import { AppError } from '../lib/api_client.js';
import { hasText, t } from '../lib/i18n.js';
import { bodyOf, draftOf, errorsOf, moved, newGroup, newOption } from './menu_draft.js';
import { dishForm } from './menu_dish_form.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./menu_draft.js').MenuDraft} MenuDraft */
/** @typedef {{ find: (id: number) => any, category: () => any, categories: () => any[], load: () => Promise<void>, show: (id: number) => void,
 *   until: (id: number) => 'day_end' | null, learnUntil: (item: any) => Promise<void> }} MenuPlace */

/** @param {StaffApp} app @param {MenuPlace} place */
export function createDishEditor(app, place) {
  /** @type {MenuDraft | null} */
  let draft = null;
  let before = '';
  let choosing_drawing = false;
  let serial = 0;
  /** @type {Record<string, string>} field → sentence */
  let errors = {};

  /** @param {MenuDraft | null} next */
  function take(next) {
    draft = next;
    before = next ? JSON.stringify(next) : '';
    errors = {};
    choosing_drawing = false;
    serial += 1;
  }

  /** @param {Partial<MenuDraft>} change */
  function change(change) {
    if (draft) draft = { ...draft, ...change };
    app.draw();
  }

  /** @param {string} key @param {(group: import('./menu_draft.js').GroupDraft) => import('./menu_draft.js').GroupDraft | null} edit null: leaves it out */
  function changeGroup(key, edit) {
    if (!draft) return;
    const groups = draft.groups.map((group) => (group.key === key ? edit(group) : group));
    change({ groups: /** @type {MenuDraft['groups']} */ (groups.filter((group) => group !== null)) });
  }

  async function save() {
    if (!draft) return;
    errors = {};
    for (const { field, code } of errorsOf(draft)) if (!errors[field]) errors[field] = t(`staff.menu.error.${code}`);
    if (Object.keys(errors).length) {
      showErrors();
      return;
    }
    const body = bodyOf(draft);
    const { id } = draft;
    await app.run('dish-save', async () => {
      const saved = await (id === null ? app.api.createMenuItem(body) : app.api.changeMenuItem(id, body));
      place.show(body.category_id);
      await place.load();
      take(null);
      app.say(t('staff.menu.saved', { name: saved.name }));
      if (id === null) app.close();
    }, (error) => takeRefusal(error));
  }

  /** @param {AppError} error */
  function takeRefusal(error) {
    if (error.status === 404) {
      app.say(t('staff.menu.gone'));
      take(null);
      app.close();
      place.load();
      return true;
    }
    if (!error.errors.length) return false;
    for (const { field, message } of error.errors) errors[field] = hasText(`staff.menu.error.field.${field}`) ? t(`staff.menu.error.field.${field}`) : message;
    showErrors();
    return true;
  }

  function showErrors() {
    app.draw();
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.menu-editor .form-summary'))?.focus());
  }

  return {
    get open() {
      return draft !== null;
    },
    get is_changed() {
      return draft !== null && JSON.stringify(draft) !== before;
    },
    forget: () => take(null),

    /** Opens what the address names, unless it is open already. @param {number | 'new' | null} wanted */
    follow(wanted) {
      if (wanted === null) {
        if (draft) take(null);
      } else if (wanted === 'new') {
        const category = place.category();
        if ((!draft || draft.id !== null) && category) take(draftOf(null, category.id));
      } else if (!draft || draft.id !== wanted) {
        const found = place.find(wanted);
        take(found ? draftOf(found.item, found.category.id) : null);
        if (found) {
          place.show(found.category.id);
          place.learnUntil(found.item);
        }
      }
    },

    view() {
      if (!draft) throw new Error('the dish editor is drawn only while it is open');
      const found = draft.id === null ? null : place.find(draft.id);
      return dishForm(app, { draft, item: found && found.item, until: draft.id === null ? null : place.until(draft.id), errors, serial, choosing_drawing, categories: place.categories() });
    },

    actions: {
      saveDish: () => save(),
      field(/** @type {HTMLElement} */ element) {
        const { name, value } = /** @type {HTMLInputElement} */ (element);
        if (!draft) return;
        const [what, key, field] = name.split('/');
        if (what === 'names') change({ names: { ...draft.names, [key]: value } });
        else if (what === 'category_id') change({ category_id: Number(value) });
        else if (what === 'group') changeGroup(key, (group) => ({ ...group, [field]: value }));
        else if (what === 'option') draft.groups.forEach((group) => changeGroup(group.key, (own) => ({ ...own, options: own.options.map((option) => (option.key === key ? { ...option, [field]: value } : option)) })));
        else change({ [what]: value });
      },
      allergens(/** @type {HTMLElement} */ element) {
        change({ allergens: element.dataset.known === 'true' ? (draft && draft.allergens) || [] : null });
      },
      allergen(/** @type {HTMLElement} */ element) {
        const code = element.dataset.code || '';
        const now = (draft && draft.allergens) || [];
        change({ allergens: now.includes(code) ? now.filter((one) => one !== code) : [...now, code] });
      },
      badge(/** @type {HTMLElement} */ element) {
        const code = element.dataset.code || '';
        const now = (draft && draft.badges) || [];
        // Of the three grades of hot only one can be true.
        const others = code.startsWith('spicy') ? now.filter((one) => !one.startsWith('spicy')) : now.filter((one) => one !== code);
        change({ badges: now.includes(code) ? now.filter((one) => one !== code) : [...others, code] });
      },
      alcohol: () => change({ alcohol: !(draft && draft.alcohol) }),
      chooseDrawing() {
        choosing_drawing = !choosing_drawing;
        app.draw();
      },
      drawing(/** @type {HTMLElement} */ element) {
        choosing_drawing = false;
        change({ drawing: element.dataset.kind || null });
        requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('[data-act="menu.chooseDrawing"]'))?.focus());
      },
      addGroup: () => draft && change({ groups: [...draft.groups, newGroup()] }),
      removeGroup: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', () => null),
      moveGroup(/** @type {HTMLElement} */ element) {
        if (!draft) return;
        const index = draft.groups.findIndex((group) => group.key === element.dataset.group);
        change({ groups: moved(draft.groups, index, element.dataset.step === 'up' ? -1 : 1) });
      },
      addOption: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: [...group.options, newOption()] })),
      removeOption: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: group.options.filter((option) => option.key !== element.dataset.option) })),
      optionSwitch: (/** @type {HTMLElement} */ element) => changeGroup(element.dataset.group || '', (group) => ({ ...group, options: group.options.map((option) => (option.key === element.dataset.option ? { ...option, available: !option.available } : option)) })),
      async removeDish() {
        if (!draft || draft.id === null) return;
        const { id, name } = draft;
        const sure = await app.ask({ title: t('staff.menu.delete', { name }), text: t('staff.menu.delete.text'), yes: t('staff.delete.yes'), no: t('staff.keep'), danger: true, icon: 'trash' });
        if (!sure) return;
        await app.run('dish-save', async () => {
          await app.api.deleteMenuItem(id);
          take(null);
          app.close();
          await place.load();
          app.say(t('staff.menu.deleted', { name }));
        }, (error) => takeRefusal(error));
      },
    },
  };
}

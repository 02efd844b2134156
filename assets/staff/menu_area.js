// @ts-check
// The menu tab: what is sold in which order, sold out in one tap, and one dish or category beside it to edit. It keeps
// what was typed until it is saved or given up, and reads the menu anew whenever its version rises.

import { AppError } from '../lib/api_client.js';
import { html } from '../lib/html.js';
import { nameOf, t } from '../lib/i18n.js';
import { createCategoryEditor } from './menu_category_editor.js';
import { moved } from './menu_draft.js';
import { createDishEditor } from './menu_dish_editor.js';
import { barView, categoriesView, chooseView, dishesView, failureView, loadingView } from './menu_lists.js';
import { failureText } from './staff_app.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('../lib/wire_types.js').Category} Category @typedef {import('../lib/wire_types.js').Menu} Menu */
/** @typedef {{ menu: Menu | null, failure: string | null, category_id: number | null, ordering: boolean }} MenuShown */

/** @param {StaffApp} app */
export function createMenu(app) {
  /** @type {MenuShown} */
  let shown = { menu: null, failure: null, category_id: null, ordering: false };
  let etag = '';
  let read_version = -1;
  /** Until when a dish is sold out; the public menu does not say. @type {Map<number, 'day_end' | null>} */
  const untils = new Map();

  const categories = () => (shown.menu ? shown.menu.categories : []);
  const category = () => categories().find((one) => one.id === shown.category_id) || categories()[0] || null;
  /** @param {number} id @returns {{ item: MenuItem, category: Category } | null} */
  function find(id) {
    for (const one of categories()) {
      const item = one.items.find((other) => other.id === id);
      if (item) return { item, category: one };
    }
    return null;
  }

  async function load() {
    try {
      const answer = await app.api.menus(etag || undefined);
      if (answer) {
        etag = answer.etag;
        shown = { ...shown, menu: answer.menu, failure: null };
        read_version = answer.menu.version;
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.status === 401) app.onSignedOut();
      shown = { ...shown, failure: failureText(error) };
    }
    app.draw();
  }

  /** Asks how long a sold-out dish stays so. @param {MenuItem} item */
  async function learnUntil(item) {
    if (item.available || untils.has(item.id)) return;
    untils.set(item.id, null);
    try {
      untils.set(item.id, (await app.api.adminMenu(item.id)).until || null);
      app.draw();
    } catch (error) {
      // Only one word of the form is less exact; the next opening asks again.
      if (!(error instanceof AppError)) throw error;
      untils.delete(item.id);
    }
  }

  const place = { until: (/** @type {number} */ id) => untils.get(id) || null, learnUntil, find, category, categories, load, show: (/** @type {number} */ id) => { shown = { ...shown, category_id: id }; } };
  const dish = createDishEditor(app, place);
  const group = createCategoryEditor(app, place);

  /** What stands on the right, after the address. */
  function syncEditors() {
    const { open } = app.state;
    if (!shown.menu) return;
    group.follow(open === 'category-new' ? 'new' : open && open.startsWith('category-') ? Number(open.slice(9)) : null);
    dish.follow(open === 'new' ? 'new' : open !== null && /^\d+$/.test(open) ? Number(open) : null);
  }

  /** @param {string | null} open a dish, 'new', 'category-3', 'category-new' or nothing; asks before typed text is lost */
  async function goTo(open) {
    if (!(await mayLeave())) return;
    if (open === null) app.close();
    else app.go('menu', open);
    if (open !== null) requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.menu-editor'))?.focus());
  }

  async function mayLeave() {
    if (!dish.form.is_changed && !group.form.is_changed) return true;
    const sure = await app.askDiscard();
    if (sure) {
      dish.form.take(null);
      group.form.take(null);
    }
    return sure;
  }

  /** @param {MenuItem} item @param {{ available: boolean, remaining: number | null, until: 'day_end' | null }} wish @param {string} done */
  async function setAvailability(item, wish, done) {
    // What the public menu calls unavailable may only be counted down to nothing.
    const before = { available: item.available || item.remaining === 0, remaining: item.remaining, until: untils.get(item.id) || null };
    await app.run(`sold-${item.id}`, async () => {
      untils.set(item.id, (await app.api.setAvailability(item.id, wish)).until || null);
      await load();
      app.sayUndoable(done, () => app.run(`sold-${item.id}`, async () => {
        untils.set(item.id, (await app.api.setAvailability(item.id, before)).until || null);
        await load();
      }));
    });
  }

  /** @param {number[]} ids @param {'categories' | 'dishes'} what */
  async function order(ids, what) {
    await app.run('menu-order', async () => {
      await (what === 'categories' ? app.api.orderCategories(ids) : app.api.orderMenuItems(ids));
      await load();
    });
  }

  return {
    enter: load,
    mayLeave,

    view() {
      const { snapshot } = app.state;
      if (snapshot && shown.menu && snapshot.menu_version !== read_version) {
        read_version = snapshot.menu_version;
        load();
      }
      if (!shown.menu) return shown.failure ? failureView(shown.failure) : loadingView();
      syncEditors();
      const chosen = category();
      const is_open = group.form.draft !== null || dish.form.draft !== null;
      const editor = group.form.draft ? group.view() : dish.form.draft ? dish.view() : chooseView();
      return html`
        ${barView(app, shown, is_open)}
        <div class="panes menu-panes" data-key="panes" data-open="${String(is_open)}" data-empty="${String(!chosen)}">
          <nav class="pane menu-categories" data-key="categories" ${shown.ordering && html`data-ordering`} aria-label="${t('staff.menu.categories')}">${categoriesView(app, shown, chosen)}</nav>
          <section class="pane menu-dishes" data-key="dishes" aria-label="${chosen ? nameOf(chosen).text : t('staff.tab.menu')}">${dishesView(app, shown, chosen)}</section>
          <section class="pane menu-editor" data-key="editor" tabindex="-1" aria-label="${t('staff.menu.editor')}">${editor}</section>
        </div>`;
    },

    actions: {
      ...dish.actions,
      ...group.actions,
      again: load,
      category(/** @type {HTMLElement} */ element) {
        shown = { ...shown, category_id: Number(element.dataset.id) };
        app.draw();
      },
      ordering() {
        shown = { ...shown, ordering: !shown.ordering };
        app.draw();
      },
      add: () => goTo('new'),
      addCategory: () => goTo('category-new'),
      editCategory: (/** @type {HTMLElement} */ element) => goTo(`category-${element.dataset.id}`),
      edit: (/** @type {HTMLElement} */ element) => goTo(element.dataset.id || null),
      leave: () => goTo(null),
      moveCategory(/** @type {HTMLElement} */ element) {
        const ids = categories().map((one) => one.id);
        order(moved(ids, ids.indexOf(Number(element.dataset.id)), element.dataset.step === 'up' ? -1 : 1), 'categories');
      },
      moveDish(/** @type {HTMLElement} */ element) {
        const ids = (category() || { items: [] }).items.map((one) => one.id);
        order(moved(ids, ids.indexOf(Number(element.dataset.id)), element.dataset.step === 'up' ? -1 : 1), 'dishes');
      },
      toggle(/** @type {HTMLElement} */ element) {
        const found = find(Number(element.dataset.id));
        if (!found) return;
        const { item } = found;
        if (item.available) setAvailability(item, { available: false, remaining: null, until: 'day_end' }, t('staff.menu.sold_today', { name: item.name }));
        else setAvailability(item, { available: true, remaining: null, until: null }, t('staff.menu.on_sale', { name: item.name }));
      },
      sell(/** @type {HTMLElement} */ element) {
        const found = find(Number(element.dataset.id));
        if (!found) return;
        const { item } = found;
        const wish = element.dataset.wish;
        if (wish === 'on') setAvailability(item, { available: true, remaining: null, until: null }, t('staff.menu.on_sale', { name: item.name }));
        if (wish === 'today') setAvailability(item, { available: false, remaining: null, until: 'day_end' }, t('staff.menu.sold_today', { name: item.name }));
        if (wish === 'open') setAvailability(item, { available: false, remaining: null, until: null }, t('staff.menu.sold_open', { name: item.name }));
        if (wish === 'count') {
          const input = /** @type {HTMLInputElement | null} */ (document.querySelector('[name="remaining"]'));
          const count = input && /^\d{1,5}$/.test(input.value.trim()) ? Number(input.value.trim()) : null;
          if (count === null) app.say(t('staff.menu.error.digits'));
          else setAvailability(item, { available: true, remaining: count, until: null }, t('staff.menu.counted', { name: item.name, n: count }));
        }
      },
    },
  };
}

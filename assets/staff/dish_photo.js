// @ts-check
// The photo of a dish in its form: chosen or taken, put into its frame, sent at once or, for a dish that is not saved yet,
// held until it is. What this browser cannot read is sent as it is; the server has the last word on it.

import { AppError } from '../lib/api_client.js';
import { dishPicture } from '../lib/dish.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { photoIn } from '../components/photo_crop.js';
import { failureText } from './staff_app.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('./menu_draft.js').MenuDraft} MenuDraft */

/** Bytes that the server takes. */
const BYTES_MAX = 10 << 20;
const BUSY = 'dish-photo';

/** What is wrong with a photo, in words. @param {AppError} error */
function refusalText(error) {
  if (error.status === 413) return t('staff.photo.error.large');
  if (error.status === 415) return t('staff.photo.error.kind');
  return error.status === 400 ? t('staff.photo.error.broken') : failureText(error);
}

/** @param {StaffApp} app @param {{ draft: () => MenuDraft | null, change: (change: Partial<MenuDraft>) => void, load: () => Promise<void> }} form */
export function createDishPhoto(app, form) {
  /** Of a dish that is not saved yet. @type {Blob | null} */
  let held = null;
  let error = '';

  /** @param {Blob | null} photo */
  function hold(photo) {
    const { photo: shown } = form.draft() || {};
    if (shown) URL.revokeObjectURL(shown);
    held = photo;
    form.change({ photo: photo ? URL.createObjectURL(photo) : undefined });
  }

  /** @param {string} words */
  function complain(words) {
    error = words;
    app.draw();
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('[data-act="menu.choosePhoto"]'))?.focus());
  }

  /** @param {Blob} file @returns {Promise<Blob | null>} what is to be sent; null: nothing */
  async function framed(file) {
    const photo = await photoIn(file);
    if (photo) return app.parts.crop.ask(photo, [app.parts.top, app.parts.toast]);
    if (file.size > BYTES_MAX) {
      complain(t('staff.photo.error.large'));
      return null;
    }
    return file;
  }

  /** @param {number} id @param {string} name @param {Blob} photo */
  const send = (id, name, photo) => app.run(BUSY, async () => {
    await app.api.putMenuImage(id, photo);
    await form.load();
    app.say(t('staff.photo.done', { name }));
  }, (refused) => {
    complain(refusalText(refused));
    return true;
  });

  return {
    /** Another dish is in the form. */
    forget() {
      held = null;
      error = '';
    },

    /** Sends what was held, now that the dish is saved. @param {{ id: number, name: string }} dish */
    async sendHeld({ id, name }) {
      if (!held) return;
      try {
        await app.api.putMenuImage(id, held);
      } catch (refused) {
        if (!(refused instanceof AppError) || refused.status === 401) throw refused;
        app.say(t('staff.photo.not_sent', { name, why: refusalText(refused) }));
      }
    },

    /** @param {MenuDraft} draft @param {MenuItem | null} item @param {number} place @param {boolean} choosing_drawing */
    view(draft, item, place, choosing_drawing) {
      const image = draft.photo ? { small: draft.photo, medium: draft.photo, large: draft.photo } : item && item.image;
      const busy = app.busy.has(BUSY);
      return html`
        <div class="form-picture" data-key="picture">${dishPicture({ name: draft.name || t('staff.menu.new'), drawing: draft.drawing, image }, place, 'card')}
          <div class="form-picture-acts" data-key="acts">
            <button type="button" class="button" data-kind="plain" data-key="choose" data-act="menu.choosePhoto" ${busy && html`aria-busy="true"`}>${!busy && icon('plus', 20, 3)}${t(image ? 'staff.photo.change' : 'staff.photo.add')}</button>
            ${image ? html`<button type="button" class="button" data-kind="plain" data-key="remove" data-act="menu.removePhoto">${icon('trash', 20)}${t('staff.photo.remove')}</button>`
    : html`<button type="button" class="button" data-kind="plain" data-key="drawing" data-act="menu.chooseDrawing" aria-expanded="${String(choosing_drawing)}">${t('staff.menu.drawing')}</button>`}
          </div>
          <input type="file" accept="image/*" hidden data-key="file" data-change="menu.photo" aria-label="${t('staff.photo.add')}">
        </div>
        <div class="form-picture-note" data-key="picture-note" role="status">${error ? html`<p class="field-error">${icon('warn', 20)}<span>${error}</span></p>` : busy ? html`<p class="field-hint">${t('staff.photo.sending')}</p>` : draft.photo && html`<p class="field-hint">${t('staff.photo.held')}</p>`}</div>`;
    },

    actions: {
      choosePhoto() {
        if (!app.busy.has(BUSY)) /** @type {HTMLInputElement | null} */ (document.querySelector('[data-change="menu.photo"]'))?.click();
      },
      async photo(/** @type {HTMLElement} */ element) {
        const input = /** @type {HTMLInputElement} */ (element);
        const file = input.files && input.files[0];
        // The same file may be chosen again.
        input.value = '';
        const draft = form.draft();
        if (!file || !draft) return;
        error = '';
        const photo = await framed(file);
        const now = form.draft();
        if (!photo || !now || now.id !== draft.id) return;
        if (now.id === null) hold(photo);
        else send(now.id, now.name, photo);
      },
      async removePhoto() {
        const draft = form.draft();
        if (!draft) return;
        error = '';
        const { id, name } = draft;
        if (id === null) {
          hold(null);
          return;
        }
        if (!(await app.askDelete(t('staff.photo.remove.ask', { name }), t('staff.photo.remove.text')))) return;
        await app.run(BUSY, async () => {
          await app.api.deleteMenuImage(id);
          await form.load();
          app.say(t('staff.photo.removed', { name }));
        });
      },
    },
  };
}

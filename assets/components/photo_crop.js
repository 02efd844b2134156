// @ts-check
// <photo-crop>: shows a photo in the frame that guests will see, to be moved and enlarged by finger, mouse, keys or
// buttons, and gives back what is in the frame as a JPEG. Leaving it means no. It sends nothing.

import { moved, partOf, sentSize, startCrop, zoomed, ZOOM_MAX } from '../lib/crop.js';
import { holdFocus } from '../lib/focus.js';
import { html, render } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';

/** Pixels of the frame on the screen; CSS makes it as wide as there is room. */
const SHOWN = { width: 800, height: 600 };
/** Parts of the frame's width that a key or a button moves it. */
const STEP = 0.05;
const ZOOM_STEP = 0.25;
const JPEG_QUALITY = 0.9;

/** Key or button → where the photo goes, so that the frame goes the other way. @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
/** @type {Array<[string, string, string]>} */
const WAY_BUTTONS = [['ArrowLeft', 'back', 'left'], ['ArrowUp', 'up', 'up'], ['ArrowDown', 'down', 'down'], ['ArrowRight', 'chev', 'right']];

/** The photo in a file, upright; null when this browser cannot read it. @param {Blob} file @returns {Promise<HTMLImageElement | null>} */
export async function photoIn(file) {
  const url = URL.createObjectURL(file);
  const photo = new Image();
  photo.src = url;
  try {
    await photo.decode();
    return photo.naturalWidth > 0 ? photo : null;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

export class PhotoCrop extends HTMLElement {
  constructor() {
    super();
    /** @type {((yes: boolean) => void) | null} */
    this.answer = null;
    /** @type {HTMLImageElement | null} */
    this.photo = null;
    this.crop = startCrop(1, 1);
  }

  connectedCallback() {
    this.hidden = true;
    this.addEventListener('click', (event) => {
      const pressed = event.target instanceof Element && event.target.closest('[data-answer], [data-way], [data-zoom]');
      if (!(pressed instanceof HTMLElement)) return;
      const { answer, way, zoom } = pressed.dataset;
      if (answer) this.finish(answer === 'yes');
      else if (way) this.show(moved(this.crop, ...WAYS[way]));
      else this.show(zoomed(this.crop, this.crop.zoom + Number(zoom) * ZOOM_STEP));
    });
    this.addEventListener('input', (event) => this.show(zoomed(this.crop, Number(/** @type {HTMLInputElement} */ (event.target).value))));
    this.addEventListener('keydown', (event) => {
      if (!(event.target instanceof Element) || !event.target.matches('.crop-frame') || !WAYS[event.key]) return;
      event.preventDefault();
      this.show(moved(this.crop, ...WAYS[event.key]));
    });
    this.addEventListener('pointerdown', (event) => {
      if (!(event.target instanceof HTMLCanvasElement)) return;
      event.preventDefault();
      event.target.setPointerCapture(event.pointerId);
      /** @type {HTMLElement} */ (this.querySelector('.crop-frame')).focus({ preventScroll: true });
    });
    this.addEventListener('pointermove', (event) => {
      const canvas = event.target;
      if (!(canvas instanceof HTMLCanvasElement) || !canvas.hasPointerCapture(event.pointerId)) return;
      this.show(moved(this.crop, -event.movementX / this.screenWidth(canvas), -event.movementY / this.screenWidth(canvas)));
    });
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.answer) return;
      event.preventDefault();
      event.stopPropagation();
      this.finish(false);
    }, true);
  }

  /** Width of the frame in the unit of a pointer's movements. @param {HTMLCanvasElement} canvas */
  screenWidth(canvas) {
    return canvas.clientWidth || SHOWN.width;
  }

  /** @param {boolean} yes */
  finish(yes) {
    const answer = this.answer;
    this.answer = null;
    if (answer) answer(yes);
  }

  /** @param {HTMLCanvasElement} canvas @param {{ width: number, height: number }} size */
  paint(canvas, size) {
    const context = canvas.getContext('2d');
    if (!context || !this.photo) return;
    canvas.width = size.width;
    canvas.height = size.height;
    const part = partOf(this.crop);
    // What is transparent lies on white, as the server does it.
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, size.width, size.height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.photo, part.left, part.top, part.width, part.height, 0, 0, size.width, size.height);
  }

  /** @param {import('../lib/crop.js').Crop} crop */
  show(crop) {
    this.crop = crop;
    this.paint(/** @type {HTMLCanvasElement} */ (this.querySelector('canvas')), SHOWN);
    const slider = /** @type {HTMLInputElement} */ (this.querySelector('input'));
    slider.value = String(crop.zoom);
    slider.setAttribute('aria-valuetext', `${Math.round(crop.zoom * 100)} %`);
    for (const [zoom, end] of [[-1, 1], [1, ZOOM_MAX]]) this.querySelector(`[data-zoom="${zoom}"]`)?.setAttribute('aria-disabled', String(crop.zoom === end));
  }

  /**
   * Lets somebody choose the part of a photo. @param {HTMLImageElement} photo @param {Element[]} keep what stays reachable
   * @returns {Promise<Blob | null>} what is in the frame as JPEG, or null when it was left
   */
  async ask(photo, keep) {
    this.finish(false);
    this.photo = photo;
    render(this, html`
      <div class="dialog-scrim" data-answer="no"></div>
      <section class="dialog-box" role="dialog" aria-modal="true" aria-label="${t('staff.photo.crop')}" tabindex="-1">
        <h2 class="dialog-title">${t('staff.photo.crop')}</h2>
        <div class="crop-frame" role="group" tabindex="0" aria-label="${t('staff.photo.frame')}"><canvas aria-hidden="true"></canvas></div>
        <p class="field-hint" aria-hidden="true">${t('staff.photo.frame.hint')}</p>
        <div class="crop-zoom">
          <button type="button" class="button tool" data-kind="plain" data-zoom="-1" aria-label="${t('staff.photo.zoom.out')}">${icon('minus', 22)}</button>
          <input type="range" min="1" max="${ZOOM_MAX}" step="0.05" value="1" aria-label="${t('staff.photo.zoom')}">
          <button type="button" class="button tool" data-kind="plain" data-zoom="1" aria-label="${t('staff.photo.zoom.in')}">${icon('plus', 22)}</button>
        </div>
        <div class="crop-ways">${WAY_BUTTONS.map(([way, drawn, word]) => html`<button type="button" class="button tool" data-kind="plain" data-way="${way}" aria-label="${t(`staff.photo.${word}`)}">${icon(drawn, 22)}</button>`)}</div>
        <div class="dialog-answers">
          <button type="button" class="button" data-kind="plain" data-answer="no">${t('staff.stop')}</button>
          <button type="button" class="button" data-kind="main" data-answer="yes">${t('staff.photo.use')}</button>
        </div>
      </section>`);
    this.hidden = false;
    this.show(startCrop(photo.naturalWidth, photo.naturalHeight));
    const release = holdFocus(this, { keep, first: /** @type {HTMLElement} */ (this.querySelector('.crop-frame')) });
    const yes = await new Promise((/** @type {(yes: boolean) => void} */ resolve) => {
      this.answer = resolve;
    });
    this.hidden = true;
    release();
    const jpeg = yes ? await this.jpeg() : null;
    this.photo = null;
    return jpeg;
  }

  /** @returns {Promise<Blob | null>} */
  jpeg() {
    const canvas = document.createElement('canvas');
    this.paint(canvas, sentSize(this.crop));
    return new Promise((resolve) => {
      canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY);
    });
  }
}

customElements.define('photo-crop', PhotoCrop);

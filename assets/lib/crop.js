// @ts-check
// Which part of a photo is used: a frame of four to three that is never larger than the photo and never leaves it. Pure.

/** How much of the photo's largest frame can be enlarged. */
export const ZOOM_MAX = 4;
/** Pixels across that are sent at most: twice the largest size the server makes. */
const SENT_WIDTH_MAX = 1600;
const PROPORTION = 4 / 3;

/** @typedef {{ width: number, height: number, x: number, y: number, zoom: number }} Crop `x` and `y`: the frame's centre, in pixels of the photo */

/** @param {Crop} crop */
function frameWidth({ width, height, zoom }) {
  return Math.min(width, height * PROPORTION) / zoom;
}

/** @param {number} value @param {number} half  of the frame @param {number} whole  of the photo */
function within(value, half, whole) {
  return Math.min(Math.max(value, half), whole - half);
}

/** Puts the frame back into the photo. @param {Crop} crop @returns {Crop} */
function settled(crop) {
  const half = frameWidth(crop) / 2;
  return { ...crop, x: within(crop.x, half, crop.width), y: within(crop.y, half / PROPORTION, crop.height) };
}

/** The largest frame, in the middle. @param {number} width @param {number} height @returns {Crop} */
export function startCrop(width, height) {
  return { width, height, x: width / 2, y: height / 2, zoom: 1 };
}

/** Moves the frame by parts of its own width. @param {Crop} crop @param {number} right @param {number} down */
export function moved(crop, right, down) {
  const width = frameWidth(crop);
  return settled({ ...crop, x: crop.x + right * width, y: crop.y + down * width });
}

/** @param {Crop} crop @param {number} zoom  1: as much of the photo as fits */
export function zoomed(crop, zoom) {
  return settled({ ...crop, zoom: Math.min(Math.max(zoom, 1), ZOOM_MAX) });
}

/** The part that is used, in pixels of the photo. @param {Crop} crop */
export function partOf(crop) {
  const width = frameWidth(crop);
  const height = width / PROPORTION;
  return { left: crop.x - width / 2, top: crop.y - height / 2, width, height };
}

/** Pixels in which that part is sent; never more than it has. @param {Crop} crop */
export function sentSize(crop) {
  const width = Math.max(1, Math.min(SENT_WIDTH_MAX, Math.round(frameWidth(crop))));
  return { width, height: Math.max(1, Math.round(width / PROPORTION)) };
}

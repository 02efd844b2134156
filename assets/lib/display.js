// @ts-check
// How a page is laid out and looks: form and size of the screen, large text, high contrast, the easy and the low page,
// language; staff's page has only the contrast. It owns the attributes of <html> and nothing else; what follows from them stands in the styles.

const root = document.documentElement;
/** Below this a guest's own device is a phone, however it is held. */
const PHONE_MAX_PX = 600;

let own_phone = false;

/** Screens that can be named at the login, in inches; 0 is a phone or a desk, whose pixels need no measuring. */
export const SCREENS_INCHES = [8, 10.1, 11, 13.3, 0];

/** @returns {'wide' | 'compact' | 'portrait'} */
function form() {
  const { innerWidth: width, innerHeight } = window;
  // The low page has only the lower half, which lies even where the screen stands.
  const height = root.hasAttribute('data-low') ? innerHeight / 2 : innerHeight;
  if (height > width || width < PHONE_MAX_PX || isOwnPhone()) return 'portrait';
  return width >= 1024 ? 'wide' : 'compact';
}

/** Whether this is a guest's own device with a phone's screen. */
function isOwnPhone() {
  return own_phone && Math.min(window.innerWidth, window.innerHeight) < PHONE_MAX_PX;
}

/** Tells that this device is a guest's own, which came in by a QR code; one is laid out as a phone even when it lies on its side. @param {boolean} own */
export function setOwnPhone(own) {
  if (own === own_phone) return;
  own_phone = own;
  apply();
}

export function isPhone() {
  return root.getAttribute('data-page') === 'phone';
}

/** Whether the cart has its own column. */
export function hasCartColumn() {
  return root.getAttribute('data-form') === 'wide' && !root.hasAttribute('data-size');
}

/** Whether the page has the form for small tablets, which lie. */
export function isCompact() {
  return root.getAttribute('data-form') === 'compact';
}

/** Best guess of the screen's size before anybody has named it, in inches. */
export function guessInches() {
  const longer = Math.max(window.innerWidth, window.innerHeight);
  if (Math.min(window.innerWidth, window.innerHeight) < 560) return 0;
  return longer < 1100 ? 8 : longer < 1310 ? 10.1 : longer < 1500 ? 11 : 13.3;
}

/** @param {string} name @param {string | false} value */
function mark(name, value) {
  if (value === false) root.removeAttribute(name);
  else root.setAttribute(name, value);
}

/** How the page was last told to look. */
let shown = { language: 'ko', large: false, contrast: false, easy: false, low: false };
/** @type {number | null} */
let named_inches = null;

/** Brings the attributes into step with the window and with what was chosen. */
function apply() {
  const phone = window.innerWidth < PHONE_MAX_PX || isOwnPhone();
  mark('data-page', phone ? 'phone' : 'guest');
  mark('data-size', shown.large && 'large');
  mark('data-easy', shown.easy && '');
  // A phone is held in the hand: all of it is low.
  mark('data-low', shown.low && !phone && '');
  // Cards lie where letters are large, dishes few or the page is low; on a phone they are rows anyway.
  mark('data-lying', (shown.large || shown.easy || shown.low) && !phone && '');
  mark('data-form', form());
  const size = named_inches === null ? guessInches() : named_inches;
  const diagonal = Math.hypot(window.innerWidth, window.innerHeight);
  // Only the sizes tablets come in are measured; on a desk the millimetres of a 10.1 inch tablet give sound proportions.
  root.style.setProperty('--mm', `${size > 0 ? (diagonal / size / 25.4).toFixed(3) : 5.88}px`);
}

/** Sets form and millimetres after the window. @param {number | null} inches  null: not named */
export function fitScreen(inches) {
  named_inches = inches;
  apply();
}

/** @param {{ language: string, large: boolean, contrast: boolean, easy: boolean, low: boolean }} display */
export function show(display) {
  root.lang = display.language;
  shown = display;
  apply();
  showContrast(display.contrast);
}

const ASKED_CONTRAST = window.matchMedia('(prefers-contrast: more), (forced-colors: active)');

/** Calls back when the device asks for high contrast, or no longer. @param {() => void} changed */
export function onContrastAsked(changed) {
  ASKED_CONTRAST.addEventListener('change', changed);
}

/** High contrast, because somebody chose it or the device asks for it. @param {boolean} wanted */
export function showContrast(wanted) {
  mark('data-contrast', (wanted || ASKED_CONTRAST.matches) && 'high');
}

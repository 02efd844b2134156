// @ts-check
// How a page is laid out and looks: form and size of the screen, large text, high contrast, language; staff's page has
// only the contrast. It owns the attributes of <html> and nothing else; what follows from them stands in the styles.

const root = document.documentElement;

/** Screens that can be named at the login, in inches; 0 is a phone or a desk, whose pixels need no measuring. */
export const SCREENS_INCHES = [8, 10.1, 11, 13.3, 0];

/** @returns {'wide' | 'compact' | 'portrait'} */
function form() {
  const { innerWidth: width, innerHeight: height } = window;
  if (height > width || width < 600) return 'portrait';
  return width >= 1024 ? 'wide' : 'compact';
}

export function isPhone() {
  return root.getAttribute('data-page') === 'phone';
}

/** Whether the cart has its own column. */
export function hasCartColumn() {
  return root.getAttribute('data-form') === 'wide' && !root.hasAttribute('data-size');
}

/** Best guess of the screen's size before anybody has named it, in inches. */
export function guessInches() {
  const longer = Math.max(window.innerWidth, window.innerHeight);
  if (Math.min(window.innerWidth, window.innerHeight) < 560) return 0;
  return longer < 1100 ? 8 : longer < 1310 ? 10.1 : longer < 1500 ? 11 : 13.3;
}

/** Sets form and millimetres after the window. @param {number | null} inches  null: not named */
export function fitScreen(inches) {
  root.setAttribute('data-form', form());
  root.setAttribute('data-page', window.innerWidth < 600 ? 'phone' : 'guest');
  const size = inches === null ? guessInches() : inches;
  const diagonal = Math.hypot(window.innerWidth, window.innerHeight);
  // Only the sizes tablets come in are measured; on a desk the millimetres of a 10.1 inch tablet give sound proportions.
  root.style.setProperty('--mm', `${size > 0 ? (diagonal / size / 25.4).toFixed(3) : 5.88}px`);
}

/** @param {{ language: string, large: boolean, contrast: boolean }} display */
export function show(display) {
  root.lang = display.language;
  if (display.large) root.setAttribute('data-size', 'large');
  else root.removeAttribute('data-size');
  showContrast(display.contrast);
}

/** High contrast, because somebody chose it or the device asks for it. @param {boolean} wanted */
export function showContrast(wanted) {
  const asked = window.matchMedia('(prefers-contrast: more), (forced-colors: active)').matches;
  if (wanted || asked) root.setAttribute('data-contrast', 'high');
  else root.removeAttribute('data-contrast');
}

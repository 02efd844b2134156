// @ts-check
// High contrast, because somebody chose it or the device asks for it. It owns one attribute of <html> and nothing else;
// the styles do the rest.

/** @param {boolean} wanted */
export function showContrast(wanted) {
  const asked = window.matchMedia('(prefers-contrast: more), (forced-colors: active)').matches;
  if (wanted || asked) document.documentElement.setAttribute('data-contrast', 'high');
  else document.documentElement.removeAttribute('data-contrast');
}

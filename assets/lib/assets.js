// @ts-check
// Knows under which versioned prefix this page's files are served; nothing else builds asset addresses.

/** Address of an asset, e.g. `assetUrl('icons.svg')`. @param {string} path  relative to the assets folder */
export function assetUrl(path) {
  return new URL(`../${path}`, import.meta.url).href;
}

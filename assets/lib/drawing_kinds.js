// @ts-check
// The drawings there are for dishes without a photo, by family, in the sequence in which an owner chooses among them.
// One name is one file, dishes/<family>-<variant>.svg.

/** @type {Record<string, string[]>} */
const FAMILIES = {
  stew: ['doen', 'red', 'soon', 'clear', 'budae', 'bone', 'yuk', 'egg'],
  bibim: ['stone', 'brass'],
  rice: ['pork', 'beef', 'kim', 'shrimp', 'plain'],
  noodle: ['cold', 'spicy', 'warm', 'clam', 'deul', 'kong', 'udon'],
  grill: ['belly', 'neck', 'galbi', 'beef', 'chick', 'mush'],
  jeon: ['pa', 'kim', 'nok'],
  plate: ['bossam', 'yuk', 'tofu', 'gol', 'egg', 'tteok', 'muk'],
  fried: ['sweet', 'fry'],
  side: ['mandu', 'onigiri', 'ssam'],
  drink: ['cola', 'cider', 'orange', 'sik', 'mae', 'beer', 'soju', 'mak'],
};

/** All as "stew:red". */
export const DRAWING_KINDS = Object.entries(FAMILIES).reduce(
  (/** @type {string[]} */ all, [family, variants]) => all.concat(variants.map((variant) => `${family}:${variant}`)),
  [],
);

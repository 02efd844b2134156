// @ts-check
// Finds things in a menu and asks the questions the guest page has about them. Pure.

/** @typedef {import('../lib/wire_types.js').Menu} Menu @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/** @typedef {import('../lib/wire_types.js').OptionGroup} OptionGroup @typedef {import('../lib/wire_types.js').MenuOption} MenuOption */

/**
 * @param {Menu | null} menu @param {number} menu_id
 * @returns {{ item: MenuItem, place: number } | null} the item and its category's place, which decides the picture's ground
 */
export function findItem(menu, menu_id) {
  const categories = menu ? menu.categories : [];
  for (let place = 0; place < categories.length; place += 1) {
    const item = categories[place].items.find((one) => one.id === menu_id);
    if (item) return { item, place };
  }
  return null;
}

/** The categories that have something in them. @param {Menu | null} menu */
export function filledCategories(menu) {
  return menu ? menu.categories.filter((category) => category.items.length > 0) : [];
}

/** @param {MenuItem} item @param {number[]} option_ids @returns {MenuOption[]} in the menu's order */
export function chosenOptions(item, option_ids) {
  return item.option_groups.flatMap((group) => group.options).filter((option) => option_ids.includes(option.id));
}

/** Price of one with its options, in won. @param {MenuItem} item @param {number[]} option_ids */
export function unitPrice(item, option_ids) {
  return chosenOptions(item, option_ids).reduce((sum, option) => sum + option.price_delta, item.price);
}

/** Whether something must be chosen before it can be ordered. @param {MenuItem} item */
export function mustChoose(item) {
  return item.option_groups.some((group) => group.min > 0);
}

/** The first group whose minimum is not reached. @param {MenuItem} item @param {number[]} option_ids @returns {OptionGroup | null} */
export function missingGroup(item, option_ids) {
  return item.option_groups.find((group) => countIn(group, option_ids) < group.min) || null;
}

/** @param {OptionGroup} group @param {number[]} option_ids */
export function countIn(group, option_ids) {
  return group.options.filter((option) => option_ids.includes(option.id)).length;
}

/**
 * The choice after a tap on one option: a group of which only one may be chosen switches over, others fill up to their maximum.
 * @param {MenuItem} item @param {number[]} option_ids @param {number} option_id @returns {number[]}
 */
export function toggleOption(item, option_ids, option_id) {
  const group = item.option_groups.find((one) => one.options.some((option) => option.id === option_id));
  if (!group) return option_ids;
  if (option_ids.includes(option_id)) return group.min === 1 && group.max === 1 ? option_ids : option_ids.filter((id) => id !== option_id);
  if (group.max === 1) return [...option_ids.filter((id) => !group.options.some((option) => option.id === id)), option_id];
  return countIn(group, option_ids) >= group.max ? option_ids : [...option_ids, option_id];
}

/** Whether the item itself and each of these options can be had now. @param {MenuItem} item @param {number[]} option_ids */
export function canBeHad(item, option_ids) {
  const known = item.option_groups.flatMap((group) => group.options);
  return item.available && option_ids.every((id) => known.some((option) => option.id === id && option.available));
}

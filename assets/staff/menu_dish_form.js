// @ts-check
// The form of one dish as markup only: what a guest sees, what the law wants to be said, what can be chosen, and whether
// it is on sale (which acts at once, apart from the rest).

import { dishPicture } from '../lib/dish.js';
import { DRAWING_KINDS } from '../lib/drawing_kinds.js';
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { hasText, t } from '../lib/i18n.js';
import { ALLERGENS, BADGES } from './menu_draft.js';
import { areaField, formField, formFrame, namesFields } from './form_field.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp @typedef {import('./menu_draft.js').MenuDraft} MenuDraft */
/** @typedef {import('./menu_draft.js').GroupDraft} GroupDraft @typedef {import('../lib/wire_types.js').MenuItem} MenuItem */
/**
 * @typedef {{ draft: MenuDraft, item: MenuItem | null, until: 'day_end' | null, errors: Record<string, string>, serial: number, choosing_drawing: boolean,
 *   categories: import('../lib/wire_types.js').Category[], photo: ReturnType<typeof import('./dish_photo.js').createDishPhoto> }} DishShown
 */

/** @param {StaffApp} app @param {DishShown} shown */
export function dishForm(app, shown) {
  const { draft, errors, categories } = shown;
  const place = Math.max(0, categories.findIndex((one) => one.id === draft.category_id));
  return formFrame({
    key: `dish-${shown.serial}`, area: 'menu', save: 'saveDish', remove: draft.id !== null && 'removeDish',
    title: (draft.id !== null && draft.name) || t('staff.menu.new'), errors, busy: app.busy.has('dish-save'),
  }, html`
        ${shown.photo.view(draft, shown.item, place, shown.choosing_drawing)}
        <div data-key="drawings">${shown.choosing_drawing && drawingsView(draft, place)}</div>
        ${formField({ name: 'name', label: t('staff.menu.name'), value: draft.name, error: errors.name, act: 'menu.field', maxlength: 100, required: true })}
        <div class="form-pair" data-key="pair">
          ${formField({ name: 'price', label: t('staff.menu.price'), value: draft.price, error: errors.price, act: 'menu.field', inputmode: 'numeric', maxlength: 14, required: true, suffix: t('staff.won') })}
          <div class="field" data-key="category_id"><label for="f-category">${t('staff.menu.category')}</label><select id="f-category" name="category_id" data-change="menu.field">${categories.map((one) => html`<option value="${one.id}" ${one.id === draft.category_id && html`selected`}>${one.name}</option>`)}</select></div>
        </div>
        ${areaField({ name: 'description', label: t('staff.menu.description'), value: draft.description, error: errors.description, act: 'menu.field', maxlength: 500 })}
        ${formField({ name: 'origin', label: t('staff.menu.origin'), value: draft.origin, error: errors.origin, act: 'menu.field', maxlength: 200, hint: t('staff.menu.origin.hint') })}
        ${shown.item && availabilityView(app, shown.item, shown.until)}
        ${groupsView(draft, errors)}
        ${allergensView(draft)}
        <fieldset data-key="badges"><legend>${t('staff.menu.badges')}</legend><div class="chips">${BADGES.map((code) => chip('menu.badge', code, t(`staff.badge.${code}`), draft.badges.includes(code)))}${chip('menu.alcohol', '', t('staff.menu.alcohol'), draft.alcohol)}</div></fieldset>
        ${namesFields(draft.names, 'menu.field', 100, errors)}`);
}

/** @param {string} act @param {string} code @param {string} word @param {boolean} pressed */
function chip(act, code, word, pressed) {
  return html`<button type="button" class="chip" data-act="${act}" data-code="${code}" aria-pressed="${String(pressed)}">${icon('check', 18)}${word}</button>`;
}

/** @param {MenuDraft} draft @param {number} place */
function drawingsView(draft, place) {
  return html`
    <div class="drawings" role="group" aria-label="${t('staff.menu.drawing')}">
      <button type="button" class="drawing" data-act="menu.drawing" aria-pressed="${String(draft.drawing === null)}">${dishPicture({ name: draft.name }, place, 'line')}<span>${t('staff.menu.drawing.guess')}</span></button>
      ${DRAWING_KINDS.map((kind) => html`<button type="button" class="drawing" data-act="menu.drawing" data-kind="${kind}" aria-pressed="${String(draft.drawing === kind)}" aria-label="${hasText(`staff.drawing.${kind}`) ? t(`staff.drawing.${kind}`) : kind}">${dishPicture({ name: kind, drawing: kind }, place, 'line')}</button>`)}
    </div>`;
}

/** On sale or not, at once. @param {StaffApp} app @param {MenuItem} item @param {'day_end' | null} until */
function availabilityView(app, item, until) {
  const counted = item.available && item.remaining !== null;
  const wish = (/** @type {string} */ name, /** @type {boolean} */ pressed) => html`<button type="button" data-act="menu.sell" data-id="${item.id}" data-wish="${name}" aria-pressed="${String(pressed)}">${t(`staff.menu.sell.${name}`)}</button>`;
  return html`
    <fieldset data-key="availability" ${app.busy.has(`sold-${item.id}`) && html`aria-busy="true"`}><legend>${t('staff.menu.availability')}</legend>
      <p class="field-hint">${t(item.available ? (counted ? 'staff.menu.state.counted' : 'staff.menu.state.on') : 'staff.menu.state.off', { n: item.remaining ?? 0 })}</p>
      <div class="segmented" role="group" aria-label="${t('staff.menu.availability')}">${wish('on', item.available && !counted)}${wish('today', !item.available && until === 'day_end')}${wish('open', !item.available && until === null && item.remaining !== 0)}</div>
      <div class="field-with-button"><div class="field"><label for="f-remaining">${t('staff.menu.remaining')}</label><input id="f-remaining" name="remaining" inputmode="numeric" maxlength="5" autocomplete="off" value="${counted ? item.remaining : ''}"></div><button type="button" class="button" data-kind="plain" data-act="menu.sell" data-id="${item.id}" data-wish="count">${t('staff.menu.sell.count')}</button></div>
    </fieldset>`;
}

/** @param {MenuDraft} draft @param {Record<string, string>} errors */
function groupsView(draft, errors) {
  const last = draft.groups.length - 1;
  return html`
    <fieldset class="groups" data-key="groups"><legend>${t('staff.menu.groups')}</legend>
      ${draft.groups.map((group, index) => groupView(group, `option_groups[${index}]`, errors, index === 0, index === last))}
      <button type="button" class="button" data-kind="soft" data-key="add-group" data-act="menu.addGroup">${icon('plus', 20, 3)}${t('staff.menu.group.add')}</button>
    </fieldset>`;
}

/** @param {GroupDraft} group @param {string} at @param {Record<string, string>} errors @param {boolean} first @param {boolean} last */
function groupView(group, at, errors, first, last) {
  const title = group.name || t('staff.menu.group.new');
  return html`
    <section class="group" data-key="${group.key}" aria-label="${title}">
      <div class="group-head">${formField({ name: `group/${group.key}/name`, label: t('staff.menu.group.name'), value: group.name, error: errors[`${at}.name`], act: 'menu.field', maxlength: 100, required: true })}
        <span class="movers">
          <button type="button" class="button tool" data-kind="plain" data-act="menu.moveGroup" data-group="${group.key}" data-step="up" aria-disabled="${String(first)}" aria-label="${t('staff.menu.up', { name: title })}">${icon('up', 22)}</button>
          <button type="button" class="button tool" data-kind="plain" data-act="menu.moveGroup" data-group="${group.key}" data-step="down" aria-disabled="${String(last)}" aria-label="${t('staff.menu.down', { name: title })}">${icon('down', 22)}</button>
          <button type="button" class="button tool" data-kind="plain" data-act="menu.removeGroup" data-group="${group.key}" aria-label="${t('staff.menu.remove', { name: title })}">${icon('trash', 22)}</button>
        </span></div>
      <div class="form-pair" data-key="bounds">
        ${formField({ name: `group/${group.key}/min`, label: t('staff.menu.group.min'), value: group.min, error: errors[`${at}.min`], act: 'menu.field', inputmode: 'numeric', maxlength: 2 })}
        ${formField({ name: `group/${group.key}/max`, label: t('staff.menu.group.max'), value: group.max, error: errors[`${at}.max`], act: 'menu.field', inputmode: 'numeric', maxlength: 2 })}
      </div>
      <p class="field-hint" data-key="rule">${ruleText(group)}</p>
      ${group.options.map((option, index) => html`
        <div class="option" data-key="${option.key}">
          ${formField({ name: `option/${option.key}/name`, label: t('staff.menu.option.name'), value: option.name, error: errors[`${at}.options[${index}].name`], act: 'menu.field', maxlength: 100 })}
          ${formField({ name: `option/${option.key}/price_delta`, label: t('staff.menu.option.delta'), value: option.price_delta, error: errors[`${at}.options[${index}].price_delta`], act: 'menu.field', inputmode: 'text', maxlength: 12 })}
          <span class="option-tools"><button type="button" class="switch" role="switch" aria-checked="${String(option.available)}" data-act="menu.optionSwitch" data-group="${group.key}" data-option="${option.key}" aria-label="${t('staff.menu.switch', { name: option.name || t('staff.menu.option.name') })}"><span class="switch-word">${t(option.available ? 'staff.menu.selling' : 'staff.menu.sold_out')}</span><span class="switch-track"></span></button>
          <button type="button" class="button tool" data-kind="plain" data-act="menu.removeOption" data-group="${group.key}" data-option="${option.key}" aria-label="${t('staff.menu.remove', { name: option.name || t('staff.menu.option.name') })}">${icon('trash', 22)}</button></span>
        </div>`)}
      ${errors[`${at}.options`] && html`<p class="field-error" data-key="options-error">${icon('warn', 20)}<span>${errors[`${at}.options`]}</span></p>`}
      <button type="button" class="button" data-kind="soft" data-key="add-option" data-act="menu.addOption" data-group="${group.key}">${icon('plus', 20, 3)}${t('staff.menu.option.add')}</button>
    </section>`;
}

/** What a guest will have to do. @param {GroupDraft} group */
function ruleText(group) {
  if (group.min === '0') return t('staff.menu.group.rule.optional', { max: group.max });
  if (group.min === group.max) return t('staff.menu.group.rule.exact', { n: group.min });
  return t('staff.menu.group.rule.between', { min: group.min, max: group.max });
}

/** @param {MenuDraft} draft */
function allergensView(draft) {
  const known = draft.allergens !== null;
  return html`
    <fieldset data-key="allergens"><legend>${t('staff.menu.allergens')}</legend>
      <div class="segmented" role="group" aria-label="${t('staff.menu.allergens')}"><button type="button" data-act="menu.allergens" data-known="false" aria-pressed="${String(!known)}">${t('staff.menu.allergens.unknown')}</button><button type="button" data-act="menu.allergens" data-known="true" aria-pressed="${String(known)}">${t('staff.menu.allergens.known')}</button></div>
      ${known && html`<p class="field-hint">${t((draft.allergens || []).length ? 'staff.menu.allergens.some' : 'staff.menu.allergens.none')}</p><div class="chips">${ALLERGENS.concat((draft.allergens || []).filter((code) => !ALLERGENS.includes(code))).map((code) => chip('menu.allergen', code, hasText(`common.allergen.${code}`) ? t(`common.allergen.${code}`) : code, (draft.allergens || []).includes(code)))}</div>`}
    </fieldset>`;
}

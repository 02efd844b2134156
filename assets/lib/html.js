// @ts-check
// The escaping template helper. It owns the only place that turns text into markup (`fragment`);
// nothing else in the pages may set innerHTML. Values are escaped unless they are Markup themselves.
import { patchChildren } from './keyed_list.js';

/** Text that is safe to parse as HTML because every value in it went through `html`. */
export class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Escapes text for element content and for quoted attribute values.
 * @param {unknown} value
 */
export function escapeText(value) {
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

/** @param {unknown} value @returns {string} */
function toText(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(toText).join('');
  if (value === null || value === undefined || value === false || value === true) return '';
  return escapeText(value);
}

/**
 * Template tag: html`<p>${name}</p>`. Arrays are joined; null, undefined and booleans print nothing,
 * so `${wanted && html`…`}` works. Attribute values must be quoted in the template.
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 */
export function html(strings, ...values) {
  let text = strings[0];
  values.forEach((value, index) => {
    text += toText(value) + strings[index + 1];
  });
  return new Markup(text);
}

/** Parses markup into nodes that are not in the page yet. @param {Markup} markup */
export function fragment(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup.text;
  return template.content;
}

/** @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Makes the children of `host` look like `markup` and touches only what differs, so focus, scroll
 * position and typed text stay. Elements are matched by `data-key`, else by place and tag name.
 * @param {Element} host
 * @param {Markup} markup
 */
export function render(host, markup) {
  if (shown.get(host) === markup.text) return;
  shown.set(host, markup.text);
  patchChildren(host, fragment(markup));
}

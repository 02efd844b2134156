// @ts-check
// The escaping template helper, and what brings live nodes into the form of new markup so that an update never loses
// focus, scroll position or typed text. It owns the only place that turns text into markup (`fragment`); nothing else in
// the pages may set innerHTML. Values are escaped unless they are Markup themselves.

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

/** @param {Node | null} node @returns {string | null} */
function keyOf(node) {
  return node instanceof Element ? node.getAttribute('data-key') : null;
}

/** @param {Element} live @param {Element} wanted */
function patchAttributes(live, wanted) {
  for (const { name } of Array.from(live.attributes)) {
    if (name !== 'style' && !wanted.hasAttribute(name)) live.removeAttribute(name);
  }
  for (const { name, value } of Array.from(wanted.attributes)) {
    if (live.getAttribute(name) !== value) live.setAttribute(name, value);
  }
  if (live instanceof HTMLInputElement && (live.type === 'checkbox' || live.type === 'radio')) {
    live.checked = wanted.hasAttribute('checked');
  }
}

/**
 * A custom element owns its children, and so does whatever carries `data-own`: only their attributes are synced.
 * @param {Node} live @param {Node} wanted
 */
function patchNode(live, wanted) {
  if (live instanceof Element && wanted instanceof Element) {
    patchAttributes(live, wanted);
    if (!live.localName.includes('-') && !live.hasAttribute('data-own')) patchChildren(live, wanted);
  } else if (live.nodeValue !== wanted.nodeValue) {
    live.nodeValue = wanted.nodeValue;
  }
}

/** Runs `change` and gives the focus back if moving nodes took it away. @param {() => void} change */
function keepingFocus(change) {
  const active = document.activeElement;
  change();
  if (active instanceof HTMLElement && active !== document.activeElement && active.isConnected) {
    active.focus({ preventScroll: true });
  }
}

/**
 * @param {Node} host  live parent
 * @param {Node} source  parent of the wanted children; it is emptied of the nodes that are new
 */
export function patchChildren(host, source) {
  const wanted = Array.from(source.childNodes);
  const wantedKeys = new Set(wanted.map(keyOf));
  /** @type {Map<string, Node>} */
  const keyed = new Map();
  for (const child of Array.from(host.childNodes)) {
    const key = keyOf(child);
    if (key === null) continue;
    if (wantedKeys.has(key)) keyed.set(key, child);
    else host.removeChild(child);
  }
  keepingFocus(() => {
    /** @type {Node | null} */
    let cursor = host.firstChild;
    for (const node of wanted) {
      const key = keyOf(node);
      let match = key === null ? cursor : keyed.get(key) || null;
      if (match && (match.nodeName !== node.nodeName || (key === null && keyOf(match) !== null))) match = null;
      if (!match) {
        host.insertBefore(node, cursor);
        continue;
      }
      if (match === cursor) cursor = cursor.nextSibling;
      else host.insertBefore(match, cursor);
      patchNode(match, node);
    }
    while (cursor) {
      const next = cursor.nextSibling;
      host.removeChild(cursor);
      cursor = next;
    }
  });
}

/** @type {WeakMap<Element, string>} */
const texts = new WeakMap();

/**
 * Shows `items` as children of `host`, one root element each. Only items whose markup changed are parsed;
 * the others stay as they are, and elements move instead of being made anew.
 * @template T
 * @param {Element} host
 * @param {T[]} items
 * @param {{ key: (item: T) => string | number, markup: (item: T, index: number) => import('./html.js').Markup }} how
 */
export function updateList(host, items, how) {
  /** @type {Map<string, Element>} */
  const live = new Map();
  for (const child of Array.from(host.children)) live.set(keyOf(child) || '', child);
  keepingFocus(() => {
    /** @type {Element | null} */
    let cursor = host.firstElementChild;
    items.forEach((item, index) => {
      const key = String(how.key(item));
      const markup = how.markup(item, index);
      let element = live.get(key);
      live.delete(key);
      if (!element || texts.get(element) !== markup.text) element = freshen(element, key, markup);
      if (element === cursor) cursor = cursor.nextElementSibling;
      else host.insertBefore(element, cursor);
    });
    for (const left of live.values()) left.remove();
  });
}

/**
 * @param {Element | undefined} element @param {string} key @param {import('./html.js').Markup} markup
 * @returns {Element}
 */
function freshen(element, key, markup) {
  const wanted = /** @type {Element} */ (fragment(markup).firstElementChild);
  wanted.setAttribute('data-key', key);
  if (element && element.localName === wanted.localName) patchNode(element, wanted);
  else element = wanted;
  texts.set(element, markup.text);
  return element;
}

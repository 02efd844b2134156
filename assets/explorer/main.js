// @ts-check
// The API explorer: shows what /api/openapi.json describes and sends requests by hand. For developers; the program
// serves it only when built with the feature `api-explorer`.
import { html, render } from '../lib/html.js';

/** @typedef {{name: string, in: string, required?: boolean, description?: string}} Parameter */
/** @typedef {{summary?: string, description?: string, tags?: string[], parameters?: Parameter[], requestBody?: {content?: Record<string, {schema?: Schema}>}}} Operation */
/** @typedef {{$ref?: string, type?: string | string[], properties?: Record<string, Schema>, items?: Schema, required?: string[], enum?: unknown[]}} Schema */
/** @typedef {{info: {title: string, version: string}, paths: Record<string, Record<string, Operation>>, components?: {schemas?: Record<string, Schema>}}} OpenApi */

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const DEPTH_MAX = 6;
/** A stream never ends by itself, so an answer is read for at most this long. */
const READ_MS = 3000;

/**
 * A body to begin with: every required member with a plain value.
 * @param {OpenApi} api @param {Schema | undefined} schema @param {number} depth @returns {unknown}
 */
function sample(api, schema, depth = 0) {
  if (!schema || depth > DEPTH_MAX) return null;
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop() || '';
    return sample(api, api.components && api.components.schemas && api.components.schemas[name], depth + 1);
  }
  if (schema.enum) return schema.enum[0];
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array') return [sample(api, schema.items, depth + 1)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type === 'string') return '';
  if (!schema.properties) return {};
  const required = schema.required || [];
  return Object.fromEntries(required.map((name) => [name, sample(api, (schema.properties || {})[name], depth + 1)]));
}

/** @param {OpenApi} api @param {string} path @param {string} method @param {Operation} operation @param {string} id */
function operationView(api, path, method, operation, id) {
  const body = operation.requestBody && operation.requestBody.content && operation.requestBody.content['application/json'];
  const parameters = operation.parameters || [];
  return html`<details class="explorer-operation" data-path="${path}" data-method="${method}">
    <summary><code>${method.toUpperCase()} ${path}</code><span>${operation.summary || operation.description}</span></summary>
    <form class="explorer-form">
      ${parameters.map((parameter, index) => html`<div class="field">
        <label for="${id}-${index}">${parameter.name} (${parameter.in}${parameter.required ? ', required' : ''})</label>
        <input id="${id}-${index}" name="${parameter.in}:${parameter.name}" autocomplete="off">
      </div>`)}
      ${body && html`<div class="field">
        <label for="${id}-body">Body</label>
        <textarea id="${id}-body" name="body" rows="8" spellcheck="false">${JSON.stringify(sample(api, body.schema), null, 2)}</textarea>
      </div>`}
      <button class="button" data-kind="plain" type="submit">Send</button>
      <pre class="explorer-answer" role="status" tabindex="0" hidden></pre>
    </form>
  </details>`;
}

/** @param {OpenApi} api */
function page(api) {
  /** @type {Map<string, import('../lib/html.js').Markup[]>} */
  const byTag = new Map();
  Object.entries(api.paths).forEach(([path, operations], place) => {
    for (const method of METHODS.filter((known) => operations[known])) {
      const operation = operations[method];
      const tag = (operation.tags && operation.tags[0]) || 'other';
      const view = operationView(api, path, method, operation, `operation-${place}-${method}`);
      byTag.set(tag, [...(byTag.get(tag) || []), view]);
    }
  });
  return html`<h1>${api.info.title} ${api.info.version}</h1>
    <p>Requests go to this server as you send them. Log in on a page first, or send a token from a login's answer.</p>
    <div class="field"><label for="token">Bearer token</label><input id="token" autocomplete="off"></div>
    ${[...byTag].map(([tag, views]) => html`<section><h2>${tag}</h2>${views}</section>`)}`;
}

/** @param {HTMLFormElement} form @param {HTMLElement} operation */
async function send(form, operation) {
  const fields = new FormData(form);
  const query = new URLSearchParams();
  const headers = new Headers();
  let path = operation.dataset.path || '';
  for (const [key, value] of fields) {
    const [place, name] = key.split(':');
    const text = String(value);
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(text));
    if (place === 'query' && text) query.set(name, text);
    if (place === 'header' && text) headers.set(name, text);
  }
  const token = /** @type {HTMLInputElement} */ (document.getElementById('token')).value.trim();
  if (token) headers.set('Authorization', `Bearer ${token}`);
  const body = fields.get('body');
  if (body !== null) headers.set('Content-Type', 'application/json');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), READ_MS);
  const search = query.toString() ? `?${query}` : '';
  const method = (operation.dataset.method || 'get').toUpperCase();
  const answer = await fetch(path + search, { method, headers, body: body === null ? undefined : String(body), signal: stop.signal });
  return `${answer.status} ${answer.statusText}\n${[...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${await readText(answer)}`;
}

/** The answer's text; of a stream, what came before the time was over. @param {Response} answer */
async function readText(answer) {
  if (!answer.body) return '';
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      text += decoder.decode(piece.value, { stream: true });
    }
  } catch (error) {
    text += '\n(reading was stopped)';
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    return text;
  }
}

async function main() {
  const host = /** @type {HTMLElement} */ (document.querySelector('.explorer'));
  const api = /** @type {OpenApi} */ (await (await fetch('/api/openapi.json')).json());
  render(host, page(api));
  host.addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const operation = /** @type {HTMLElement} */ (form.closest('.explorer-operation'));
    const shown = /** @type {HTMLElement} */ (form.querySelector('.explorer-answer'));
    shown.hidden = false;
    shown.textContent = 'Sending.';
    shown.textContent = await send(form, operation).catch((error) => `No answer: ${error}`);
  });
}

main();

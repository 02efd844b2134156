// @ts-check
// How a page asks the server: JSON in and out, time-outs, idempotency keys and one error type for all that can fail.
// It knows no route, repeats nothing by itself and keeps no state; cookies carry the identity.

/** @typedef {{ field: string, message: string }} FieldError */

const DEFAULT_TIMEOUT_MS = 10000;

/** Every way in which a request can fail. Without an answer `status` is 0 and `error_code` NO_ANSWER or TIMED_OUT. */
export class AppError extends Error {
  /**
   * @param {{ error_code: string, status: number, detail?: string, errors?: FieldError[], retry_after?: number | null, body?: any }} problem
   *   `retry_after` in seconds; `body` is the whole problem document
   */
  constructor(problem) {
    super(problem.detail || problem.error_code);
    this.name = 'AppError';
    this.error_code = problem.error_code;
    this.status = problem.status;
    this.detail = problem.detail || '';
    this.errors = problem.errors || [];
    this.retry_after = problem.retry_after || null;
    this.body = problem.body || {};
  }

  /** Whether the server may have carried the write out although no answer says so. With a reason it says that it did not. */
  get outcome_unknown() {
    return this.status === 0 || (this.status >= 500 && !this.body.reason);
  }
}

/** A fresh Idempotency-Key: 32 hex digits. Plain HTTP has no randomUUID, so the bytes come from getRandomValues. */
export function newIdempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Record<string, string | number | boolean | null | undefined>} [query] */
function queryText(query) {
  const pairs = Object.entries(query || {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  if (pairs.length === 0) return '';
  return `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}

/**
 * @typedef {{ query?: Record<string, any>, body?: any, file?: Blob, key?: string, headers?: Record<string, string>, timeout_ms?: number }} RequestOptions
 *   `body` is sent as JSON, `file` as it is; `key` becomes the Idempotency-Key
 */

/** @typedef {ReturnType<typeof createRequests>} Requests */

/** The error that a refusing answer stands for. @param {Response} answer @param {any} body @returns {AppError} */
function refusal(answer, body) {
  const problem = body && typeof body === 'object' ? body : {};
  const wait = Number(answer.headers.get('Retry-After'));
  return new AppError({
    error_code: problem.error_code || (answer.status >= 500 ? 'INTERNAL_ERROR' : 'UNEXPECTED_ANSWER'),
    status: answer.status,
    detail: problem.detail,
    errors: problem.errors,
    retry_after: wait > 0 ? wait : null,
    body: problem,
  });
}

/** @param {{ fetch?: typeof fetch }} [settings] */
export function createRequests(settings = {}) {
  const send = settings.fetch || ((/** @type {any} */ url, /** @type {any} */ init) => fetch(url, init));

  /** The text of an answer, read inside the time-out too: headers alone are no answer. @param {string} url @param {RequestInit} init @param {number} timeout_ms */
  async function fetchText(url, init, timeout_ms) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), timeout_ms);
    try {
      const answer = await send(url, { ...init, signal: controller.signal });
      return { answer, text: await answer.text() };
    } catch (error) {
      const error_code = controller.signal.aborted ? 'TIMED_OUT' : 'NO_ANSWER';
      throw new AppError({ error_code, status: 0, detail: String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer with its body, for those who read its headers. @param {string} method @param {string} path @param {RequestOptions} options */
  async function exchange(method, path, { query, body, file, key, headers, timeout_ms = DEFAULT_TIMEOUT_MS }) {
    /** @type {Record<string, string>} */
    const all = { Accept: 'application/json', ...headers };
    if (body !== undefined) all['Content-Type'] = 'application/json';
    if (key) all['Idempotency-Key'] = key;
    const { answer, text } = await fetchText(path + queryText(query), { method, headers: all, body: file || JSON.stringify(body), credentials: 'same-origin' }, timeout_ms);
    /** @type {any} */
    let read = null;
    try {
      read = text === '' ? null : JSON.parse(text);
    } catch {
      // Not JSON: a proxy or a half answer. It counts as no readable answer.
      if (answer.ok) throw new AppError({ error_code: 'NO_ANSWER', status: 0, detail: 'the answer was not JSON' });
    }
    if (!answer.ok && answer.status !== 304) throw refusal(answer, read);
    return { answer, body: read };
  }

  /** @param {string} method @param {string} path @param {RequestOptions} [options] @returns {Promise<any>} */
  async function request(method, path, options = {}) {
    return (await exchange(method, path, options)).body;
  }

  const get = (/** @type {string} */ path, /** @type {Record<string, any>} */ query = {}, timeout_ms = DEFAULT_TIMEOUT_MS) => request('GET', path, { query, timeout_ms });

  return { exchange, request, get };
}

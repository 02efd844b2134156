// @ts-check
// The routes of staff, one function each, beside those of a guest's page.
import { guestRoutes } from './guest_routes.js';
import { AppError, createRequests, newIdempotencyKey } from './requests.js';

export { AppError, newIdempotencyKey };

/** History may wait 5 s in the server for their view. */
const REPORT_TIMEOUT_MS = 20000;
/** A photo of 10 MB on a shop's Wi-Fi, and the server's work on it. */
const PHOTO_TIMEOUT_MS = 90000;
/** Pause before a write without an answer is sent again: about what a restart takes. */
const REPEAT_AFTER_MS = 1000;

/** @param {{ as?: 'table' | 'staff', fetch?: typeof fetch }} [settings]  `as`: whose cookie shared routes shall read */
export function createApiClient(settings = {}) {
  const requests = createRequests(settings);
  const { request, get } = requests;
  const as = settings.as || 'table';

  /**
   * A write by staff. It carries a key, so one that got no answer (a connection that died meanwhile, a restart) is sent
   * once more and still counts once.
   * @param {string} method @param {string} path @param {import('./requests.js').RequestOptions} [options]
   */
  async function write(method, path, options = {}) {
    const keyed = { ...options, key: options.key || newIdempotencyKey() };
    try {
      return await request(method, path, keyed);
    } catch (error) {
      if (!(error instanceof AppError) || error.error_code !== 'NO_ANSWER') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REPEAT_AFTER_MS));
    return request(method, path, keyed);
  }

  return {
    request,
    ...guestRoutes(requests, as),
    setup: (/** @type {any} */ body) => request('POST', '/api/setup', { body }),
    /** How the program is, also while it does not do its work. @returns {Promise<import('./wire_types.js').Health>} */
    health: () => get('/health').catch((/** @type {any} */ error) => {
      if (error.body && error.body.alerts) return error.body;
      throw error;
    }),
    adminLogin: (/** @type {{ store: string, username: string, password: string }} */ body) => request('POST', '/api/auth/admin/login', { body }),

    // Staff: orders and tables
    adminOrders: (/** @type {{ table_id?: number, status?: string, limit?: number, cursor?: string }} */ query = {}) => get('/api/admin/orders', query),
    setOrderStatus: (/** @type {number} */ id, /** @type {{ status: string, reason?: string }} */ body, /** @type {string | undefined} */ key = undefined) => write('PATCH', `/api/admin/orders/${id}/status`, { body, key }),
    checkIdentity: (/** @type {number} */ id, /** @type {boolean} */ passed) => write('PATCH', `/api/admin/orders/${id}/identity`, { body: { passed } }),
    deleteOrder: (/** @type {number} */ id) => write('DELETE', `/api/admin/orders/${id}`),
    tables: () => get('/api/admin/tables'),
    createTable: (/** @type {any} */ body) => write('POST', '/api/admin/tables', { body }),
    changeTable: (/** @type {number} */ id, /** @type {any} */ body) => write('PATCH', `/api/admin/tables/${id}`, { body }),
    deleteTable: (/** @type {number} */ id) => write('DELETE', `/api/admin/tables/${id}`),
    completeTable: (/** @type {number} */ id, /** @type {{ force?: boolean }} */ body = {}, /** @type {string | undefined} */ key = undefined) => write('POST', `/api/admin/tables/${id}/complete`, { body, key }),
    seatTable: (/** @type {number} */ id) => write('POST', `/api/admin/tables/${id}/seat`, { body: {} }),
    offerPairing: (/** @type {number} */ id) => write('POST', `/api/admin/tables/${id}/pairing`, { body: {} }),
    sticker: (/** @type {number} */ id) => get(`/api/admin/tables/${id}/sticker`),
    tableHistory: (/** @type {number} */ id, /** @type {any} */ query = {}) => get(`/api/admin/tables/${id}/history`, query, REPORT_TIMEOUT_MS),
    history: (/** @type {any} */ query = {}) => get('/api/admin/history', query, REPORT_TIMEOUT_MS),
    adminCalls: () => get('/api/admin/calls'),
    resolveCall: (/** @type {number} */ id) => write('POST', `/api/admin/calls/${id}/resolve`),
    losses: () => get('/api/admin/losses'),
    confirmLosses: () => write('POST', '/api/admin/losses/confirm'),
    staffStreamPath: () => '/api/admin/orders/stream',

    // Staff: menu
    categories: () => get('/api/admin/categories'),
    createCategory: (/** @type {any} */ body) => write('POST', '/api/admin/categories', { body }),
    changeCategory: (/** @type {number} */ id, /** @type {any} */ body) => write('PATCH', `/api/admin/categories/${id}`, { body }),
    deleteCategory: (/** @type {number} */ id) => write('DELETE', `/api/admin/categories/${id}`),
    orderCategories: (/** @type {number[]} */ ids) => write('PUT', '/api/admin/categories/order', { body: { ids } }),
    adminMenus: (/** @type {any} */ query = {}) => get('/api/admin/menus', query),
    adminMenu: (/** @type {number} */ id) => get(`/api/admin/menus/${id}`),
    createMenuItem: (/** @type {any} */ body) => write('POST', '/api/admin/menus', { body }),
    changeMenuItem: (/** @type {number} */ id, /** @type {any} */ body) => write('PATCH', `/api/admin/menus/${id}`, { body }),
    deleteMenuItem: (/** @type {number} */ id) => write('DELETE', `/api/admin/menus/${id}`),
    orderMenuItems: (/** @type {number[]} */ ids) => write('PUT', '/api/admin/menus/order', { body: { ids } }),
    putMenuImage: (/** @type {number} */ id, /** @type {Blob} */ file) => write('PUT', `/api/admin/menus/${id}/image`, { file, timeout_ms: PHOTO_TIMEOUT_MS }),
    deleteMenuImage: (/** @type {number} */ id) => write('DELETE', `/api/admin/menus/${id}/image`),
    setAvailability: (/** @type {number} */ id, /** @type {{ available: boolean, remaining: number | null, until: 'day_end' | null }} */ body) => write('PUT', `/api/admin/menus/${id}/availability`, { body }),
  };
}

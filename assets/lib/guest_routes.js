// @ts-check
// The routes a guest page uses, one function each; the staff page has them too.
/**
 * @param {import('./requests.js').Requests} requests
 * @param {'table' | 'staff'} as  whose cookie the routes shared by both shall read
 */
export function guestRoutes({ exchange, request, get }, as) {
  const shared = { as };

  return {
    // Identity
    /** @returns {Promise<import('./wire_types.js').TableLogin>} */
    tableLogin: (/** @type {{ store: string, table_number: number, password: string }} */ body) => request('POST', '/api/auth/table/login', { body }),
    /** Renews by the device cookie. @returns {Promise<import('./wire_types.js').TableLogin>} */
    tableRenew: () => request('POST', '/api/auth/table/renew', { body: {} }),

    /** A tablet, by the digits staff see or the secret of their link. @returns {Promise<import('./wire_types.js').TableLogin>} */
    tablePair: (/** @type {{ code: string } | { secret: string }} */ body) => request('POST', '/api/auth/table/pair', { body }),
    /** A guest's own phone, by the key of a QR code and, where it is asked for, the tablet's digits. @returns {Promise<import('./wire_types.js').TableLogin>} */
    phoneLogin: (/** @type {{ key: string, code?: string }} */ body) => request('POST', '/api/auth/phone/login', { body }),
    /** How phones come in at this tablet's table. @returns {Promise<import('./wire_types.js').PhoneLink>} */
    phoneLink: () => get('/api/phone'),
    me: () => get('/api/auth/me', shared),
    logout: () => request('POST', '/api/auth/logout', { query: shared }),

    // Guests
    /**
     * @param {string} [etag]  of the menu already held
     * @returns {Promise<{ menu: import('./wire_types.js').Menu, etag: string } | null>} null: unchanged
     */
    async menus(etag) {
      /** @type {Record<string, string>} */
      const headers = etag ? { 'If-None-Match': etag } : {};
      const { answer, body } = await exchange('GET', '/api/menus', { query: shared, headers });
      return answer.status === 304 ? null : { menu: body, etag: answer.headers.get('ETag') || '' };
    },
    /** @returns {Promise<import('./wire_types.js').Order>} */
    createOrder: (/** @type {import('./wire_types.js').OrderWish} */ body, /** @type {string} */ key, timeout_ms = 8000) => request('POST', '/api/orders', { body, key, timeout_ms }),
    /** @returns {Promise<import('./wire_types.js').Call>} */
    createCall: (/** @type {{ kind: string, note?: string }} */ body, /** @type {string} */ key) => request('POST', '/api/calls', { body, key }),
    /** @returns {Promise<import('./wire_types.js').SyncAnswer>} */
    sync: (/** @type {number | null} */ after, /** @type {string | null} */ lineage) => get('/api/sync', { after, lineage, ...shared }),
    tableStreamPath: (/** @type {number} */ table_id) => `/api/sse/orders/${table_id}`,
  };
}

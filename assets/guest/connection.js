// @ts-check
// The page's way to the server: the login that renews itself by the device's credential, the menu that is fetched anew
// when it changed, and the stream. It turns what comes in into actions; it draws nothing.
import { isConnected } from '../lib/event_stream.js';
import { setTimeZone } from '../lib/guest_format.js';
import { guestRoutes } from '../lib/guest_routes.js';
import { PAGE_VERSION } from '../lib/page_version.js';
import { AppError, createRequests } from '../lib/requests.js';
import { SharedStream } from '../lib/shared_stream.js';

/** After this without a sign of life guests are sent to staff instead of waiting. */
const CUT_OFF_AFTER_MS = 45000;

/**
 * `onLeft`: a phone's visit is over, or else the tablet's credential was taken back. `phoneLogin`: the login of a phone
 * that scanned another code in another tab; null where there is none.
 * @param {{ dispatch: (action: any) => void, onLogin: (login: import('../lib/wire_types.js').TableLogin) => void, onLeft: (phone: boolean) => void, phoneLogin: () => Promise<import('../lib/wire_types.js').TableLogin> | null,
 *   onEvent: (event: import('../lib/wire_types.js').WireEvent) => void, onSnapshot: (snapshot: import('../lib/wire_types.js').Snapshot) => void,
 *   onConnection: (connection: import('../lib/event_stream.js').StreamState) => void }} page
 */
export function connect(page) {
  const api = guestRoutes(createRequests(), 'table');
  /** @type {SharedStream | null} */
  let stream = null;
  /** @type {Promise<any> | null} */
  let renewal = null;
  let etag = '';
  let menu_version = -1;
  let menu_loading = false;
  let menu_stale = false;
  /** @type {any} */
  let cut_off = null;
  /** Whether this is a guest's own phone, whose login is never renewed. */
  let phone = false;

  /** @param {import('../lib/wire_types.js').TableLogin} login */
  function enter(login) {
    phone = !login.device_token;
    setTimeZone(login.store.time_zone);
    page.onLogin(login);
    openStream(login.store.slug, login.table.id);
  }

  /** @param {string} store @param {number} table_id */
  function openStream(store, table_id) {
    const path = api.tableStreamPath(table_id);
    if (stream && stream.settings.path === path) return;
    if (stream) stream.stop();
    /** Another tab has logged this browser in at another table: that is now this page's table too. @param {number | undefined} told */
    const isForeign = (told) => {
      if (told === undefined || told === table_id) return false;
      renew().catch(() => {});
      return true;
    };
    const opened = new SharedStream({
      path,
      channel: `${PAGE_VERSION} ${store} table ${table_id}`,
      hidden: document.visibilityState !== 'visible',
      rests_hidden: true,
      sync: (after, lineage) => withLogin(() => api.sync(after, lineage)),
      onSnapshot: (snapshot) => {
        if (isForeign(snapshot.table && snapshot.table.id)) return;
        page.onSnapshot(snapshot);
        if (snapshot.menu_version !== menu_version) loadMenu();
      },
      onEvent: (event) => {
        if (isForeign(event.table_id)) return;
        page.onEvent(event);
        if (event.type === 'menu_changed') loadMenu();
      },
      onState: (connection) => {
        page.onConnection(connection);
        clearTimeout(cut_off);
        if (isConnected(connection)) return;
        const heard_ago_ms = opened.now() - opened.heard_at;
        cut_off = setTimeout(() => page.dispatch({ type: 'cut_off' }), CUT_OFF_AFTER_MS - heard_ago_ms);
      },
    });
    stream = opened;
    opened.start();
  }

  /** One renewal at a time, whoever asks. A credential that is refused ends the login. */
  function renew() {
    if (!renewal) {
      renewal = (phone ? page.phoneLogin() || Promise.reject(new AppError({ error_code: 'AUTH_ERROR', status: 401 })) : api.tableRenew()).then(enter).catch((error) => {
        if (error.status === 401 || error.status === 403) lose();
        throw error;
      }).finally(() => {
        renewal = null;
      });
    }
    return renewal;
  }

  /**
   * Does a request; when the login has run out it is renewed and the request done once more.
   * @template T @param {() => Promise<T>} request @returns {Promise<T>}
   */
  async function withLogin(request) {
    try {
      return await request();
    } catch (error) {
      if (/** @type {any} */ (error).status !== 401) throw error;
      await renew();
      return request();
    }
  }

  /** Fetches the menu unless it is the one already held; only one request at a time, and one more if it changed meanwhile. */
  async function loadMenu() {
    // An answer under way may be older than the change that was just told.
    menu_stale = true;
    if (menu_loading) return;
    menu_loading = true;
    try {
      while (menu_stale) {
        menu_stale = false;
        const answer = await withLogin(() => api.menus(etag));
        if (!answer) continue;
        etag = answer.etag;
        menu_version = answer.menu.version;
        page.dispatch({ type: 'menu_loaded', menu: answer.menu });
      }
    } catch (error) {
      page.dispatch({ type: 'menu_failed' });
      // Not knowing what is sold out is worse than asking again; a lost login has its own way.
      if (/** @type {any} */ (error).status !== 401) setTimeout(loadMenu, 5000);
    } finally {
      menu_loading = false;
    }
  }

  /** The login is no more. */
  function lose() {
    leave();
    page.onLeft(phone);
  }

  function leave() {
    if (stream) stream.stop();
    stream = null;
    clearTimeout(cut_off);
    etag = '';
    menu_version = -1;
  }

  return {
    api,
    withLogin,
    renew,
    loadMenu,
    leave,
    lose,
    /** Comes in by another login; what was there before stays until it is granted. @param {() => Promise<import('../lib/wire_types.js').TableLogin>} ask */
    async enterBy(ask) {
      const login = await ask();
      leave();
      enter(login);
      loadMenu();
    },
    /** The page was shown or hidden. @param {boolean} hidden */
    look: (hidden) => stream && stream.look(hidden),
    /** The page is left. */
    rest: () => stream && stream.stop(),
    /** Seconds since the server was heard; null: never. */
    heard_s: () => (stream && stream.heard_at > 0 ? Math.round((performance.now() - stream.heard_at) / 1000) : null),
  };
}

// @ts-check
// The page's link to its table at the server: what comes in becomes acts of the page, and the one order under way is sent.
import { isConnected } from '../lib/event_stream.js';
import { t } from '../lib/i18n.js';
import { watchVersion } from '../lib/page_version.js';
import { parseCart } from './cart.js';
import { connect } from './connection.js';
import { keptNames, recall, remember } from './keeping.js';
import { OrderSending } from './order_sending.js';
import { announce, cell, dispatch, now, toast, touch } from './page.js';

/** Names under which this table's cart and attempt are kept, the server's version, and the key that let a phone in; empty until they are known. */
export const kept = { cart: '', attempt: '', server_version: '', phone: '' };
/** Whether the server was there before. */
let was_connected = false;

/** What a refusal of an order means to guests; others speak for themselves. @type {Record<string, string>} */
const REFUSALS = { SESSION_ENDED: 'ended', CONFLICT: 'ended', MENU_NOT_AVAILABLE: 'sold_out', SERVICE_UNAVAILABLE: 'closed' };

/** A phone keeps nothing of a visit that is over. */
function forgetVisit() {
  for (const name of [kept.cart, kept.attempt]) remember(name, null);
  // Another code may have been scanned meanwhile in another tab.
  const phone = recall('phone');
  if (phone && phone.key === kept.phone) remember('phone', null);
}

export const server = connect({
  dispatch,
  phoneLogin() {
    const phone = recall('phone');
    return phone && phone.key !== kept.phone && phone.login ? Promise.resolve(phone.login) : null;
  },
  onLogin(login) {
    const phone = login.device_token ? null : recall('phone');
    kept.phone = phone ? phone.key : '';
    if (!phone) remember('paired', true);
    const names = keptNames(login.store, login.table, phone ? `${phone.key}.${phone.code || ''}` : '');
    // What is under way for another table must not be repeated at this one.
    if (names.attempt !== kept.attempt) sending.stop();
    Object.assign(kept, names);
    dispatch({ type: 'logged_in', store: login.store, table: login.table, guest_page: login.guest_page, phone: !login.device_token, cart: parseCart(recall(kept.cart)) });
    sending.resume();
  },
  onLeft(phone) {
    sending.stop();
    if (phone) forgetVisit();
    dispatch({ type: 'login_needed', login: phone ? { by: 'phone', reason: 'visit_over' } : recall('paired') ? { notice: t('guest.pair.revoked') } : {} });
  },
  onSnapshot(snapshot) {
    dispatch({ type: 'initial', snapshot });
    kept.server_version = snapshot.server_version;
  },
  onConnection(connection) {
    const { state } = cell;
    if (isConnected(connection) && !isConnected(state.connection)) {
      if (was_connected) lookForVersion();
      was_connected = true;
    }
    dispatch({ type: 'connection', connection });
  },
  onEvent(event) {
    dispatch(event);
    if (event.type === 'identity_checked') announce(t(event.data.passed ? 'guest.announce.identity' : 'guest.history.cancelled_identity'));
    if (event.type === 'session_completed') {
      sending.sessionEnded(event.data.session_id);
      if (cell.state.phone) server.lose();
    }
    if (event.type === 'order_status_changed') announce(t('guest.announce.status', { number: event.data.order.number, status: t(`common.status.${event.data.order.status}`) }));
    if (event.type === 'call_resolved') {
      dispatch({ type: 'call_seen', kind: event.data.call.kind, at_ms: now() });
      announce(t('guest.call.seen'));
    }
  },
});

export const sending = new OrderSending({
  createOrder: (body, key) => server.withLogin(() => server.api.createOrder(body, key)),
  keeping: {
    load: () => kept.attempt && recall(kept.attempt),
    save: (attempt) => kept.attempt && remember(kept.attempt, attempt),
    clear: () => kept.attempt && remember(kept.attempt, null),
  },
  onPhase: (phase) => dispatch({ type: 'sending_phase', phase }),
  onConfirmed(order) {
    dispatch({ type: 'sending_confirmed', order });
    announce(t('guest.announce.ordered', { number: order.number }));
  },
  onRefused(error) {
    const kind = error ? REFUSALS[error.error_code] || 'refused' : 'gave_up';
    const detail = !error || kind !== 'refused' ? '' : error.status === 404 ? t('guest.refused.gone') : error.detail;
    dispatch({ type: 'sending_refused', refusal: { kind, detail } });
    if (kind === 'ended' || (kind === 'gave_up' && cell.state.cart.lines.length === 0)) toast.show({ text: t(`guest.refused.${kind}`) });
    server.loadMenu();
  },
});

/** A newer server has newer pages; they are taken when nobody is at the tablet. */
const lookForVersion = watchVersion(() => {
  const { state } = cell;
  return !state.sheet && !state.sending && !state.result && now() - touch.at_ms > 60000;
});

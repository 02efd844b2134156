// @ts-check
// The shapes that travel between server and pages, as types only; there is no code here and no page loads it.

/**
 * @typedef {'pending' | 'preparing' | 'completed' | 'cancelled'} OrderStatus
 * @typedef {{ id: number, number: number }} TableRef
 * @typedef {{ id: number, name: string, price_delta: number }} OrderOption
 * @typedef {{ id: number, menu_id: number, menu_name: string, options: OrderOption[], unit_price: number, quantity: number,
 *   subtotal: number, note: string | null, status: OrderStatus, identity_check?: 'waiting' | 'passed' | 'refused' | null }} OrderItem
 * @typedef {{ id: number, number: string, table: TableRef, session_id: number, status: OrderStatus, items: OrderItem[], total: number,
 *   note: string | null, business_day: string, created_at: string, updated_at: string, cancel_reason?: string | null, key?: string }} Order
 * @typedef {{ id: number, table_id: number, visit?: number | null, started_at: string, expires_at?: string | null, order_count: number,
 *   total: number, identity_checked?: boolean }} Session
 * @typedef {{ id: number, table: TableRef, session_id: number | null, kind: string, note: string | null, status: 'open' | 'resolved',
 *   created_at: string, resolved_at: string | null, resolved_by: number | null }} Call
 * @typedef {{ id: number, number: number, label: string | null }} TableIdentity
 * @typedef {{ id: number, number: number, label: string | null, seats: number | null, session: Session | null, total: number,
 *   open_orders: number, latest_order: Order | null, last_contact: string | null }} StaffTable
 * @typedef {{ slug: string, name: string, currency: string, time_zone: string }} StoreIdentity
 * @typedef {Record<string, string | null> | null} Translations
 * @typedef {{ id: number, name: string, names?: Translations, price_delta: number, available: boolean }} MenuOption
 * @typedef {{ id: number, name: string, names?: Translations, min: number, max: number, options: MenuOption[] }} OptionGroup
 * @typedef {{ small: string, medium: string, large: string }} MenuImage
 * @typedef {{ id: number, name: string, names?: Translations, description: string | null, descriptions?: Translations, price: number,
 *   image: MenuImage | null, drawing?: string | null, available: boolean, remaining: number | null, badges: string[], origin: string | null,
 *   allergens: string[] | null, alcohol: boolean, option_groups: OptionGroup[] }} MenuItem
 * @typedef {{ id: number, name: string, names?: Translations, sort: number, items: MenuItem[] }} Category
 * @typedef {{ version: number, categories: Category[] }} Menu
 * @typedef {{ seq: number, lineage: string, server_version: string, business_day: string, menu_version: number, tables?: StaffTable[],
 *   table?: any, session?: Session | null, orders: Order[], orders_more: boolean, calls: Call[], total: number }} Snapshot
 * @typedef {{ seq: number, type: string, at: string, store: string, table_id?: number, data: any }} WireEvent
 * @typedef {{ last_event_id: number, events: WireEvent[], more: boolean, snapshot: Snapshot | null, lineage?: string }} SyncAnswer
 * @typedef {{ code: string, store: string | null, text: string }} Alert
 * @typedef {{ durable_seq: number, view: 'opening' | 'rebuilding' | 'ready', view_applied_seq: number | null }} StoreHealth
 * @typedef {{ status: 'ok' | 'degraded', notes: string[], alerts: Alert[], stores: Record<string, StoreHealth> }} Health
 * @typedef {{ first_seq: number, last_seq: number, after: string | null, before: string | null, effect_kept: boolean, confirmed: boolean }} Loss
 * @typedef {{ menu_id: number, quantity: number, options: number[], note?: string }} OrderLineWish
 * @typedef {{ items: OrderLineWish[], note?: string, session_id?: number }} OrderWish
 * @typedef {{ result_seconds: number, idle_seconds: number, phones: 'off' | 'code' | 'seated', free_notes: boolean }} GuestPageSettings
 * @typedef {{ mode: 'off' | 'code' | 'seated', url: string | null, code: string | null, qr: string | null }} PhoneLink
 * @typedef {{ token: string, token_type: string, expires_in: number, device_token?: string, store: StoreIdentity, table: TableIdentity,
 *   session: Session | null, guest_page?: GuestPageSettings }} TableLogin
 */

export {};

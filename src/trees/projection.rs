//! What each event changes in the trees. It works from the events' after-images and from the view's own rows, never
//! from the store's state.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::Encoders;
use super::codec::{decode, encode};
use super::error::TreesError;
use super::keys::{self, Place};
use super::rows::{Mark, SessionRow, TableRow};
use super::tree_writer::TreeWriter;
use super::view::View;
use crate::domain::event::{Commit, CompletedSession, Event};
use crate::domain::ids::{OrderId, Seq, SessionId};
use crate::domain::menu::{Category, MenuChange, MenuItem};
use crate::domain::money::Money;
use crate::domain::order::Order;

/// The view and its writing side. Only the writer's thread has it.
pub(super) struct Projection {
    /// What readers read.
    pub(super) view: Arc<View>,
    encoders: Encoders,
    menus: TreeWriter,
    tables: TreeWriter,
    sessions: TreeWriter,
    orders: TreeWriter,
    history: TreeWriter,
    applied: Seq,
    /// Built from the first event on by this process. Rows that an event presupposes are then missing only because the
    /// journal lost their commits; otherwise their absence means that the trees lost them.
    from_the_start: bool,
}

impl Projection {
    /// Goes on where the marks stand; the trees are behind by what the one furthest behind lacks.
    pub(super) fn new(view: Arc<View>, marks: [Mark; 5], encoders: Encoders) -> Self {
        let [menus, tables, sessions, orders, history] = marks;
        let applied = marks.iter().map(|mark| mark.applied).min().unwrap_or_default();
        Self {
            menus: TreeWriter::new(view.menus.clone(), menus),
            tables: TreeWriter::new(view.tables.clone(), tables),
            sessions: TreeWriter::new(view.sessions.clone(), sessions),
            orders: TreeWriter::new(view.orders.clone(), orders),
            history: TreeWriter::new(view.history.clone(), history),
            view,
            encoders,
            applied,
            from_the_start: marks.iter().all(|mark| mark.applied == Seq::default()),
        }
    }

    /// Writes the first marks of new trees, so that empty trees without marks can only be damaged ones.
    pub(super) fn write_first_marks(&mut self) -> Result<(), TreesError> {
        for tree in self.writers() {
            tree.write_first_mark()?;
        }
        Ok(())
    }

    /// Events up to this one are in every tree.
    pub(super) const fn applied(&self) -> Seq {
        self.applied
    }

    /// Passes over seqs that the journal cannot give any more.
    pub(super) fn pass_over(&mut self, seq: Seq) {
        self.applied = self.applied.max(seq);
    }

    /// Applies commits in order, each tree in one batch. Answers how many bytes of rows it wrote.
    pub(super) fn apply(&mut self, commits: &[Arc<Commit>]) -> Result<usize, TreesError> {
        for commit in commits {
            for (seq, event) in (commit.seq.get()..).map(Seq::new).zip(&commit.events) {
                self.apply_event(seq, event)?;
            }
            self.applied = self.applied.max(commit.last_seq());
        }
        let mut bytes = 0;
        let applied = self.applied;
        for tree in self.writers() {
            bytes += tree.write(applied)?;
        }
        Ok(bytes)
    }

    /// Writes marks that lag behind because their trees did not change.
    pub(super) fn write_marks(&mut self) -> Result<(), TreesError> {
        let applied = self.applied;
        for tree in self.writers() {
            tree.write_mark(applied)?;
        }
        Ok(())
    }

    /// In the order they are written: the history takes orders over, so it comes before orders are taken out.
    fn writers(&mut self) -> [&mut TreeWriter; 5] {
        [&mut self.history, &mut self.orders, &mut self.sessions, &mut self.tables, &mut self.menus]
    }

    fn apply_event(&mut self, seq: Seq, event: &Event) -> Result<(), TreesError> {
        match event {
            Event::MenuChanged { version, change } if !self.menus.has(seq) => self.change_menu(*version, change)?,
            Event::TableChanged(table) if !self.tables.has(seq) => {
                self.tables.put(keys::table(table.id), encode(&TableRow::from(&**table)));
            }
            Event::TableRemoved(id) if !self.tables.has(seq) => self.tables.remove(keys::table(*id)),
            Event::SessionStarted(session) if !self.sessions.has(seq) => {
                self.sessions.put(keys::session(session.id), encode(&SessionRow::from(session)));
            }
            Event::ExpirySuspended { sessions } => {
                for id in sessions {
                    self.change_session(seq, *id, |session| session.expiry_suspended = true)?;
                }
            }
            Event::OrderCreated { order, table_total } => {
                if !self.orders.has(seq) {
                    self.put_order(order);
                }
                self.set_total(seq, order.session_id, *table_total)?;
            }
            Event::OrderStatusChanged { order, table_total, .. }
            | Event::IdentityChecked { order, table_total, .. } => {
                if !self.orders.has(seq) && self.expect_order(order.session_id, order.id)? {
                    self.put_order(order);
                }
                self.set_total(seq, order.session_id, *table_total)?;
            }
            Event::OrderDeleted { order_id, session_id, table_total, .. } => {
                if !self.orders.has(seq) && self.expect_order(*session_id, *order_id)? {
                    self.orders.remove(keys::order(*session_id, *order_id));
                }
                self.set_total(seq, *session_id, *table_total)?;
            }
            Event::SessionCompleted(completed) => self.complete_session(seq, completed)?,
            // Users, logins, tablets and calls are asked of the store's state, never of the trees.
            _ => {}
        }
        Ok(())
    }

    fn put_order(&mut self, order: &Order) {
        self.orders.put(keys::order(order.session_id, order.id), (self.encoders.order)(order));
    }

    fn expect_order(&self, session: SessionId, order: OrderId) -> Result<bool, TreesError> {
        let there = self.orders.contains(&keys::order(session, order))?;
        if there { Ok(true) } else { self.missing(&format!("order {order}")).map(|()| false) }
    }

    fn set_total(&mut self, seq: Seq, session: SessionId, total: Money) -> Result<(), TreesError> {
        self.change_session(seq, session, |session| session.total = total)
    }

    fn change_session(
        &mut self,
        seq: Seq,
        id: SessionId,
        change: impl FnOnce(&mut SessionRow),
    ) -> Result<(), TreesError> {
        if self.sessions.has(seq) {
            return Ok(());
        }
        let key = keys::session(id);
        let Some(row) = self.sessions.get(&key)? else { return self.missing(&format!("session {id}")) };
        let mut session: SessionRow = decode(&row)?;
        change(&mut session);
        self.sessions.put(key, encode(&session));
        Ok(())
    }

    fn complete_session(&mut self, seq: Seq, completed: &CompletedSession) -> Result<(), TreesError> {
        if !self.history.has(seq) {
            if self.orders.has(seq) {
                return Err(TreesError::Damaged("the orders are ahead of the history that takes them over".to_owned()));
            }
            // The history tells what was sold, or deleted. A party that was seated and left is in the journal alone.
            if completed.ordered {
                self.put_history(completed)?;
            }
        }
        if !self.orders.has(seq) {
            for key in self.orders.keys(keys::orders_of(completed.session_id))? {
                self.orders.remove(key);
            }
        }
        if !self.sessions.has(seq) {
            self.sessions.remove(keys::session(completed.session_id));
        }
        Ok(())
    }

    /// The page's JSON of a finished session, ready to be sent, and its table's pointer to it.
    fn put_history(&mut self, completed: &CompletedSession) -> Result<(), TreesError> {
        let mut json = (self.encoders.session)(completed);
        if json.pop() != Some(b'}') {
            return Err(TreesError::Damaged("the encoder of sessions gave no JSON object".to_owned()));
        }
        json.extend_from_slice(if json.len() > 1 { br#","orders":["# } else { br#""orders":["# });
        let mut first = true;
        for order in &completed.order_ids {
            let Some(order_json) = self.orders.get(&keys::order(completed.session_id, *order))? else {
                self.missing(&format!("order {order} of finished session {}", completed.session_id))?;
                continue;
            };
            if !std::mem::take(&mut first) {
                json.push(b',');
            }
            json.extend_from_slice(&order_json);
        }
        json.extend_from_slice(b"]}");
        let place = Place { day: completed.business_day, session: completed.session_id };
        self.history.put(keys::finished(place), json);
        self.history.put(keys::finished_at(completed.table_id, place), Vec::new());
        Ok(())
    }

    fn change_menu(&mut self, version: u64, change: &MenuChange) -> Result<(), TreesError> {
        self.menus.put(keys::menu_version(), encode(&version));
        match change {
            MenuChange::Category(category) => self.menus.put(keys::category(category.id), json(&**category)),
            MenuChange::CategoryRemoved(id) => self.menus.remove(keys::category(*id)),
            MenuChange::CategoriesOrdered(ids) => {
                for (sort, id) in (0..).zip(ids) {
                    self.change_json(keys::category(*id), |category: &mut Category| category.sort = sort)?;
                }
            }
            MenuChange::Item(item) => self.menus.put(keys::menu_item(item.id), json(&**item)),
            MenuChange::ItemRemoved(id) => self.menus.remove(keys::menu_item(*id)),
            MenuChange::ItemsOrdered(ids) => {
                for (sort, id) in (0..).zip(ids) {
                    self.change_json(keys::menu_item(*id), |item: &mut MenuItem| item.sort = sort)?;
                }
            }
        }
        Ok(())
    }

    fn change_json<T>(&mut self, key: Vec<u8>, change: impl FnOnce(&mut T)) -> Result<(), TreesError>
    where
        T: DeserializeOwned + serde::Serialize,
    {
        let Some(row) = self.menus.get(&key)? else { return Ok(()) };
        let mut value: T = from_json(&row)?;
        change(&mut value);
        self.menus.put(key, json(&value));
        Ok(())
    }

    /// An event presupposes a row that is not there.
    fn missing(&self, what: &str) -> Result<(), TreesError> {
        if self.from_the_start {
            tracing::warn!(what, "the journal no longer tells of this; the view leaves it out");
            return Ok(());
        }
        Err(TreesError::Damaged(format!("{what} is missing")))
    }
}

/// Menus are kept as JSON, because their types leave out absent fields, which bincode cannot read back.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("menus have text keys only and serialise to memory")
}

fn from_json<T: DeserializeOwned>(row: &[u8]) -> Result<T, TreesError> {
    serde_json::from_slice(row).map_err(|error| TreesError::Damaged(format!("a menu row cannot be read: {error}")))
}

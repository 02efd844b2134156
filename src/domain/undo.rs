//! What a commit changed, so that a commit that breaks an invariant leaves no trace. Costs what the commit touched.

use std::sync::Arc;

use super::access::Access;
use super::call::Call;
use super::event::StoreProfile;
use super::ids::{CallId, OrderId, SeqRange, SessionId, TableId};
use super::menu::Menu;
use super::numbers::Taken;
use super::order::Order;
use super::state::{NextIds, StoreState};
use super::table::{Seating, Session};

/// One change, holding what was there before.
#[derive(Debug)]
pub(super) enum Step {
    Profile(Option<Arc<StoreProfile>>),
    Access(Arc<Access>),
    Menu(Arc<Menu>),
    Seating(TableId, Option<Seating>),
    Session(SessionId, Option<Session>),
    Order(OrderId, Option<Arc<Order>>),
    Call(CallId, Option<Arc<Call>>),
    Losses(Arc<Vec<SeqRange>>),
    Number(Taken),
}

/// Changes of one commit, oldest first.
#[derive(Debug)]
pub(super) struct Undo {
    next: NextIds,
    steps: Vec<Step>,
}

impl Undo {
    /// Starts a commit.
    pub(super) fn begin(state: &StoreState) -> Self {
        Self { next: state.next, steps: Vec::with_capacity(4) }
    }

    /// Notes one change.
    pub(super) fn push(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// Takes every change back, newest first.
    pub(super) fn restore(self, state: &mut StoreState) {
        for step in self.steps.into_iter().rev() {
            match step {
                Step::Profile(before) => state.profile = before,
                Step::Access(before) => state.access = before,
                Step::Menu(before) => state.menu = before,
                Step::Seating(id, before) => put(&mut state.seating, id, before),
                Step::Session(id, before) => put(&mut state.sessions, id, before),
                Step::Order(id, before) => {
                    state.restore_order(id, before);
                }
                Step::Call(id, before) => put(&mut state.calls, id, before),
                Step::Losses(before) => state.confirmed_losses = before,
                Step::Number(taken) => state.numbers.give_back(taken),
            }
        }
        state.next = self.next;
    }
}

fn put<K: Ord, V>(map: &mut std::collections::BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => {
            map.insert(key, value);
        }
        None => {
            map.remove(&key);
        }
    }
}

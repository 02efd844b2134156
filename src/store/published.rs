//! What everybody may read without asking the actor: immutable snapshots, swapped when their commit is durable.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::MenuSnapshot;
use crate::domain::access::Access;
use crate::domain::event::{Commit, Event, StoreProfile};
use crate::domain::ids::{SeqRange, TableId, Visit};
use crate::domain::menu::Menu;
use crate::domain::state::StoreState;
use crate::domain::text::StoreSlug;
use crate::domain::time::Timestamp;

/// Which party sits at a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sitting {
    /// The party.
    pub visit: Visit,
    /// When its session began; nothing while none runs.
    pub since: Option<Timestamp>,
}

impl Sitting {
    fn at(state: &StoreState, table: TableId) -> Self {
        let since = state.session_at(table).map(|session| session.started_at);
        Self { visit: state.seating_of(table).visit, since }
    }
}

/// Snapshots of one store.
#[derive(Debug)]
pub(super) struct Published {
    slug: StoreSlug,
    pub(super) profile: ArcSwap<Option<Arc<StoreProfile>>>,
    pub(super) access: ArcSwap<Access>,
    pub(super) menu: ArcSwap<MenuSnapshot>,
    pub(super) confirmed_losses: ArcSwap<Vec<SeqRange>>,
    /// Which party sits at each table that anybody ever sat at.
    sitting: ArcSwap<BTreeMap<TableId, Sitting>>,
    last_contacts: Mutex<HashMap<TableId, Timestamp>>,
}

/// Parts of the state that a commit changed and that must be published with it.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) profile: Option<Arc<StoreProfile>>,
    pub(super) access: Option<Arc<Access>>,
    pub(super) menu: Option<Arc<Menu>>,
    pub(super) confirmed_losses: Option<Arc<Vec<SeqRange>>>,
    /// Tables where a session began or ended, as they stand after it.
    pub(super) sitting: Vec<(TableId, Sitting)>,
}

impl Changed {
    /// What a commit changed between two states, told by identity: an unchanged part is shared.
    pub(super) fn between(before: &Parts, after: &StoreState, commit: &Commit) -> Self {
        let touched = commit.events.iter().filter_map(|event| match event {
            Event::SessionStarted(session) => Some(session.table_id),
            Event::SessionCompleted(session) => Some(session.table_id),
            _ => None,
        });
        let profile =
            after.profile.as_ref().filter(|profile| before.profile.as_ref().is_none_or(|p| !Arc::ptr_eq(p, profile)));
        Self {
            profile: profile.cloned(),
            access: (!Arc::ptr_eq(&before.access, &after.access)).then(|| Arc::clone(&after.access)),
            menu: (!Arc::ptr_eq(&before.menu, &after.menu)).then(|| Arc::clone(&after.menu)),
            confirmed_losses: (!Arc::ptr_eq(&before.confirmed_losses, &after.confirmed_losses))
                .then(|| Arc::clone(&after.confirmed_losses)),
            sitting: touched.map(|table| (table, Sitting::at(after, table))).collect(),
        }
    }
}

/// The published parts of a state at one moment.
pub(super) struct Parts {
    profile: Option<Arc<StoreProfile>>,
    access: Arc<Access>,
    menu: Arc<Menu>,
    confirmed_losses: Arc<Vec<SeqRange>>,
}

impl Parts {
    pub(super) fn of(state: &StoreState) -> Self {
        Self {
            profile: state.profile.clone(),
            access: Arc::clone(&state.access),
            menu: Arc::clone(&state.menu),
            confirmed_losses: Arc::clone(&state.confirmed_losses),
        }
    }
}

impl Published {
    pub(super) fn of(slug: &StoreSlug, state: &StoreState) -> Self {
        Self {
            slug: slug.clone(),
            profile: ArcSwap::from_pointee(state.profile.clone()),
            access: ArcSwap::new(Arc::clone(&state.access)),
            menu: ArcSwap::from_pointee(MenuSnapshot::of(slug, &state.menu)),
            confirmed_losses: ArcSwap::new(Arc::clone(&state.confirmed_losses)),
            sitting: ArcSwap::from_pointee(
                state.seating.keys().map(|table| (*table, Sitting::at(state, *table))).collect(),
            ),
            last_contacts: Mutex::default(),
        }
    }

    /// Publishes what a batch of durable commits changed, each part once.
    pub(super) fn publish(&self, changed: Changed) {
        if let Some(profile) = changed.profile {
            self.profile.store(Arc::new(Some(profile)));
        }
        if let Some(access) = changed.access {
            self.access.store(access);
        }
        if let Some(menu) = changed.menu {
            self.menu.store(Arc::new(MenuSnapshot::of(&self.slug, &menu)));
        }
        if let Some(ranges) = changed.confirmed_losses {
            self.confirmed_losses.store(ranges);
        }
        if !changed.sitting.is_empty() {
            let mut sitting = BTreeMap::clone(&self.sitting.load());
            sitting.extend(changed.sitting);
            self.sitting.store(Arc::new(sitting));
        }
    }

    /// Which party sits at a table.
    pub(super) fn sitting_at(&self, table: TableId) -> Sitting {
        self.sitting.load().get(&table).copied().unwrap_or_default()
    }

    /// Notes that a table's tablet asked for something. Bounded by the number of tables.
    pub(super) fn touch(&self, table: TableId, at: Timestamp) {
        if self.access.load().tables.contains_key(&table) {
            self.last_contacts.lock().unwrap_or_else(PoisonError::into_inner).insert(table, at);
        }
    }

    pub(super) fn last_contact(&self, table: TableId) -> Option<Timestamp> {
        self.last_contacts.lock().unwrap_or_else(PoisonError::into_inner).get(&table).copied()
    }
}

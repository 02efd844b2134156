//! Stores, staff users, tokens and tablets.

use std::sync::Arc;

use crate::domain::access::{Tablet, User};
use crate::domain::command::{NewStore, NewUser};
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::domain::event::{Event, StoreProfile};
use crate::domain::ids::{SecretHash, TableId, TabletId, TokenId};
use crate::domain::limits;
use crate::domain::state::StoreState;
use crate::domain::time::Timestamp;

pub(super) fn create_store(state: &StoreState, new: &NewStore) -> Result<Vec<Event>, DomainError> {
    if state.profile.is_some() {
        return Err(DomainError::Conflict(Conflict::StoreExists));
    }
    let profile = StoreProfile {
        slug: new.slug.clone(),
        name: new.name.clone(),
        currency: new.currency.clone(),
        time_zone: new.time_zone.clone(),
        day_cutoff_hour: new.day_cutoff_hour,
    };
    let mut events = vec![Event::StoreCreated(Arc::new(profile))];
    events.extend(add_user(state, &new.owner)?);
    Ok(events)
}

pub(super) fn add_user(state: &StoreState, new: &NewUser) -> Result<Vec<Event>, DomainError> {
    if state.access.users.values().any(|user| user.username == new.username) {
        return Err(DomainError::Conflict(Conflict::UsernameTaken));
    }
    if state.access.users.len() >= limits::USERS_MAX {
        return Err(DomainError::Conflict(Conflict::TooMany("staff users")));
    }
    let user = User {
        id: state.next.user,
        username: new.username.clone(),
        role: new.role,
        password_hash: new.password_hash.clone(),
        generation: 0,
    };
    Ok(vec![Event::UserAdded(Arc::new(user))])
}

pub(super) fn revoke_token(
    state: &StoreState,
    token: TokenId,
    expires_at: Timestamp,
    tablet: Option<TabletId>,
) -> Vec<Event> {
    let mut events = vec![Event::TokenRevoked { token, expires_at }];
    events.extend(tablet.filter(|id| state.access.tablets.contains_key(id)).map(Event::TabletRevoked));
    events
}

pub(super) fn pair_tablet(
    state: &StoreState,
    at: Timestamp,
    table: TableId,
    secret: SecretHash,
) -> Result<Vec<Event>, DomainError> {
    if !state.access.tables.contains_key(&table) {
        return Err(DomainError::NotFound(Thing::Table));
    }
    let paired: Vec<TabletId> =
        state.access.tablets.values().filter(|tablet| tablet.table_id == table).map(|tablet| tablet.id).collect();
    let surplus = (paired.len() + 1).saturating_sub(limits::TABLETS_PER_TABLE_MAX);
    let mut events: Vec<Event> = paired.into_iter().take(surplus).map(Event::TabletRevoked).collect();
    events.push(Event::TabletPaired(Tablet { id: state.next.tablet, table_id: table, secret, paired_at: at }));
    Ok(events)
}

pub(super) fn revoke_tablet(state: &StoreState, id: TabletId) -> Result<Vec<Event>, DomainError> {
    if !state.access.tablets.contains_key(&id) {
        return Err(DomainError::NotFound(Thing::Tablet));
    }
    Ok(vec![Event::TabletRevoked(id)])
}

//! `decide`: what a wish leads to. Reads the state, changes nothing; no events mean that nothing needs to change.

mod access;
mod calls;
mod identity;
mod losses;
mod menu;
mod orders;
mod sessions;
mod tables;

use super::access::Principal;
use super::command::{Command, Envelope};
use super::error::DomainError;
use super::event::{Commit, Event};
use super::state::{AcceptError, StoreState};

/// Decides a command: events, or a refusal.
///
/// # Errors
/// [`DomainError`] names the rule that refuses it.
pub fn decide(state: &StoreState, envelope: &Envelope) -> Result<Vec<Event>, DomainError> {
    // A phone may still ask while its table is being finished; what it asked for was meant for its own party.
    if let Principal::Guest { table, visit } = envelope.principal
        && state.seating_of(table).visit != visit
    {
        return Err(DomainError::SessionEnded);
    }
    match &envelope.command {
        Command::CreateStore(new) => access::create_store(state, new),
        Command::AddUser(new) => access::add_user(state, new),
        Command::RevokeToken { token, expires_at, tablet } => {
            Ok(access::revoke_token(state, *token, *expires_at, *tablet))
        }
        Command::LockAccount { account, until } => Ok(vec![Event::AccountLocked { account: *account, until: *until }]),
        Command::PairTablet { table, secret } => access::pair_tablet(state, envelope.at, *table, *secret),
        Command::RevokeTablet(id) => access::revoke_tablet(state, *id),
        Command::AddTable(new) => tables::add(state, new),
        Command::ChangeTable(id, change) => tables::change(state, *id, change),
        Command::RemoveTable(id) => tables::remove(state, *id),
        Command::CreateOrder(new) => orders::create(state, envelope, new),
        Command::ChangeOrderStatus { order, status, reason } => {
            orders::change_status(state, envelope.at, *order, *status, reason.as_ref())
        }
        Command::CheckIdentity { order, passed } => identity::check(state, envelope.at, *order, *passed),
        Command::DeleteOrder(order) => orders::delete(state, *order),
        Command::SeatParty { table } => sessions::seat(state, envelope.at, *table),
        Command::CompleteSession { table, force } => sessions::complete(state, envelope, *table, *force),
        Command::ExpireSessions => Ok(sessions::expire(state, envelope)),
        Command::SuspendExpiry => Ok(sessions::suspend_expiry(state)),
        Command::EndSoldOutDays => Ok(menu::end_sold_out_days(state, envelope.business_day)),
        Command::ConfirmLoss(ranges) => Ok(losses::confirm(state, ranges)),
        Command::CreateCall { table, kind, note } => {
            calls::create(state, envelope.at, *table, kind.clone(), note.clone())
        }
        Command::ResolveCall(id) => calls::resolve(state, envelope, *id),
        Command::AddCategory(new) => menu::add_category(state, new),
        Command::ChangeCategory(id, change) => menu::change_category(state, *id, change),
        Command::RemoveCategory(id) => menu::remove_category(state, *id),
        Command::OrderCategories(ids) => menu::order_categories(state, ids),
        Command::AddMenuItem(new) => menu::add_item(state, new),
        Command::ChangeMenuItem(id, change) => menu::change_item(state, *id, change),
        Command::RemoveMenuItem(id) => menu::remove_item(state, *id),
        Command::OrderMenuItems(ids) => menu::order_items(state, ids),
        Command::SetMenuImage(item, image) => menu::set_image(state, *item, *image),
        Command::SetAvailability { item, available, remaining, until_day_end } => {
            let sold_out_on = (*until_day_end && !*available).then_some(envelope.business_day);
            menu::set_availability(state, *item, *available, *remaining, sold_out_on)
        }
    }
}

/// Decides a command and takes its commit into the state: all of it or nothing. Nothing to change gives no commit.
///
/// # Errors
/// [`DomainError`] when it is refused, or when a bug would break an invariant; the state is then unchanged.
pub fn execute(state: &mut StoreState, envelope: &Envelope) -> Result<Option<Commit>, DomainError> {
    let events = decide(state, envelope)?;
    if events.is_empty() {
        return Ok(None);
    }
    let commit =
        Commit { seq: state.seq.next(), at: envelope.at, principal: envelope.principal, key: envelope.key, events };
    state.accept(&commit).map_err(|error| match error {
        AcceptError::Invariant(violation) => DomainError::Invariant(violation),
        other => DomainError::Inapplicable(other.to_string()),
    })?;
    Ok(Some(commit))
}

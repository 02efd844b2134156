//! Every conversion of another layer's error into a refusal, in one place, each match exhaustive.

use super::body::picture;
use super::problem::{ApiError, ErrorCode};
use crate::domain::error::{Conflict, DomainError, Thing};
use crate::store::{CreateStoreError, ExecuteError, PIXELS_MAX, PictureRefused};

impl From<ExecuteError> for ApiError {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Refused(refusal) => refusal.into(),
            ExecuteError::CannotWrite(why) => Self::cannot_write(why),
            ExecuteError::Unavailable => Self::unavailable("the store gave no answer in time"),
        }
    }
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            DomainError::Invalid(errors) => Self::fields(errors),
            DomainError::MenuNotAvailable(ids) => Self::menu_not_available(ids),
            DomainError::NotFound(thing) => not_found(thing),
            DomainError::Conflict(conflict) => Self::new(ErrorCode::Conflict, conflict_detail(conflict)),
            DomainError::InvalidStatusTransition { from, to } => Self::new(
                ErrorCode::InvalidStatusTransition,
                format!("The order is {} and cannot become {}. Read it again and decide anew.", from.word(), to.word()),
            ),
            DomainError::IdentityCheckOpen => Self::new(
                ErrorCode::InvalidStatusTransition,
                "The order has alcohol whose identity check is open. Check it first: PATCH its identity.",
            ),
            DomainError::SessionEnded => Self::new(
                ErrorCode::SessionEnded,
                "The table was finished in the meantime. Read the orders again; without session_id a new party begins.",
            ),
            DomainError::OpenOrders(orders) => Self::open_orders(orders),
            DomainError::Invariant(violation) => Self::internal(format!("invariant: {violation}")),
            DomainError::Inapplicable(reason) => Self::internal(format!("inapplicable: {reason}")),
        }
    }
}

impl From<CreateStoreError> for ApiError {
    fn from(error: CreateStoreError) -> Self {
        match error {
            CreateStoreError::Taken => slug_taken(),
            CreateStoreError::Open(cause) => Self::unavailable(format!("the new store cannot be opened: {cause}")),
            CreateStoreError::Execute(cause) => cause.into(),
        }
    }
}

impl From<PictureRefused> for ApiError {
    fn from(error: PictureRefused) -> Self {
        match error {
            PictureRefused::AnotherKind => picture::unsupported(),
            PictureRefused::TooManyPixels => {
                Self::field("body", format!("the picture has more than {PIXELS_MAX} pixels; send a smaller one"))
            }
            PictureRefused::Broken => Self::field("body", "the picture is damaged or cut off; send another one"),
            PictureRefused::CannotWrite(why) => Self::cannot_write(why),
            PictureRefused::Failed(cause) => Self::internal(cause),
        }
    }
}

/// The store name of a set-up is taken.
pub(crate) fn slug_taken() -> ApiError {
    ApiError::new(ErrorCode::Conflict, "Another store has that name. Choose another one for store.")
}

/// Something that does not exist, or belongs elsewhere: nobody learns which.
pub(crate) fn not_found(thing: Thing) -> ApiError {
    let detail = match thing {
        Thing::Table => "There is no such table. Read the tables again.",
        Thing::Order => "There is no such order in the running session. Read the orders again.",
        Thing::MenuItem => "There is no such menu item. Read the menu again.",
        Thing::Category => "There is no such category. Read the categories again.",
        Thing::Call => "There is no such call. Read the calls again.",
        Thing::Tablet => "There is no such tablet. Read the tablets again.",
    };
    ApiError::new(ErrorCode::NotFound, detail)
}

fn conflict_detail(conflict: Conflict) -> std::borrow::Cow<'static, str> {
    match conflict {
        Conflict::StoreExists => "The store has its owner already. Log in.".into(),
        Conflict::UsernameTaken => "Another user has that name. Choose another username.".into(),
        Conflict::TableNumberTaken => "Another table has that number. Choose another number.".into(),
        Conflict::TableInUse => "The table has a running session. Finish it first, then delete it.".into(),
        Conflict::NoSession => "The table has no running session; there is nothing to finish.".into(),
        Conflict::PartySeated => "A party sits at this table already. Finish the table first.".into(),
        Conflict::CategoryNameTaken => "Another category has that name. Choose another name.".into(),
        Conflict::CategoryInUse => "The category has menu items. Move or delete them first.".into(),
        Conflict::OrderListMismatch => "ids must name each of them exactly once. Read them again and repeat.".into(),
        Conflict::KeyReused => "The Idempotency-Key was used for another request. Use a new key.".into(),
        Conflict::NoIdentityCheck => "No line of the order waits for an identity check. Read the order again.".into(),
        Conflict::TooManyCalls => "The table has too many open calls. Staff will come; wait for them.".into(),
        Conflict::TooMany(things) => format!("The store has as many {things} as it can. Delete one first.").into(),
    }
}

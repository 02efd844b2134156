//! Bodies of set-up and login.

use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{LoginText, Parsed, Password, SixDigits};
use crate::domain::text::{StoreName, StoreSlug, Username};

/// A staff user's password.
pub(crate) type StaffPassword = Password<8, 128>;

/// A new store and its owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupBody {
    /// The one-time code from the set-up link.
    #[schema(value_type = String, max_length = 200)]
    pub(crate) code: Parsed<LoginText>,
    /// The store's short name in addresses.
    #[schema(value_type = String, pattern = "^[a-z0-9-]{1,32}$")]
    pub(crate) store: Parsed<StoreSlug>,
    /// The store's name.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub(crate) store_name: Parsed<StoreName>,
    /// The owner's name.
    #[schema(value_type = String, min_length = 1, max_length = 50)]
    pub(crate) username: Parsed<Username>,
    /// The owner's password.
    #[schema(value_type = String, min_length = 8, max_length = 128)]
    pub(crate) password: Parsed<StaffPassword>,
}

/// A staff login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StaffLoginBody {
    /// The store's short name.
    #[schema(value_type = String, max_length = 200)]
    pub(crate) store: Parsed<LoginText>,
    /// The user's name.
    #[schema(value_type = String, max_length = 200)]
    pub(crate) username: Parsed<LoginText>,
    /// The user's password.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub(crate) password: Parsed<Password<1, 200>>,
}

/// A tablet's login.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableLoginBody {
    /// The store's short name.
    #[schema(value_type = String, max_length = 200)]
    pub(crate) store: Parsed<LoginText>,
    /// The table's number.
    pub(crate) table_number: u64,
    /// The table's password.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub(crate) password: Parsed<Password<1, 200>>,
}

/// What a tablet takes up an offer to pair it with: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairBody {
    /// The six digits that staff read out.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$")]
    pub(crate) code: Option<Parsed<SixDigits>>,
    /// What stands behind `#pair=` in the link.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub(crate) secret: Option<Parsed<LoginText>>,
}

/// A guest's own phone comes in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneLoginBody {
    /// What stands behind `#v=` (shown by the tablet) or `#t=` (the table's sticker) in the link.
    #[schema(value_type = String, max_length = 200)]
    pub(crate) key: Parsed<LoginText>,
    /// The six digits that the table's tablet shows, if the sticker asks for them.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$")]
    pub(crate) code: Option<Parsed<SixDigits>>,
}

/// A tablet's renewal; without the credential its cookie is read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenewBody {
    /// The credential from the login.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub(crate) device_token: Option<Parsed<LoginText>>,
}

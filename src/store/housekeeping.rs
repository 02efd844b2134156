//! What is done at night, when nobody orders: views that take too much space are built anew, and pictures that nobody
//! looks at any more are removed.

use std::sync::Arc;
use std::time::Duration;

use super::directory::StoreDirectory;
use crate::clock::{self, Calendar};
use crate::domain::text::StoreSlug;
use crate::trees::Renewal;

/// How often it is looked what time it is.
const LOOK: Duration = Duration::from_mins(10);
/// Least time between two nights, so that a clock that is set back brings no second one.
const NIGHT_PAUSE_MS: u64 = 20 * 3_600_000;
/// A view smaller than this is left as it is.
const VIEW_BYTES_MIN: u64 = 256 << 20;

/// When and how the house is kept.
#[derive(Debug, Clone, Copy)]
pub struct Housekeeping {
    /// Local hour of each store, 0 to 23.
    pub hour: u8,
    /// A view is built anew from so many times its fresh size on.
    pub view_factor: u32,
}

impl Housekeeping {
    /// Keeps house for as long as the program runs.
    pub async fn keep(self, directory: Arc<StoreDirectory>) {
        let mut done: Vec<(StoreSlug, u64)> = Vec::new();
        // A picture's time counts from when it was last seen on the menu, also on a PC that is off every night.
        for store in directory.all() {
            store.tidy_pictures().await;
        }
        loop {
            for store in directory.all() {
                let Some(profile) = store.profile() else { continue };
                let hour = Calendar::of(&profile).hour(clock::now());
                let last = done.iter().find(|(slug, _)| slug == store.slug()).map(|(_, at)| *at);
                if self.is_due(hour, last, clock::monotonic_ms()) {
                    done.retain(|(slug, _)| slug != store.slug());
                    done.push((store.slug().clone(), clock::monotonic_ms()));
                    store.tidy_pictures().await;
                    store.renew_view(Renewal { factor: self.view_factor, least_bytes: VIEW_BYTES_MIN });
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn is_due(self, hour: u8, last_ms: Option<u64>, now_ms: u64) -> bool {
        hour == self.hour && last_ms.is_none_or(|last| now_ms.saturating_sub(last) >= NIGHT_PAUSE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_due_once_a_night_in_its_hour() {
        let house = Housekeeping { hour: 4, view_factor: 4 };
        let day = 24 * 3_600_000;
        assert!(house.is_due(4, None, 0));
        for hour in (0..24).filter(|hour| *hour != 4) {
            assert!(!house.is_due(hour, None, day));
        }
        assert!(!house.is_due(4, Some(day), day + 600_000), "the same night");
        assert!(!house.is_due(4, Some(day), day + 3_600_000), "a clock that was set back");
        assert!(house.is_due(4, Some(day), 2 * day - 600_000));
    }
}

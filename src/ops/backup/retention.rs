//! Which backups stay: the newest of each of the last 7 days, 4 weeks and 12 months that have one, and the newest 3 from
//! before an upgrade. Days are counted in days with a backup, so that a shop that was closed for a month loses none.

use std::collections::BTreeSet;

use super::name::BackupName;
use crate::clock;

const DAYS: usize = 7;
const WEEKS: usize = 4;
const MONTHS: usize = 12;
const BEFORE_UPGRADE: usize = 3;

/// Those of `names` that are not kept, oldest first.
pub(super) fn superfluous(names: &[BackupName]) -> Vec<BackupName> {
    let mut newest_first = names.to_vec();
    newest_first.sort_unstable_by(|one, other| other.stamp.cmp(&one.stamp));
    let (mut days, mut weeks, mut months) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut upgrades = 0;
    newest_first.retain(|name| {
        if name.before_upgrade {
            upgrades += 1;
            return upgrades > BEFORE_UPGRADE;
        }
        let day = name.day();
        let (year, month, _) = day.parts();
        // Each is asked, so that a backup that is kept for its day also stands for its week and month.
        let kept = [
            days.len() < DAYS && days.insert(day),
            weeks.len() < WEEKS && weeks.insert(clock::iso_week(day)),
            months.len() < MONTHS && months.insert((year, month)),
        ];
        !kept.contains(&true)
    });
    newest_first.reverse();
    newest_first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> BackupName {
        BackupName::parse(&format!("tableorder-moon-{text}.tar.gz")).expect("a name")
    }

    fn kept(names: &[BackupName]) -> Vec<String> {
        let gone = superfluous(names);
        names.iter().filter(|name| !gone.contains(name)).map(|name| name.stamp.clone()).collect()
    }

    #[test]
    fn two_years_of_days_come_down_to_days_weeks_and_months() {
        let days = (2025..=2026).flat_map(|year| {
            (1..=12).flat_map(move |month| (1..=28).map(move |day| format!("{year}{month:02}{day:02}-060000")))
        });
        let names: Vec<_> = days.map(|stamp| named(&stamp)).collect();
        let kept = kept(&names);
        let expected = [
            "20260128", "20260228", "20260328", "20260428", "20260528", "20260628", "20260728", "20260828", "20260928",
            "20261028", "20261128", "20261206", "20261213", "20261220", "20261222", "20261223", "20261224", "20261225",
            "20261226", "20261227", "20261228",
        ];
        let found: Vec<_> = kept.iter().map(|stamp| &stamp[..8]).collect();
        // The 7 days 22 to 28 December; weeks end on the 13th, 20th, 27th and 28th; and the last day of each month.
        let expected: Vec<_> = expected.into_iter().filter(|day| *day != "20261206").collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn of_one_day_the_newest_stays_and_pruning_again_changes_nothing() {
        let names = ["20261120-060000", "20261121-060000", "20261121-150000", "20261121-230000"].map(named);
        assert_eq!(kept(&names), ["20261120-060000", "20261121-230000"]);
        let left: Vec<_> = kept(&names).iter().map(|stamp| named(stamp)).collect();
        assert!(superfluous(&left).is_empty());
    }

    #[test]
    fn pruned_day_by_day_the_same_is_left_as_pruned_at_once() {
        let mut kept_so_far: Vec<BackupName> = Vec::new();
        for month in 1..=12 {
            for day in 1..=28 {
                kept_so_far.push(named(&format!("2026{month:02}{day:02}-060000")));
                let gone = superfluous(&kept_so_far);
                kept_so_far.retain(|name| !gone.contains(name));
                assert!(kept_so_far.len() <= DAYS + WEEKS + MONTHS);
            }
        }
        let months: BTreeSet<_> = kept_so_far.iter().map(|name| name.stamp[..6].to_owned()).collect();
        assert_eq!(months.len(), 12, "each month has one: {kept_so_far:?}");
    }

    #[test]
    fn the_newest_three_from_before_an_upgrade_stay_beside_the_others() {
        let names: Vec<_> = (1..=5).map(|day| named(&format!("2026110{day}-060000-before-upgrade"))).collect();
        assert_eq!(kept(&names), ["20261103-060000", "20261104-060000", "20261105-060000"]);
    }
}

//! The only place that reads wall time, and all calendar arithmetic: RFC 3339 texts, dates, business days. Wall time is
//! for showing and booking; it never serves for ids, order or uniqueness. Time-outs and limits use [`monotonic_ms`].

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, Days, Local, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use jiff::tz::TimeZone;

use crate::domain::event::StoreProfile;
use crate::domain::time::{BusinessDay, Timestamp};

/// A step of wall against monotonic time is a jump from here on, in milliseconds.
pub const JUMP_MS: i64 = 60_000;

/// First and last instant that RFC 3339 can write: years 1 to 9999.
const EARLIEST_MS: i64 = -62_135_596_800_000;
const LATEST_MS: i64 = 253_402_300_799_999;

static OFFSET_MS: AtomicI64 = AtomicI64::new(0);

/// Wall time now, in milliseconds.
#[must_use]
pub fn now() -> Timestamp {
    let since_epoch = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(LATEST_MS),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(-EARLIEST_MS),
    };
    Timestamp::from_ms(since_epoch.saturating_add(OFFSET_MS.load(Ordering::Relaxed)))
}

/// Milliseconds since the process first asked. Never goes back, whatever happens to the wall clock; stands still while
/// the machine sleeps.
#[must_use]
pub fn monotonic_ms() -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    u64::try_from(FIRST.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Shifts wall time for this whole process, to prove what a jumping clock does.
pub fn shift_ms(offset_ms: i64) {
    OFFSET_MS.store(offset_ms, Ordering::Relaxed);
}

/// Follows the number of milliseconds in a file as this process's shift, until the process ends (setting
/// `clock.offset_file`). Reads it once before returning, then ten times a second.
///
/// # Errors
/// When the thread cannot be started.
pub fn follow_offset_file(file: PathBuf) -> std::io::Result<()> {
    let read = move || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Ok(offset_ms) = text.trim().parse() {
            shift_ms(offset_ms);
        }
    };
    read();
    let follow = move || loop {
        std::thread::sleep(Duration::from_millis(100));
        read();
    };
    std::thread::Builder::new().name("clock-offset".to_owned()).spawn(follow).map(drop)
}

/// An RFC 3339 text in UTC with milliseconds, such as `2026-11-20T09:15:04.123Z`; derefs to `str`. Years outside 1 to
/// 9999 are written as the nearest instant within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rfc3339([u8; 24]);

/// The time of day an instant has on this computer's own clock, as `14:05`: for people who stand before it.
#[must_use]
pub fn local_time_of_day(at: Timestamp) -> String {
    let utc = DateTime::from_timestamp_millis(at.as_ms()).unwrap_or_default();
    let local = utc.with_timezone(&Local);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// An instant on this computer's own clock, as `20261121-140509`: for names of files that people look through.
#[must_use]
pub fn local_stamp(at: Timestamp) -> String {
    let utc = DateTime::from_timestamp_millis(at.as_ms().clamp(EARLIEST_MS, LATEST_MS)).unwrap_or_default();
    utc.with_timezone(&Local).format("%Y%m%d-%H%M%S").to_string()
}

/// Year and number of the ISO week that a day is in; nothing for a day that the calendar does not have.
#[must_use]
pub fn iso_week(day: BusinessDay) -> Option<(i32, u32)> {
    date_of(day).map(|date| (date.iso_week().year(), date.iso_week().week()))
}

/// Writes an instant without allocating.
#[must_use]
pub fn rfc3339(at: Timestamp) -> Rfc3339 {
    let ms = at.as_ms().clamp(EARLIEST_MS, LATEST_MS);
    let utc = DateTime::from_timestamp_millis(ms).unwrap_or_default().naive_utc();
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let mut put = |end: usize, number: u32| {
        let (mut place, mut rest) = (end, number);
        while rest > 0 {
            place -= 1;
            text[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
    };
    put(4, utc.year().unsigned_abs());
    put(7, utc.month());
    put(10, utc.day());
    put(13, utc.hour());
    put(16, utc.minute());
    put(19, utc.second());
    put(23, u32::try_from(ms.rem_euclid(1_000)).unwrap_or(0));
    Rfc3339(text)
}

impl std::ops::Deref for Rfc3339 {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}

impl serde::Serialize for Rfc3339 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Reads `YYYY-MM-DD` if the calendar has that day.
#[must_use]
pub fn parse_day(text: &str) -> Option<BusinessDay> {
    let day = BusinessDay::parse(text)?;
    date_of(day).map(|_| day)
}

/// The day `count` days earlier; nothing is earlier than year 1. A day that the calendar does not have stays as it is.
#[must_use]
pub fn days_before(day: BusinessDay, count: u32) -> BusinessDay {
    let Some(date) = date_of(day) else { return day };
    day_of(date.checked_sub_days(Days::new(u64::from(count))).unwrap_or(NaiveDate::MIN))
}

/// The business day of an instant for a store; see [`Calendar`].
#[must_use]
pub fn business_day(at: Timestamp, profile: &StoreProfile) -> BusinessDay {
    Calendar::of(profile).business_day(at)
}

/// How a store counts its days: its time zone and the local hour at which its business day ends. Parsed once, cheap to
/// clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: TimeZone,
    cutoff_hour: u8,
}

impl Default for Calendar {
    /// Asia/Seoul, the day ends at 05:00.
    fn default() -> Self {
        Self { zone: seoul(), cutoff_hour: 5 }
    }
}

impl Calendar {
    /// Takes an IANA time zone name and an hour from 0 to 23, otherwise nothing.
    #[must_use]
    pub fn new(time_zone: &str, cutoff_hour: u8) -> Option<Self> {
        let zone = TimeZone::get(time_zone).ok()?;
        // Names are exact: the tables would also take "asia/seoul".
        let fits = cutoff_hour < 24 && zone.iana_name() == Some(time_zone);
        fits.then_some(Self { zone, cutoff_hour })
    }

    /// A store's calendar. A zone that this program's time zone tables do not have any more counts as Asia/Seoul, since
    /// a shop must open.
    #[must_use]
    pub fn of(profile: &StoreProfile) -> Self {
        let cutoff_hour = profile.day_cutoff_hour.min(23);
        Self::new(profile.time_zone.as_str(), cutoff_hour).unwrap_or_else(|| Self { zone: seoul(), cutoff_hour })
    }

    /// The local date at that instant, minus the cut-off hour.
    #[must_use]
    pub fn business_day(&self, at: Timestamp) -> BusinessDay {
        let local = self.local(at);
        let booked = local.checked_sub_signed(TimeDelta::hours(i64::from(self.cutoff_hour))).unwrap_or(local);
        day_of(booked.date())
    }

    /// The local hour at that instant, 0 to 23.
    #[must_use]
    pub fn hour(&self, at: Timestamp) -> u8 {
        u8::try_from(self.local(at).hour()).unwrap_or(0)
    }

    fn local(&self, at: Timestamp) -> NaiveDateTime {
        let ms = at.as_ms().clamp(EARLIEST_MS, LATEST_MS);
        let offset = self.zone.to_offset(jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX));
        let utc = DateTime::from_timestamp_millis(ms).unwrap_or_default().naive_utc();
        utc.checked_add_signed(TimeDelta::seconds(i64::from(offset.seconds()))).unwrap_or(utc)
    }
}

/// Asia/Seoul has had no summer time since 1988, so that its offset alone does where the tables should lack it.
fn seoul() -> TimeZone {
    TimeZone::get("Asia/Seoul").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(9)))
}

/// Notices that wall time was stepped: pure, fed with both clocks, at least once a minute to be of use. A slow
/// correction of the wall clock is no jump.
#[derive(Debug, Clone, Copy)]
pub struct JumpDetector {
    wall_minus_monotonic_ms: i64,
}

impl JumpDetector {
    /// Begins with both clocks as they stand.
    #[must_use]
    pub fn new(wall: Timestamp, monotonic_ms: u64) -> Self {
        Self { wall_minus_monotonic_ms: difference_ms(wall, monotonic_ms) }
    }

    /// How far wall time was stepped since the last look (positive: forward), if more than [`JUMP_MS`].
    pub fn observe(&mut self, wall: Timestamp, monotonic_ms: u64) -> Option<i64> {
        let difference = difference_ms(wall, monotonic_ms);
        let step_ms = difference.saturating_sub(self.wall_minus_monotonic_ms);
        self.wall_minus_monotonic_ms = difference;
        (step_ms.saturating_abs() > JUMP_MS).then_some(step_ms)
    }
}

fn difference_ms(wall: Timestamp, monotonic_ms: u64) -> i64 {
    wall.as_ms().saturating_sub(i64::try_from(monotonic_ms).unwrap_or(i64::MAX))
}

fn date_of(day: BusinessDay) -> Option<NaiveDate> {
    let (year, month, day) = day.parts();
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
}

/// Dates before year 1 or after 9999 become the first or last day that can be written.
fn day_of(date: NaiveDate) -> BusinessDay {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    let day = match u16::try_from(date.year()) {
        Err(_) | Ok(0) => BusinessDay::new(1, 1, 1),
        Ok(year @ 1..=9999) => BusinessDay::new(year, part(date.month()), part(date.day())),
        Ok(_) => BusinessDay::new(9999, 12, 31),
    };
    day.expect("the calendar gives months and days in range")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_ms(DateTime::parse_from_rfc3339(text).expect("a time").timestamp_millis())
    }

    fn day(text: &str) -> BusinessDay {
        parse_day(text).expect("a day")
    }

    #[test]
    fn instants_are_written_in_utc_with_milliseconds() {
        for text in [
            "2026-11-20T09:05:04.003Z",
            "1970-01-01T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "0001-01-01T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
        ] {
            assert_eq!(&*rfc3339(at(text)), text);
        }
        assert_eq!(&*rfc3339(Timestamp::from_ms(i64::MAX)), "9999-12-31T23:59:59.999Z");
        assert_eq!(&*rfc3339(Timestamp::from_ms(i64::MIN)), "0001-01-01T00:00:00.000Z");
    }

    #[test]
    fn days_must_be_in_the_calendar() {
        assert!(parse_day("2028-02-29").is_some());
        for bad in ["2026-02-29", "2026-02-30", "2026-04-31", "2026-00-10", "tomorrow"] {
            assert!(parse_day(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn stamps_sort_as_time_and_weeks_cross_years() {
        let stamp = local_stamp(at("2026-11-20T09:05:04.003Z"));
        assert_eq!(stamp.len(), 15);
        assert!(local_stamp(at("2026-11-20T09:05:05.000Z")) > stamp);
        assert_eq!(iso_week(day("2026-12-31")), Some((2026, 53)));
        assert_eq!(iso_week(day("2027-01-03")), Some((2026, 53)));
        assert_eq!(iso_week(day("2027-01-04")), Some((2027, 1)));
    }

    #[test]
    fn days_before_cross_months_and_leap_days() {
        assert_eq!(days_before(day("2026-03-01"), 1), day("2026-02-28"));
        assert_eq!(days_before(day("2028-03-01"), 1), day("2028-02-29"));
        assert_eq!(days_before(day("2026-11-20"), 7), day("2026-11-13"));
        assert_eq!(days_before(day("2026-11-20"), 3_000_000), day("0001-01-01"));
        assert_eq!(days_before(day("9999-12-31"), u32::MAX), day("0001-01-01"));
    }

    #[test]
    fn a_business_day_ends_at_the_cut_off_hour_in_local_time() {
        let seoul = Calendar::new("Asia/Seoul", 5).expect("a zone");
        assert_eq!(seoul.business_day(at("2026-11-20T19:59:59.999Z")), day("2026-11-20"));
        assert_eq!(seoul.business_day(at("2026-11-20T20:00:00.000Z")), day("2026-11-21"));
        let midnight = Calendar::new("Asia/Seoul", 0).expect("a zone");
        assert_eq!(midnight.business_day(at("2026-11-20T15:00:00.000Z")), day("2026-11-21"));
    }

    #[test]
    fn the_hour_is_that_of_the_store() {
        let seoul = Calendar::new("Asia/Seoul", 5).expect("a zone");
        assert_eq!((seoul.hour(at("2026-11-20T18:59:59.999Z")), seoul.hour(at("2026-11-20T19:00:00.000Z"))), (3, 4));
        let berlin = Calendar::new("Europe/Berlin", 5).expect("a zone");
        assert_eq!((berlin.hour(at("2026-07-01T02:00:00.000Z")), berlin.hour(at("2026-12-01T02:00:00.000Z"))), (4, 3));
    }

    #[test]
    fn summer_time_moves_the_cut_off_with_the_local_clock() {
        let berlin = Calendar::new("Europe/Berlin", 5).expect("a zone");
        assert_eq!(berlin.business_day(at("2026-03-28T03:59:00.000Z")), day("2026-03-27"));
        assert_eq!(berlin.business_day(at("2026-03-29T02:59:00.000Z")), day("2026-03-28"));
        assert_eq!(berlin.business_day(at("2026-03-29T03:00:00.000Z")), day("2026-03-29"));
        assert_eq!(berlin.business_day(at("2026-10-25T03:59:00.000Z")), day("2026-10-24"));
        assert_eq!(berlin.business_day(at("2026-10-25T04:00:00.000Z")), day("2026-10-25"));
    }

    #[test]
    fn calendars_refuse_unknown_zones_and_hours() {
        assert!(Calendar::new("Asia/Soul", 5).is_none());
        assert!(Calendar::new("asia/seoul", 5).is_none());
        assert!(Calendar::new("", 5).is_none());
        for known in ["UTC", "Etc/UTC", "GMT", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "EST5EDT", "ROK"] {
            assert!(Calendar::new(known, 5).is_some(), "{known}");
        }
        assert!(Calendar::new("Asia/Seoul", 24).is_none());
    }

    #[test]
    fn a_step_of_more_than_a_minute_is_a_jump_in_either_direction_once() {
        let start = at("2026-11-20T09:00:00.000Z");
        let mut detector = JumpDetector::new(start, 1_000);
        assert_eq!(detector.observe(start.plus_ms(10_000), 11_000), None);
        assert_eq!(detector.observe(start.plus_ms(80_000), 21_000), None, "exactly one minute is no jump");
        assert_eq!(detector.observe(start.plus_ms(80_000 + 86_400_000), 21_000), Some(86_400_000));
        assert_eq!(detector.observe(start.plus_ms(81_000 + 86_400_000), 22_000), None);
        assert_eq!(detector.observe(start.plus_ms(82_000), 23_000), Some(-86_400_000));
    }

    #[test]
    fn both_clocks_run() {
        let (wall, monotonic) = (now(), monotonic_ms());
        assert!(wall > at("2020-01-01T00:00:00.000Z"));
        assert!(monotonic_ms() >= monotonic);
    }
}

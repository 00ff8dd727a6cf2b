//! Cron schedules as a CronJob takes them: five fields, or a word such as `@daily`.

use super::{Findings, Place};

const WORDS: [&str; 7] = [
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Name, least value, greatest value and words of a field; the first word stands for the least value.
const FIELDS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day", 1, 31, &[]),
    ("month", 1, 12, &MONTHS),
    ("weekday", 0, 6, &DAYS),
];

pub(super) fn check(schedule: &str, place: &Place, findings: &mut Findings) {
    if WORDS.contains(&schedule) {
        return;
    }
    let parts: Vec<&str> = schedule.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        let message = format!(
            "the schedule {schedule:?} has {} fields; it needs five: minute hour day month weekday",
            parts.len()
        );
        findings
            .error(place, "invalid-schedule", message)
            .hint("e.g. 0 3 * * * for every night at three");
        return;
    }
    for (part, (name, least, greatest, words)) in parts.into_iter().zip(FIELDS) {
        if !part
            .split(',')
            .all(|range| is_range(range, least, greatest, words))
        {
            let message = format!(
                "{part:?} is no {name} of a schedule; values are from {least} to {greatest}, *, ranges a-b and steps */n"
            );
            findings.error(place, "invalid-schedule", message);
        }
    }
}

/// `*`, `?`, `a`, `a-b`, each with an optional `/step`.
fn is_range(range: &str, least: u32, greatest: u32, words: &[&str]) -> bool {
    let (values, step) = range
        .split_once('/')
        .map_or((range, None), |(values, step)| (values, Some(step)));
    if step.is_some_and(|step| is_number(step).is_none_or(|step| step == 0)) {
        return false;
    }
    if values == "*" || values == "?" {
        return true;
    }
    let value = |text: &str| {
        let word = words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text));
        let word = word
            .and_then(|index| u32::try_from(index).ok())
            .map(|index| index + least);
        word.or_else(|| is_number(text))
            .filter(|number| (least..=greatest).contains(number))
    };
    match values.split_once('-') {
        Some((first, last)) => {
            matches!((value(first), value(last)), (Some(first), Some(last)) if first <= last)
        }
        None => value(values).is_some(),
    }
}

fn is_number(text: &str) -> Option<u32> {
    (!text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

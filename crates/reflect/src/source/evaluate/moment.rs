//! Dates and times, as chrono and time make them from numbers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::Value;

/// A date, a time of the day, or both.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) enum Moment {
    Date(NaiveDate),
    Time(NaiveTime),
    Both(NaiveDateTime),
    Utc(DateTime<Utc>),
}

impl Moment {
    /// As sea-query writes it.
    pub(super) fn text(self) -> String {
        match self {
            Self::Date(date) => date.format("%Y-%m-%d").to_string(),
            Self::Time(time) => time.format("%H:%M:%S%.6f").to_string(),
            Self::Both(both) => both.format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
            Self::Utc(both) => both.format("%Y-%m-%d %H:%M:%S%.6f %:z").to_string(),
        }
    }

    /// `self.name(arguments)`.
    pub(super) fn method(self, name: &str, arguments: &[Value]) -> Option<Value> {
        let numbers = numbers(arguments);
        Some(match (self, name, arguments) {
            (Self::Date(date), "and_hms_opt" | "and_hms", _) => {
                some(date.and_time(time(&numbers?)?))
            }
            (Self::Date(date), "and_time", [Value::Moment(Self::Time(time))]) => {
                Value::Moment(Self::Both(date.and_time(*time)))
            }
            (Self::Both(both), "and_utc", []) => Value::Moment(Self::Utc(both.and_utc())),
            (Self::Both(both), "date", []) => Value::Moment(Self::Date(both.date())),
            (Self::Both(both), "time", []) => Value::Moment(Self::Time(both.time())),
            (Self::Utc(both), "naive_utc", []) => Value::Moment(Self::Both(both.naive_utc())),
            (Self::Utc(both), "date_naive", []) => Value::Moment(Self::Date(both.date_naive())),
            _ => return None,
        })
    }
}

/// What a date and time that there is becomes: the functions that may fail are followed by `unwrap`.
fn some(both: NaiveDateTime) -> Value {
    Value::Some(Box::new(Value::Moment(Moment::Both(both))))
}

/// What `ty::name` is.
pub(super) fn constant(ty: &str, name: &str) -> Option<Value> {
    Some(Value::Moment(match (ty, name) {
        ("DateTime" | "DateTimeUtc" | "ChronoDateTimeUtc", "UNIX_EPOCH") => {
            Moment::Utc(DateTime::UNIX_EPOCH)
        }
        ("NaiveTime", "MIN") => Moment::Time(NaiveTime::MIN),
        ("Time", "MIDNIGHT") => Moment::Time(NaiveTime::MIN),
        _ => return None,
    }))
}

/// What `ty::name(arguments)` gives.
pub(super) fn call(ty: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let numbers = numbers(arguments);
    let moment = match (ty, name) {
        ("Date" | "NaiveDate" | "ChronoDate", "from_ymd_opt" | "from_ymd") => {
            Moment::Date(date(&numbers?)?)
        }
        ("Date" | "TimeDate", "from_calendar_date") => match arguments {
            [year, Value::Month(month), day] => Moment::Date(NaiveDate::from_ymd_opt(
                year.number().and_then(|year| i32::try_from(year).ok())?,
                *month,
                day.number()?,
            )?),
            _ => return None,
        },
        (
            "Time" | "NaiveTime" | "ChronoTime" | "TimeTime",
            "from_hms_opt" | "from_hms" | "from_hms_milli_opt" | "from_hms_milli"
            | "from_hms_micro_opt" | "from_hms_micro",
        ) => {
            let numbers = numbers?;
            Moment::Time(match (name, numbers.as_slice()) {
                (_, [_, _, _]) => time(&numbers)?,
                ("from_hms_milli_opt" | "from_hms_milli", [hour, minute, second, part]) => {
                    NaiveTime::from_hms_milli_opt(
                        unsigned(*hour)?,
                        unsigned(*minute)?,
                        unsigned(*second)?,
                        unsigned(*part)?,
                    )?
                }
                ("from_hms_micro_opt" | "from_hms_micro", [hour, minute, second, part]) => {
                    NaiveTime::from_hms_micro_opt(
                        unsigned(*hour)?,
                        unsigned(*minute)?,
                        unsigned(*second)?,
                        unsigned(*part)?,
                    )?
                }
                _ => return None,
            })
        }
        ("DateTime" | "NaiveDateTime" | "ChronoDateTime" | "PrimitiveDateTime", "new") => {
            match arguments {
                [
                    Value::Moment(Moment::Date(date)),
                    Value::Moment(Moment::Time(time)),
                ] => Moment::Both(date.and_time(*time)),
                _ => return None,
            }
        }
        ("Utc", "with_ymd_and_hms") => Moment::Utc(utc(&numbers?)?),
        _ => return None,
    };
    let moment = Value::Moment(moment);
    Some(match name.ends_with("_opt") {
        true => Value::Some(Box::new(moment)),
        // Some of these give a `Result`, and `unwrap` of a value is the value.
        false => moment,
    })
}

/// `Utc.name(arguments)`.
pub(super) fn of_utc(name: &str, arguments: &[Value]) -> Option<Value> {
    call("Utc", name, arguments)
}

/// The number of a month by its name.
pub(super) fn month(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let at = MONTHS.iter().position(|month| *month == name)?;
    u32::try_from(at + 1).ok()
}

fn numbers(arguments: &[Value]) -> Option<Vec<i128>> {
    let numbers = arguments.iter().map(|argument| match argument {
        Value::Integer(number) => Some(*number),
        _ => None,
    });
    numbers.collect()
}

fn unsigned(number: i128) -> Option<u32> {
    u32::try_from(number).ok()
}

fn date(numbers: &[i128]) -> Option<NaiveDate> {
    match numbers {
        [year, month, day] => NaiveDate::from_ymd_opt(
            i32::try_from(*year).ok()?,
            unsigned(*month)?,
            unsigned(*day)?,
        ),
        _ => None,
    }
}

fn time(numbers: &[i128]) -> Option<NaiveTime> {
    match numbers {
        [hour, minute, second] => {
            NaiveTime::from_hms_opt(unsigned(*hour)?, unsigned(*minute)?, unsigned(*second)?)
        }
        _ => None,
    }
}

fn utc(numbers: &[i128]) -> Option<DateTime<Utc>> {
    let (day, hour) = numbers.split_at_checked(3)?;
    Some(date(day)?.and_time(time(hour)?).and_utc())
}

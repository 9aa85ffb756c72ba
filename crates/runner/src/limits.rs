//! How long a migration may wait for others, and how long a statement of it may take: the server's own limits, set for
//! each migration and taken back after it.

use std::time::Duration;

use seadrift_schema::Dialect;

/// The limits of each migration; none where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// How long a statement may wait for a lock.
    pub lock: Option<Duration>,
    /// How long a statement may take.
    pub statement: Option<Duration>,
}

/// An engine that does not have the limit that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchLimit {
    /// MySQL stops queries that take too long, but nothing that writes.
    #[error("MySQL does not limit the time of a statement that changes something")]
    MySql,
    /// SQLite has no such thing.
    #[error("SQLite does not limit the time of a statement")]
    Sqlite,
}

/// The limits in an engine's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Before a migration, where they end with its transaction.
    pub(crate) local: Vec<String>,
    /// Before a migration that has none.
    pub(crate) set: Vec<String>,
    /// After it.
    pub(crate) reset: Vec<String>,
}

impl Limits {
    /// What sets them on `dialect`; `None` where there are none.
    pub fn on(self, dialect: Dialect) -> Result<Option<Settings>, NoSuchLimit> {
        match dialect {
            Dialect::MySql if self.statement.is_some() => return Err(NoSuchLimit::MySql),
            Dialect::Sqlite if self.statement.is_some() => return Err(NoSuchLimit::Sqlite),
            _ => {}
        }
        let mut settings = Settings {
            local: vec![],
            set: vec![],
            reset: vec![],
        };
        let mut add = |name: &str, value: String| {
            if dialect == Dialect::Sqlite {
                settings.set.push(format!("PRAGMA {name} = {value}"));
                // What sqlx has it at.
                settings.reset.push(format!("PRAGMA {name} = 5000"));
            } else if dialect == Dialect::Postgres {
                settings.local.push(format!("SET LOCAL {name} = '{value}'"));
                settings.set.push(format!("SET {name} = '{value}'"));
                settings.reset.push(format!("RESET {name}"));
            } else {
                settings.set.push(format!("SET SESSION {name} = {value}"));
                settings.reset.push(format!("SET SESSION {name} = DEFAULT"));
            }
        };
        // Nothing would mean no limit to PostgreSQL and MariaDB.
        let milliseconds = |limit: Duration| limit.as_millis().max(1);
        if let Some(limit) = self.lock {
            match dialect {
                Dialect::Postgres => add("lock_timeout", format!("{}ms", milliseconds(limit))),
                Dialect::MySql | Dialect::MariaDb => {
                    let seconds = limit.as_secs_f64().ceil().max(1.0);
                    add("lock_wait_timeout", seconds.to_string());
                    add("innodb_lock_wait_timeout", seconds.to_string());
                }
                Dialect::Sqlite => add("busy_timeout", milliseconds(limit).to_string()),
            }
        }
        if let Some(limit) = self.statement {
            match dialect {
                Dialect::Postgres => add("statement_timeout", format!("{}ms", milliseconds(limit))),
                _ => {
                    let seconds = milliseconds(limit) as f64 / 1000.0;
                    add("max_statement_time", seconds.to_string());
                }
            }
        }
        Ok((!settings.set.is_empty()).then_some(settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_its_own_limits() {
        let limits = |lock: u64, statement: u64| Limits {
            lock: (lock > 0).then(|| Duration::from_millis(lock)),
            statement: (statement > 0).then(|| Duration::from_millis(statement)),
        };
        let set = |lock, statement, dialect| {
            let settings = limits(lock, statement).on(dialect).unwrap().unwrap();
            settings.set.join("; ")
        };
        assert_eq!(
            set(1500, 2000, Dialect::Postgres),
            "SET lock_timeout = '1500ms'; SET statement_timeout = '2000ms'"
        );
        assert_eq!(
            set(1500, 500, Dialect::MariaDb),
            "SET SESSION lock_wait_timeout = 2; SET SESSION innodb_lock_wait_timeout = 2; \
             SET SESSION max_statement_time = 0.5"
        );
        assert_eq!(set(1500, 0, Dialect::Sqlite), "PRAGMA busy_timeout = 1500");
        assert_eq!(limits(0, 1).on(Dialect::MySql), Err(NoSuchLimit::MySql));
        assert_eq!(limits(1, 1).on(Dialect::Sqlite), Err(NoSuchLimit::Sqlite));
        assert_eq!(limits(0, 0).on(Dialect::Postgres), Ok(None));
    }
}

//! Logins that may do less than the tests themselves.

use sea_orm::DbBackend;

use crate::Backend;
use crate::urls::parse;

/// What a login may do in its database; nothing outside it, and never make another database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// Nothing. PostgreSQL lets it connect and read the catalogs, MySQL lets it connect to no database.
    None,
    /// Read every table.
    Read,
    /// Read this one table.
    ReadOf(&'static str),
    /// Everything. On PostgreSQL it does not own the tables that were there before it.
    Own,
}

/// What makes a login, on the server and in its database.
pub(crate) struct Statements {
    pub(crate) on_server: String,
    pub(crate) in_database: Option<String>,
}

pub(crate) fn create(backend: Backend, database: &str, login: &str, rights: Rights) -> Statements {
    match backend {
        Backend::Postgres => postgres(database, login, rights),
        Backend::Sqlite | Backend::MySql => mysql(database, login, rights),
    }
}

/// `url` as `login` connects to it.
pub(crate) fn url(url: &str, login: &str) -> String {
    let mut url = parse(url);
    url.set_username(login)
        .and_then(|()| url.set_password(Some(&password(login))))
        .unwrap_or_else(|()| panic!("the URL has no place for a login"));
    url.into()
}

pub(crate) fn sqlite(url: &str, rights: Rights) -> String {
    match rights {
        Rights::None | Rights::Read | Rights::ReadOf(_) => url.replace("mode=rwc", "mode=ro"),
        Rights::Own => url.to_owned(),
    }
}

pub(crate) fn drop(backend: DbBackend, login: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("DROP ROLE IF EXISTS {login}"),
        _ => format!("DROP USER IF EXISTS '{login}'@'%'"),
    }
}

fn postgres(database: &str, login: &str, rights: Rights) -> Statements {
    let mut on_server = format!("CREATE ROLE {login} LOGIN PASSWORD '{}';", password(login));
    let in_database = match rights {
        // Before version 15 everyone could make tables in `public`.
        Rights::None => Some("REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned()),
        Rights::Read => {
            on_server.push_str(&format!("GRANT pg_read_all_data TO {login};"));
            Some("REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned())
        }
        Rights::ReadOf(table) => Some(format!(
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT ON \"{table}\" TO {login}"
        )),
        Rights::Own => {
            on_server.push_str(&format!("ALTER DATABASE {database} OWNER TO {login};"));
            Some(format!("ALTER SCHEMA public OWNER TO {login}"))
        }
    };
    Statements {
        on_server,
        in_database,
    }
}

fn mysql(database: &str, login: &str, rights: Rights) -> Statements {
    // A bare `_` in a grant stands for any character.
    let pattern = database.replace('_', "\\_");
    let grant = match rights {
        Rights::None => String::new(),
        Rights::Read => format!("GRANT SELECT, SHOW VIEW ON `{pattern}`.* TO '{login}'@'%';"),
        Rights::ReadOf(table) => {
            format!("GRANT SELECT ON `{database}`.`{table}` TO '{login}'@'%';")
        }
        Rights::Own => format!("GRANT ALL PRIVILEGES ON `{pattern}`.* TO '{login}'@'%';"),
    };
    let password = password(login);
    Statements {
        on_server: format!("CREATE USER '{login}'@'%' IDENTIFIED BY '{password}';{grant}"),
        in_database: None,
    }
}

/// Not the name itself, which may be seen in output.
fn password(login: &str) -> String {
    login.replace("seadrift", "secret")
}

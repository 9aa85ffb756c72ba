//! Introspection of real servers: a PostgreSQL one and a MySQL or MariaDB one, where the environment names them.

mod ask;
mod meanwhile;
mod mysql;
mod oracle;
mod postgres;
mod scope;
mod statements;
mod support;

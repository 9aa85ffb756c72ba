//! Introspection of real servers: a PostgreSQL one and a MySQL or MariaDB one, where the environment names them.

mod mysql;
mod oracle;
mod postgres;
mod statements;
mod support;

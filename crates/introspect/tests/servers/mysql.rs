//! Introspection of a MySQL or MariaDB server.

mod columns;
mod keys;
mod objects;

use sea_orm::DatabaseConnection;
use seadrift_introspect::{Scope, introspect};
use seadrift_schema::ObjectName;

use crate::{statements::statements_asked, support::*};

/// The keys that the tests for MySQL read, with names of every kind.
const MYSQL_KEYS: &str = r#"
    CREATE TABLE `o'dd "Table" ``ü``` (`a b` int, `B` int, `ünï` int, PRIMARY KEY (`ünï`, `a b`),
        UNIQUE KEY `u q` (`B`, `a b`));
    CREATE TABLE `Order` (`group` int, `of` int, `mine` int,
        CONSTRAINT `f``k (1) ON DELETE` FOREIGN KEY (`of`, `group`) REFERENCES `o'dd "Table" ``ü``` (`ünï`, `a b`)
            ON DELETE CASCADE ON UPDATE SET NULL,
        KEY own (`mine`, `of`),
        CONSTRAINT served FOREIGN KEY (`mine`) REFERENCES `o'dd "Table" ``ü``` (`B`));
    CREATE TABLE `order_` (a int);"#;

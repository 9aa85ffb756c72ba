//! Laws that hold whatever the schema is, tried with random schemas and with those of real applications.

mod database;
mod random;
mod real;
mod retype;
#[path = "../rows.rs"]
mod rows;
mod split;
mod values;

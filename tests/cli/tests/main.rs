//! The command line, through a real binary: `src/bin/fixture` is a project's migration crate in miniature.
//!
//! What a run prints is looked at in full, as a transcript that `UPDATE_EXPECT=1` writes anew.

mod backends;
mod bad_input;
mod check;
mod client;
mod config;
mod connection;
mod diff;
mod diff_input;
mod entities;
mod file;
mod full_disk;
mod graph;
mod hazards;
mod in_place;
mod init;
mod interrupted;
mod library;
mod lock;
mod message;
mod names;
mod offline;
mod one_at_a_time;
mod online;
mod plain;
mod project;
mod proof;
mod quickstart;
mod readers;
mod readme;
mod renames;
mod revision;
mod rights;
mod run;
mod scripted;
mod sea_orm_1;
mod sea_orm_cli;
mod usage;

use run::without_times;

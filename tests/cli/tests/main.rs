//! The command line, through a real binary: `src/bin/fixture` is a project's migration crate in miniature.
//!
//! What a run prints is looked at in full, as a transcript that `UPDATE_EXPECT=1` writes anew.

mod backends;
mod check;
mod client;
mod config;
mod connection;
mod diff;
mod diff_input;
mod drift;
mod entities;
mod file;
mod full_disk;
mod graph;
mod hazards;
mod hooks;
mod in_a_test;
mod in_place;
mod in_step;
mod init;
mod interrupted;
mod library;
mod lint;
mod listed;
mod lock;
mod lock_merge;
mod message;
mod names;
mod naming;
mod offline;
mod one_at_a_time;
mod online;
mod out_of_place;
mod outputs;
mod plain;
mod project;
mod proof;
mod quickstart;
mod readers;
mod readme;
mod rebased;
mod renames;
mod replay;
mod revision;
mod rights;
mod run;
mod scripted;
mod sea_orm_1;
mod sea_orm_cli;
mod sql_compiled;
mod sql_files;
mod sql_migrations;
mod sql_mixed;
mod usage;

use run::without_times;

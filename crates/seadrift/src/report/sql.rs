//! The difference as a file for the engine's own client: `psql -f`, `mariadb <`, `sqlite3 <`.

use seadrift_plan::Plan;
use seadrift_render::{sql as render, text};
use seadrift_schema::Dialect;

use super::Difference;
use crate::output;

/// Prints the statements of `plan`, of the wanted way, each ended by a semicolon.
pub(crate) fn sql(difference: &Difference<'_>, plan: &Plan) {
    output::result(format!("-- {}", one_line(&difference.title())));
    if plan.up.is_empty() {
        return output::result("-- no differences");
    }
    for change in &plan.up {
        for line in text::lines(change, plan.dialect) {
            output::result(format!("--   {}", one_line(&line)));
        }
    }
    for hazard in &plan.hazards {
        output::result(format!("-- {}", one_line(&hazard.to_string())));
    }
    output::result("");
    for line in preamble(difference, plan) {
        output::result(line);
    }
    for statement in render::script(&plan.up, plan.dialect) {
        output::result(format!("{statement};"));
    }
}

/// What the client has to know before: in which letters the file is, in which schema it works, and that a batch ends where it
/// fails, where it would otherwise go on and commit.
fn preamble(difference: &Difference<'_>, plan: &Plan) -> Vec<String> {
    match plan.dialect {
        Dialect::Sqlite if render::is_batch(&plan.up) => vec![".bail on".to_owned()],
        Dialect::Sqlite => vec![],
        Dialect::MySql | Dialect::MariaDb => vec!["SET NAMES utf8mb4;".to_owned()],
        Dialect::Postgres => {
            let mut lines = vec!["SET client_encoding TO 'UTF8';".to_owned()];
            let own = difference.sides.own_schema();
            if own != "public" {
                let own = plan.dialect.quote(own);
                lines.push(format!("SET search_path TO {own}, public;"));
            }
            lines
        }
    }
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

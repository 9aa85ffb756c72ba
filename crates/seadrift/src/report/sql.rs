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
    let (before, after) = frame(difference, plan);
    before.iter().for_each(output::result);
    for statement in render::script(&plan.up, plan.dialect) {
        output::result(format!("{statement};"));
    }
    after.iter().for_each(output::result);
}

/// What stands around the statements. The client has to know in which letters the file is, in which schema it works, and
/// sqlite3, that it ends where something fails, where it would otherwise go on. Where the engine can, all of it is done or
/// nothing.
fn frame(difference: &Difference<'_>, plan: &Plan) -> (Vec<String>, Vec<String>) {
    let [mut before, mut after] = [vec![], vec![]];
    let mut has_transaction = !plan.outside_transaction;
    match plan.dialect {
        Dialect::MySql | Dialect::MariaDb => {
            before.push("SET NAMES utf8mb4;".to_owned());
            // Each statement commits by itself.
            has_transaction = false;
        }
        Dialect::Sqlite => {
            before.push(".bail on".to_owned());
            // A batch has one of its own.
            has_transaction &= !render::is_batch(&plan.up);
        }
        Dialect::Postgres => {
            before.push("SET client_encoding TO 'UTF8';".to_owned());
            let own = difference.sides.own_schema();
            if own != "public" {
                let own = plan.dialect.quote(own);
                before.push(format!("SET search_path TO {own}, public;"));
            }
        }
    }
    if has_transaction {
        before.push("BEGIN;".to_owned());
        after.push("COMMIT;".to_owned());
    }
    (before, after)
}

fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

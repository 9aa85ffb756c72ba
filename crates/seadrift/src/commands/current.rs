//! `current`: where the database stands.

use crate::{
    Context, Error, Outcome,
    database::{self, Url},
    graph,
    listing::{self, Standing},
    output,
};

/// Show the newest applied revision of each branch, and how many are pending
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Exit with 1 if the database is not on all heads
    #[arg(long, short)]
    check_heads: bool,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let graph = graph::read(context)?;
    let db = database::connect(context, &Url::of(context)?).await?;
    let status = seadrift_runner::status(&db, &context.migrations)
        .await?
        .known()?;
    let pending = status.pending().len();
    let applied = status.applied();
    let tips = graph.tips(&applied);
    let is_on_heads = pending == 0;
    let standing = Standing::default();
    if context.options.verbose {
        for (at, tip) in tips.iter().enumerate() {
            super::print_apart(at, listing::details(&graph, tip, &standing));
        }
    } else {
        match &tips[..] {
            [] if is_on_heads => output::result("base (head)"),
            [] => output::result(format!("base ({pending} pending)")),
            [tip] if !is_on_heads => output::result(format!("{} ({pending} pending)", tip.name)),
            tips => {
                for tip in tips {
                    let is_head = graph.heads().contains(tip);
                    let head = if is_head { " (head)" } else { "" };
                    output::result(format!("{}{head}", tip.name));
                }
                if !is_on_heads {
                    output::result(format!("({pending} pending)"));
                }
            }
        }
    }
    if arguments.check_heads && !is_on_heads {
        output::progress(format!(
            "hint: the database is not on all heads; pending: {}",
            status.pending().join(", ")
        ));
        return Ok(Outcome::Drift);
    }
    Ok(Outcome::Done)
}

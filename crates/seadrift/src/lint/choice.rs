//! Which revisions are looked at, and for which engines.

use seadrift_runner::Symbol;
use seadrift_schema::Dialect;

use crate::{
    Context, Error,
    database::{self, Url},
    graph, offline,
    project::Project,
    step,
};

/// The revisions that somebody asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// Those that the database does not have; all where none is named.
    Pending,
    /// All.
    All,
    /// Those that a lock does not have: a file, or the lock at a revision of git.
    Since(&'a str),
    /// These.
    Named(&'a [Symbol]),
}

/// Their names, in the order in which they run.
pub(crate) async fn choose(
    context: &Context,
    project: &Project,
    wanted: Wanted<'_>,
) -> Result<Vec<String>, Error> {
    let graph = graph::of(Some(project), context.migrations.names())?;
    let all = graph.nodes().map(|node| node.name.clone());
    let applied = async || -> Result<Vec<String>, Error> {
        let db = database::connect(context, &Url::of(context)?).await?;
        let status = seadrift_runner::status(&db, &context.migrations).await?;
        Ok(status.applied())
    };
    let chosen: Vec<String> = match wanted {
        Wanted::All => return Ok(all.collect()),
        Wanted::Pending if context.options.database_url.is_none() => return Ok(all.collect()),
        Wanted::Pending => {
            let applied = applied().await?;
            return Ok(all.filter(|name| !applied.contains(name)).collect());
        }
        Wanted::Since(base) => {
            let known = step::known_at(project, base)?;
            return Ok(all.filter(|name| !known.contains(name)).collect());
        }
        Wanted::Named(symbols) => {
            let applied = match symbols.iter().any(Symbol::needs_database) {
                true => Some(applied().await?),
                false => None,
            };
            let mut chosen = vec![];
            for symbol in symbols {
                chosen.extend(symbol.revisions(&graph, applied.as_deref())?);
            }
            chosen
        }
    };
    Ok(all.filter(|name| chosen.contains(name)).collect())
}

/// The engines that the SQL of revisions is for: the one that is named, or that of the database, or those of the project.
pub(crate) fn dialects(context: &Context, named: Option<Dialect>) -> Result<Vec<Dialect>, Error> {
    let url = context.options.database_url.as_deref();
    let dialects = match (named, url) {
        (Some(named), _) => vec![named],
        (None, Some(url)) if context.config.backends.is_empty() => vec![Url::parse(url)?.dialect()],
        (None, _) => context.config.backends.clone(),
    };
    if dialects.is_empty() {
        return Err(Error::NoDialect);
    }
    dialects.into_iter().map(offline::built).collect()
}

//! `rebase`: puts a branch that no database has yet on top of another.

mod again;
mod answers;
mod list;
mod moves;
mod names;
mod renamed;
mod rewrite;

use seadrift_render::revision::slug_of;
use seadrift_runner::{Graph, Node, Symbol};

use self::{
    again::{Branch, Wanted},
    moves::Moves,
    names::Names,
};
use super::{merge::say_what_meets, revision::Proving};
use crate::{Context, Error, Outcome, graph, hazards::Rules, output, project::Project};

/// Put the revisions of a branch that are not applied on top of the other head
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Head of the branch to move; where it is left out, the one of which the database has nothing
    #[arg(value_name = "REV")]
    head: Option<Symbol>,

    /// Head to put it on, where there are more than two; with `--squash` also the revision that it stands on already
    #[arg(long, value_name = "REV")]
    onto: Option<Symbol>,

    /// Write the whole branch anew as one revision, with what differs between the database and the entities
    #[arg(long)]
    squash: bool,

    /// What that revision does, in a few words, instead of what those of the branch say
    #[arg(long, short, value_name = "TEXT", requires = "squash")]
    message: Option<String>,

    /// Write nothing anew, whatever the other branch has changed
    #[arg(long, conflicts_with = "squash")]
    as_is: bool,

    #[command(flatten)]
    proving: Proving,

    #[command(flatten)]
    rules: Rules,
}

pub(crate) async fn run(context: &Context, arguments: &Args) -> Result<Outcome, Error> {
    let project = Project::find(&context.options)?;
    let graph = graph::of(Some(&project), context.migrations.names())?;
    let applied = super::applied_for(context, true).await?.unwrap_or_default();
    let (head, onto) = ends(&graph, arguments, &applied)?;
    let own = own(&graph, &head, &onto);
    let branch = Branch {
        graph: &graph,
        head: &head,
        own: &own,
        onto: &onto,
        applied: &applied,
    };
    if arguments.squash {
        if let Some(obstacle) = again::obstacle(context, &project, &branch)? {
            return Err(Error::Rebase(obstacle));
        }
        say_what_meets(&graph, &[onto.clone(), head.clone()]);
        let (name, message) = as_one(context, &project, &branch, arguments)?;
        let wanted = Wanted {
            name: &name,
            message,
            rules: &arguments.rules,
            proving: &arguments.proving,
        };
        return again::write(context, project, &branch, wanted).await;
    }
    let moves = Moves::plan(context, &graph, &project, &head, &onto)?;
    let meets = say_what_meets(&graph, &[onto.clone(), head.clone()]);
    let is_generated = own.iter().all(|node| again::is_generated(&project, node));
    if meets && is_generated && !arguments.as_is {
        let mut obstacle = match (&own[..], &moves.moves[..]) {
            ([_], [_]) => again::obstacle(context, &project, &branch)?,
            _ => Some(format!(
                "the branch has several revisions; `rebase --squash --onto {onto}` writes them anew as one"
            )),
        };
        if let (None, [node], [one]) = (&obstacle, &own[..], &moves.moves[..]) {
            let wanted = Wanted {
                name: &one.to,
                message: message_of(node),
                rules: &arguments.rules,
                proving: &arguments.proving,
            };
            let project = Project::find(&context.options)?;
            match again::write(context, project, &branch, wanted).await {
                Err(Error::Rebase(why)) => obstacle = Some(why),
                done => return done,
            }
        }
        if let Some(obstacle) = obstacle {
            output::progress(format!("not written anew: {obstacle}"));
        }
    }
    moves.write(context, &project)?;
    output::progress(
        "their statements are as they were: look whether they still fit, run `upgrade`, and let `check` say what is left",
    );
    Ok(Outcome::Done)
}

/// The head of the branch to move, and the one to put it on.
fn ends(graph: &Graph, arguments: &Args, applied: &[String]) -> Result<(String, String), Error> {
    let heads: Vec<_> = graph.heads().iter().map(|head| head.name.clone()).collect();
    let one = |symbol: &Symbol| -> Result<String, Error> {
        let names = symbol.revisions(graph, Some(applied))?;
        match &names[..] {
            [name] if heads.contains(name) => Ok(name.clone()),
            [name] => Err(Error::NotHead(name.clone())),
            _ => Err(Error::Rebase(format!("`{symbol}` is not one revision"))),
        }
    };
    let head = arguments.head.as_ref().map(one).transpose()?;
    if let (true, Some(onto)) = (arguments.squash, &arguments.onto)
        && let [onto] = &onto.revisions(graph, Some(applied))?[..]
        && !heads.contains(onto)
    {
        return above(graph, head.as_ref(), onto, applied);
    }
    let onto = arguments.onto.as_ref().map(one).transpose()?;
    let is_free = |head: &str, onto: &str| {
        let own = own(graph, head, onto);
        own.iter().all(|node| !applied.contains(&node.name))
    };
    let mut pairs = vec![];
    for one in &heads {
        for other in heads.iter().filter(|other| *other != one) {
            let is_meant = head.as_ref().is_none_or(|head| head == one)
                && onto.as_ref().is_none_or(|onto| onto == other);
            if is_meant {
                pairs.push((one.clone(), other.clone()));
            }
        }
    }
    if pairs.is_empty() {
        return Err(Error::Rebase(
            "there is no other head to put it on".to_owned(),
        ));
    }
    let (free, taken): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(head, onto)| is_free(head, onto));
    match (&free[..], &taken[..]) {
        ([pair], _) => Ok(pair.clone()),
        ([], [(head, onto), ..]) => {
            let own = own(graph, head, onto);
            let there = own.iter().find(|node| applied.contains(&node.name));
            let name = there.map_or(head.as_str(), |node| node.name.as_str());
            Err(has_already(name))
        }
        _ => {
            let pairs: Vec<_> = free
                .iter()
                .map(|(head, onto)| format!("`rebase {head} --onto {onto}`"))
                .collect();
            Err(Error::Rebase(format!("it could be {}", pairs.join(" or "))))
        }
    }
}

/// The branch that stands on `onto` already, of `head` if that is said.
fn above(
    graph: &Graph,
    head: Option<&String>,
    onto: &str,
    applied: &[String],
) -> Result<(String, String), Error> {
    let heads = graph.heads().into_iter().map(|head| &head.name);
    let is_above = |head: &&String| {
        let below = graph.needed_by([head.as_str()]);
        below.iter().any(|node| node.name == onto)
    };
    let heads: Vec<_> = heads
        .filter(|name| head.is_none_or(|head| head == *name))
        .filter(is_above)
        .collect();
    let [head] = heads[..] else {
        return Err(Error::Rebase(match heads.is_empty() {
            true => format!("it does not come after `{onto}`"),
            false => format!("several heads come after `{onto}`; name one"),
        }));
    };
    let own = own(graph, head, onto);
    match own.iter().find(|node| applied.contains(&node.name)) {
        Some(there) => Err(has_already(&there.name)),
        None => Ok((head.clone(), onto.to_owned())),
    }
}

fn has_already(name: &str) -> Error {
    Error::Rebase(format!("the database has `{name}` already"))
}

/// What a revision says that it does.
fn message_of(node: &Node) -> String {
    node.message.clone().unwrap_or_else(|| node.name.clone())
}

/// The longest message that is made of others.
const LONGEST_MESSAGE: usize = 72;

/// The name and the message of the one revision that the branch becomes. One that stays alone keeps what it has, as far as the order
/// lets it.
fn as_one(
    context: &Context,
    project: &Project,
    branch: &Branch<'_>,
    arguments: &Args,
) -> Result<(String, String), Error> {
    if let ([node], None) = (branch.own, &arguments.message) {
        let moves = Moves::plan(context, branch.graph, project, branch.head, branch.onto)?;
        let one = moves.moves.into_iter().next();
        let name = one.map_or_else(|| node.name.clone(), |one| one.to);
        return Ok((name, message_of(node)));
    }
    let message = match &arguments.message {
        Some(message) => message.clone(),
        None => joined_messages(branch.own),
    };
    let slug = slug_of(&message, "").ok_or_else(|| Error::Message(message.clone()))?;
    let below = branch.graph.needed_by([branch.onto]);
    let newest = below.iter().map(|node| node.name.as_str()).max();
    let place = branch.own.last().and_then(|node| project.place(&node.name));
    let mut names = Names::new(context, project);
    let name = names.after(newest.unwrap_or_default(), &slug, place.as_ref())?;
    Ok((name, message))
}

/// The messages of a branch in one line: as many as fit, and how many more there are.
fn joined_messages(own: &[&Node]) -> String {
    let mut message = String::new();
    for (at, node) in own.iter().enumerate() {
        let next = message_of(node);
        if at == 0 {
            message = next;
        } else if message.chars().count() + next.chars().count() < LONGEST_MESSAGE {
            message = format!("{message}; {next}");
        } else {
            return format!("{message}; and {} more", own.len() - at);
        }
    }
    message
}

/// What belongs to the branch of `head` and not to that of `onto`, in order.
fn own<'a>(graph: &'a Graph, head: &str, onto: &str) -> Vec<&'a Node> {
    graph
        .sides(&[head, onto])
        .into_iter()
        .next()
        .unwrap_or_default()
}

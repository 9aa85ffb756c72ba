//! The graph of the project's revisions, as the heads of their files tell it.

use std::path::{Path, PathBuf};

use seadrift_runner::{Graph, GraphError, Node};

use crate::{
    Context, Error,
    head::{Identity, Problem},
    project::{self, Project, shown},
};

/// The graph of the project's revisions. A deployed program has no sources; there, each revises the one before it.
pub(crate) fn read(context: &Context) -> Result<Graph, Error> {
    let project = Project::find(&context.options).ok();
    of(project.as_ref(), context.migrations.names())
}

/// The graph of the revisions `names`, which the `Migrator` lists in this order. One whose file has no head, or that has no file
/// in the project, revises the one before it.
pub(crate) fn of(project: Option<&Project>, names: &[String]) -> Result<Graph, Error> {
    let mut nodes: Vec<Node> = vec![];
    for name in names {
        let there = project.map(|project| (project, project.file(name)));
        let there = there.filter(|(_, path)| path.is_file());
        let before = nodes.last().map(|node| node.name.clone());
        nodes.push(match &there {
            Some((project, path)) => node(project, name, before, path, names)?,
            None => Node {
                name: name.clone(),
                revises: before.into_iter().collect(),
                ..Node::default()
            },
        });
    }
    Ok(Graph::new(nodes)?)
}

fn node(
    project: &Project,
    name: &str,
    before: Option<String>,
    path: &Path,
    names: &[String],
) -> Result<Node, Error> {
    let source = project::read(path)?;
    let head = Identity::read(&source).map_err(|problem| Error::Head {
        path: path.to_owned(),
        problem,
    })?;
    if let Some(said) = head.revision.filter(|said| said.text != name) {
        // A file that was copied says the same as the one that it was copied from.
        if names.contains(&said.text) {
            let original = project.file(&said.text);
            return Err(Error::Graph(Box::new(GraphError::Twice {
                revision: said.text,
                paths: [original.as_path(), path].map(short).to_vec(),
            })));
        }
        return Err(Error::Head {
            path: path.to_owned(),
            problem: Problem {
                line: said.number,
                message: format!(
                    "it says revision `{}`, and the file is `{name}`'s",
                    said.text
                ),
            },
        });
    }
    Ok(Node {
        name: name.to_owned(),
        revises: match head.revises {
            Some(said) => said.text,
            None => before.into_iter().collect(),
        },
        depends_on: head.depends_on,
        labels: head.labels,
        message: head.message,
        created: head.created,
        changes: head.changes,
        path: Some(short(path)),
    })
}

/// The path as it is shown, which leads to the same file.
fn short(path: &Path) -> PathBuf {
    shown(path).into()
}

//! Where a new revision goes in the graph, and what it is called.

use seadrift_runner::{Graph, Symbol};

use crate::Error;

/// Where the revision goes.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Branches")]
pub(crate) struct Wanted {
    /// Revision to put it on, where there are several heads; `base` starts a line of its own
    #[arg(long, value_name = "REV")]
    head: Option<Symbol>,

    /// Put it on a revision that others revise already, and so start a branch
    #[arg(long, requires = "head")]
    splice: bool,

    /// Name for the branch that starts with it
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,

    /// Revision or label of another branch that has to be there before it
    #[arg(long, value_name = "REV")]
    depends_on: Vec<Symbol>,

    /// Name for the revision and its file, instead of one made of time and message
    #[arg(long, value_name = "NAME")]
    rev_id: Option<String>,
}

/// Where a revision goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub revises: Vec<String>,
    pub depends_on: Vec<String>,
    pub labels: Vec<String>,
    /// Its name, where that is not made of time and message.
    pub name: Option<String>,
}

impl Wanted {
    /// The place that is meant.
    pub(crate) fn place(&self, graph: &Graph) -> Result<Place, Error> {
        let head = self.head.clone().unwrap_or_else(Symbol::head);
        let revises = head.revisions(graph, None)?;
        let heads = graph.heads();
        let is_head = |name: &str| heads.iter().any(|head| head.name == name);
        if let Some(inner) = revises.iter().find(|name| !is_head(name))
            && !self.splice
        {
            return Err(Error::NotHead(inner.clone()));
        }
        let mut depends_on = vec![];
        for symbol in &self.depends_on {
            let word = symbol.to_string();
            // A label stays one.
            if graph.labels().any(|label| label == word) {
                depends_on.push(word);
            } else {
                depends_on.extend(symbol.revisions(graph, None)?);
            }
        }
        for label in &self.branch_label {
            check_label(graph, label)?;
        }
        if let Some(name) = &self.rev_id {
            check_name(graph, name)?;
        }
        Ok(Place {
            revises,
            depends_on,
            labels: self.branch_label.clone(),
            name: self.rev_id.clone(),
        })
    }
}

/// What a label is made of, so that no symbol and no list in a head takes it for something else.
pub(crate) fn check_label(graph: &Graph, label: &str) -> Result<(), Error> {
    let is_word = ["head", "heads", "base", "current", "nothing", ""].contains(&label);
    let is_plain = label
        .chars()
        .all(|c| c.is_alphanumeric() || "_./".contains(c));
    let is_known = graph.labels().any(|known| known == label) || graph.get(label).is_some();
    match is_word || !is_plain || is_known {
        true => Err(Error::BadLabel {
            label: label.to_owned(),
            is_known,
        }),
        false => Ok(()),
    }
}

/// What a name is made of: it is that of a module, too.
pub(crate) fn check_name(graph: &Graph, name: &str) -> Result<(), Error> {
    let is_module = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && seadrift_render::migrator::is_module(name);
    let is_known = graph.get(name).is_some();
    match !is_module || is_known {
        true => Err(Error::BadName {
            name: name.to_owned(),
            is_known,
        }),
        false => Ok(()),
    }
}

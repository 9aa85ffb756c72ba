//! New names for revisions that come after others.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Context, Error,
    project::{Place, Project},
};

/// How many names are tried.
const MOST_NAMES: usize = 600;

/// New names, each with a later time or number than the one before.
pub(super) struct Names<'a> {
    context: &'a Context,
    project: &'a Project,
    at: DateTime<Utc>,
    number: usize,
}

impl<'a> Names<'a> {
    pub(super) fn new(context: &'a Context, project: &'a Project) -> Self {
        let template = &context.config.file_template;
        Self {
            context,
            project,
            at: Utc::now(),
            number: template.next_number(context.migrations.names()),
        }
    }

    /// One that comes after `last` and that nothing has, for what is beside `place`; where the other says a time to come, one that nothing
    /// has.
    pub(super) fn after(
        &mut self,
        last: &str,
        slug: &str,
        place: Option<&Place>,
    ) -> Result<String, Error> {
        let mut free = None;
        for _ in 0..MOST_NAMES {
            let name = self.next(slug)?;
            if self.is_free(&name, place) {
                if *name > *last {
                    return Ok(name);
                }
                free.get_or_insert(name);
            }
        }
        free.ok_or(Error::Numbers)
    }

    fn next(&mut self, slug: &str) -> Result<String, Error> {
        let (template, zone) = (
            &self.context.config.file_template,
            self.context.config.timezone,
        );
        let named = template.name(zone.tell(self.at), self.number, slug);
        self.at += TimeDelta::seconds(1);
        self.number += 1;
        named.ok_or(Error::Numbers)
    }

    fn is_free(&self, name: &str, place: Option<&Place>) -> bool {
        let folder = match place {
            Some(Place::Rust(path)) => path.parent(),
            Some(Place::Sql(folder)) => folder.path.parent(),
            None => None,
        };
        !self
            .project
            .has(folder.unwrap_or(&self.project.source), name)
    }
}

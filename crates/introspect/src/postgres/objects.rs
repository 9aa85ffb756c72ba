//! What lies beside tables and types: schemas, extensions, sequences, and what is only listed.

use seadrift_schema::ObjectName;

use super::{Found, Reader, draft::Drafts, queries};
use crate::{Error, catalog::Connection};

impl<C: Connection> Reader<'_, C> {
    /// Adds the objects to what is found.
    pub(super) async fn objects(&self, drafts: &Drafts, found: &mut Found) -> Result<(), Error> {
        let mut rows = self.rows("the objects", queries::OBJECTS).await?;
        while let Some(mut row) = rows.next().await? {
            let kind = row.text()?;
            let schema = row.optional_text()?;
            let name = row.text()?;
            let options = row.optional_text()?;
            let table = row.optional_number()?;
            let column = row.optional_number()?;
            let name = match schema {
                Some(schema) => self.name(schema, name),
                None => ObjectName::new(name),
            };
            match kind.as_str() {
                "schema" => found.schema.schemas.extend([name.name]),
                "extension" => found.schema.extensions.extend([name.name]),
                "sequence" => {
                    if is_on_its_own(drafts, table, column) {
                        let options = options.unwrap_or_default();
                        found.schema.sequences.insert(name, options);
                    }
                }
                _ if table.is_some_and(|id| self.passes_over(id, drafts)) => {}
                kind => found.note(kind, name),
            }
        }
        Ok(())
    }
}

impl<C> Reader<'_, C> {
    /// Whether what hangs on the table or view with that id is passed over with it.
    fn passes_over(&self, id: i64, drafts: &Drafts) -> bool {
        drafts.is_ignored(id) || self.scope.tables.is_some() && drafts.get(id).is_none()
    }
}

/// Whether a sequence, owned by that column if by any, has to be made before its table. A sequence of an identity or
/// serial column comes with the column; one that a column owns and takes no number from does not.
fn is_on_its_own(drafts: &Drafts, table: Option<i64>, column: Option<i64>) -> bool {
    let Some((table, column)) = table.zip(column) else {
        return true;
    };
    let column = drafts.get(table).and_then(|draft| draft.column(column));
    column.is_some_and(|column| !column.auto_increment)
}

//! Columns.

use seadrift_schema::{Column, Generated, Identity, canonical};

use super::{Reader, draft::Drafts, queries, types::Types, wording::settled};
use crate::{Error, assemble, catalog::Connection};

impl<C: Connection> Reader<'_, C> {
    /// Adds the columns to their tables.
    pub(super) async fn columns(
        &self,
        drafts: &mut Drafts,
        types: &mut Types,
    ) -> Result<(), Error> {
        let mut rows = self.rows("the columns", queries::COLUMNS).await?;
        while let Some(mut row) = rows.next().await? {
            let Some(draft) = drafts.get_mut(row.number()?) else {
                continue;
            };
            let number = row.number()?;
            let name = row.text()?;
            let ty = types.of_column(row.number()?, &row.text()?);
            let mut column = Column::new(name, ty);
            column.nullable = !row.flag()?;
            let identity = row.text()?;
            let generated = row.text()?;
            let expression = row.optional_text()?.map(settled);
            let is_numbered = row.flag()? && canonical::is_integer(&column.ty);
            let schema = row.optional_text()?;
            let sequence = schema.zip(row.optional_text()?);
            let options = row.optional_text()?.filter(|options| !options.is_empty());
            column.collation = row.optional_text()?;
            column.comment = row.optional_text()?;

            if !identity.is_empty() || is_numbered {
                column.auto_increment = true;
                column.identity = Some(Box::new(Identity {
                    always: identity == "a",
                    options,
                    sequence: sequence.map(|(schema, name)| self.name(schema, name)),
                }));
            } else if !generated.is_empty() {
                let expression = expression.ok_or_else(|| self.changed(&draft.table.name))?;
                column.generated = Some(Box::new(Generated {
                    expression: assemble::without_parentheses(&expression).to_owned(),
                    stored: generated == "s",
                }));
            } else {
                column.default = expression.as_deref().and_then(assemble::default);
            }
            draft.add(number, column);
        }
        drafts.put_columns_in_order();
        Ok(())
    }
}

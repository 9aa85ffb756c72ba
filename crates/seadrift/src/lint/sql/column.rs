//! Columns as SQL declares them.

use seadrift_schema::{
    Check, Column, DefaultValue, Dialect, ForeignKey, Generated, Index, IndexOrigin, PrimaryKey,
    ReferentialAction, Table, Type, canonical,
};
use sqlparser::ast::{
    self, ColumnOption, DataType, Expr, GeneratedExpressionMode, TableConstraint, UnaryOperator,
    Value,
};

use super::Reader;

/// A column with the constraints that stand beside it.
pub(super) struct Declared {
    pub column: Column,
    pub is_primary: bool,
    pub unique: Option<Index>,
    pub references: Option<ForeignKey>,
    pub check: Option<Check>,
}

impl Reader {
    /// The type that SQL names, and whether the server numbers rows by it.
    pub(super) fn ty(&self, ty: &DataType) -> (Type, bool) {
        let text = ty.to_string();
        let serial = match (self.dialect, text.to_lowercase().as_str()) {
            (Dialect::Postgres, "serial" | "serial4") => Some(Type::Integer),
            (Dialect::Postgres, "bigserial" | "serial8") => Some(Type::BigInteger),
            (Dialect::Postgres, "smallserial" | "serial2") => Some(Type::SmallInteger),
            _ => None,
        };
        if let Some(ty) = serial {
            return (ty, true);
        }
        // In what is quoted, the letters count.
        let text = match text.contains(['\'', '"']) {
            true => text,
            false => text.to_lowercase(),
        };
        (canonical::parse_type(&text, self.dialect), false)
    }

    /// The column of this name and type with `options`.
    pub(super) fn column<'o>(
        &self,
        table: &str,
        name: &ast::Ident,
        ty: &DataType,
        options: impl IntoIterator<Item = &'o ColumnOption>,
    ) -> Declared {
        let name = self.ident(name);
        let (ty, is_numbered) = self.ty(ty);
        let mut column = Column::new(name.clone(), ty);
        column.nullable = !is_numbered;
        column.auto_increment = is_numbered;
        let mut declared = Declared {
            column,
            is_primary: false,
            unique: None,
            references: None,
            check: None,
        };
        for option in options {
            let column = &mut declared.column;
            match option {
                ColumnOption::NotNull => column.nullable = false,
                ColumnOption::PrimaryKey(_) => {
                    column.nullable = false;
                    declared.is_primary = true;
                }
                ColumnOption::Default(value) => column.default = default(value),
                ColumnOption::Unique(_) => {
                    let usual = match self.dialect {
                        Dialect::MySql | Dialect::MariaDb => name.clone(),
                        _ => format!("{table}_{name}_key"),
                    };
                    let mut index = Index::new(usual, vec![name.clone()]);
                    index.unique = true;
                    index.origin = IndexOrigin::Constraint;
                    declared.unique = Some(index);
                }
                ColumnOption::ForeignKey(key) => {
                    declared.references = Some(self.foreign_key(table, key, vec![name.clone()]));
                }
                ColumnOption::Check(check) => {
                    declared.check = Some(Check::new(check.expr.to_string()));
                }
                ColumnOption::Generated {
                    generation_expr,
                    generation_expr_mode,
                    ..
                } => match generation_expr {
                    Some(expression) => {
                        column.generated = Some(Box::new(Generated {
                            expression: expression.to_string(),
                            stored: *generation_expr_mode != Some(GeneratedExpressionMode::Virtual)
                                && (generation_expr_mode.is_some()
                                    || self.dialect == Dialect::Postgres),
                        }));
                    }
                    None => {
                        column.auto_increment = true;
                        column.nullable = false;
                    }
                },
                ColumnOption::DialectSpecific(tokens) => {
                    let words = tokens.iter().map(|token| token.to_string().to_uppercase());
                    column.auto_increment |= words
                        .into_iter()
                        .any(|word| word == "AUTO_INCREMENT" || word == "AUTOINCREMENT");
                }
                ColumnOption::Comment(text) => column.comment = Some(text.clone()),
                _ => {}
            }
        }
        declared
    }

    pub(super) fn foreign_key(
        &self,
        table: &str,
        key: &ast::ForeignKeyConstraint,
        columns: Vec<String>,
    ) -> ForeignKey {
        let referenced = key.referred_columns.iter().map(|name| self.ident(name));
        let references = self.name(&key.foreign_table);
        let mut made = ForeignKey::new(columns, references, referenced.collect());
        made.name = key.name.as_ref().map(|name| self.ident(name));
        if made.name.is_none() && self.dialect == Dialect::Postgres {
            made.name = Some(format!("{table}_{}_fkey", made.columns.join("_")));
        }
        let action =
            |action: &ast::ReferentialAction| ReferentialAction::from_sql(&action.to_string());
        made.on_delete = key.on_delete.as_ref().and_then(action);
        made.on_update = key.on_update.as_ref().and_then(action);
        made
    }

    /// Gives `table` a constraint that stands beside its columns.
    pub(super) fn constrain(&self, table: &mut Table, constraint: &TableConstraint) {
        match constraint {
            TableConstraint::PrimaryKey(key) => {
                table.primary_key = Some(PrimaryKey {
                    name: key.name.as_ref().map(|name| self.ident(name)),
                    columns: self.columns(&key.columns),
                });
            }
            TableConstraint::Unique(unique) => {
                table.indexes.push(self.unique(&table.name.name, unique))
            }
            TableConstraint::ForeignKey(key) => {
                let columns = key.columns.iter().map(|name| self.ident(name)).collect();
                let key = self.foreign_key(&table.name.name, key, columns);
                table.foreign_keys.push(key);
            }
            TableConstraint::Check(check) => table.checks.push(self.check(check)),
            TableConstraint::Index(index) => {
                let name = index.name.as_ref().map(|name| self.ident(name));
                let columns = self.columns(&index.columns);
                table
                    .indexes
                    .push(Index::new(name.unwrap_or_default(), columns));
            }
            TableConstraint::FulltextOrSpatial(_)
            | TableConstraint::PrimaryKeyUsingIndex(_)
            | TableConstraint::UniqueUsingIndex(_)
            | TableConstraint::Exclude(_) => {}
        }
    }

    pub(super) fn check(&self, check: &ast::CheckConstraint) -> Check {
        Check {
            name: check.name.as_ref().map(|name| self.ident(name)),
            ..Check::new(check.expr.to_string())
        }
    }

    pub(super) fn unique(&self, table: &str, unique: &ast::UniqueConstraint) -> Index {
        let columns = self.columns(&unique.columns);
        let name = unique.name.as_ref().or(unique.index_name.as_ref());
        let name = name.map(|name| self.ident(name));
        let name = name.unwrap_or_else(|| format!("{table}_{}_key", columns.join("_")));
        let mut index = Index::new(name, columns);
        index.unique = true;
        index.origin = IndexOrigin::Constraint;
        index
    }

    /// The columns of an index; an expression is its text.
    pub(super) fn columns(&self, columns: &[ast::IndexColumn]) -> Vec<String> {
        let name = |column: &ast::IndexColumn| match &column.column.expr {
            Expr::Identifier(name) => self.ident(name),
            other => other.to_string(),
        };
        columns.iter().map(name).collect()
    }
}

/// The default that stands behind `DEFAULT`.
pub(super) fn default(expression: &Expr) -> Option<DefaultValue> {
    let text = expression.to_string();
    let negative = match expression {
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => Some(expr),
        _ => None,
    };
    let value = match (expression, negative.map(|inner| &**inner)) {
        (Expr::Value(value), _) => match &value.value {
            Value::Null => return None,
            Value::Boolean(value) => DefaultValue::Bool(*value),
            Value::Number(..) => DefaultValue::Number(text),
            Value::SingleQuotedString(text) => DefaultValue::Text(text.clone()),
            _ => DefaultValue::Expression(text),
        },
        (_, Some(Expr::Value(_))) => DefaultValue::Number(text),
        _ if text.eq_ignore_ascii_case("CURRENT_TIMESTAMP") => DefaultValue::CurrentTimestamp,
        _ => DefaultValue::Expression(text),
    };
    Some(value)
}

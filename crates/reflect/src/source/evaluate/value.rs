//! Values, and what their methods do to them.

use sea_orm::sea_query::{
    self, Alias, ColumnType, Expr, ExprTrait, ForeignKeyAction, FunctionCall, IntoIden, Keyword,
    PgInterval, StringLen,
};
use syn::{BinOp, ExprLit, Lit};

use super::{
    builder::{Definition, Relation},
    moment::{self, Moment},
};
use crate::source::entity::EntityId;

/// What an expression can be.
#[derive(Debug, Clone)]
pub(in crate::source) enum Value {
    Text(String),
    Integer(i128),
    Float(f64),
    Single(f32),
    Truth(bool),
    Letter(char),
    Nothing,
    Some(Box<Value>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    Type(ColumnType),
    Definition(Box<Definition>),
    Length(StringLen),
    Interval(PgInterval),
    Action(ForeignKeyAction),
    Keyword(Keyword),
    Function(FunctionCall),
    Expression(Expr),
    Entity(EntityId),
    /// A column of an entity, by its name in the database.
    ColumnOf(String),
    Relation(Box<Relation>),
    /// A relation whose key is on the other side.
    OtherSide,
    Moment(Moment),
    /// A month of the crate time, from 1.
    Month(u32),
    /// chrono's `Utc`.
    Utc,
    Json(serde_json::Value),
}

impl Value {
    /// `receiver.name(arguments)`.
    pub(super) fn method(self, name: &str, mut arguments: Vec<Value>) -> Option<Self> {
        // Conversions.
        if arguments.is_empty()
            && [
                "into",
                "to_owned",
                "clone",
                "into_iden",
                "to_string",
                "as_str",
                "as_ref",
                "into_string",
                "into_boxed_str",
                "to_value",
                "into_value",
                "take",
            ]
            .contains(&name)
        {
            return Some(self);
        }
        // A value that is there; one that is not has no value.
        if ["unwrap", "expect", "unwrap_or_default"].contains(&name) {
            return match self {
                Self::Some(inner) => Some(*inner),
                Self::Moment(_) | Self::Json(_) => Some(self),
                _ => None,
            };
        }
        match self {
            Self::Moment(moment) => moment.method(name, &arguments),
            Self::Utc => moment::of_utc(name, &arguments),
            Self::Type(ty) if name == "def" && arguments.is_empty() => {
                Some(Self::Definition(Box::new(Definition::new(ty))))
            }
            Self::Type(_) => None,
            Self::Definition(definition) if name == "get_column_type" => {
                Some(Self::Type(definition.ty))
            }
            Self::Definition(mut definition) => {
                definition.apply(name, arguments)?;
                Some(Self::Definition(definition))
            }
            Self::Relation(mut relation) => {
                relation.apply(name, arguments)?;
                Some(Self::Relation(relation))
            }
            Self::Function(call) if name == "arg" && arguments.len() == 1 => {
                Some(Self::Function(call.arg(arguments.pop()?.expression()?)))
            }
            Self::Function(call) if name == "args" && arguments.len() == 1 => {
                let parts = arguments.pop()?.expressions()?;
                Some(Self::Function(call.args(parts)))
            }
            other => {
                let expression = other.expression()?;
                let argument = arguments.pop()?;
                if !arguments.is_empty() {
                    return None;
                }
                Some(Self::Expression(match name {
                    "add" => expression.add(argument.expression()?),
                    "sub" => expression.sub(argument.expression()?),
                    "mul" => expression.mul(argument.expression()?),
                    "div" => expression.div(argument.expression()?),
                    "modulo" => expression.modulo(argument.expression()?),
                    "eq" => expression.eq(argument.expression()?),
                    "ne" => expression.ne(argument.expression()?),
                    "gt" => expression.gt(argument.expression()?),
                    "gte" => expression.gte(argument.expression()?),
                    "lt" => expression.lt(argument.expression()?),
                    "lte" => expression.lte(argument.expression()?),
                    "and" => expression.and(argument.expression()?),
                    "or" => expression.or(argument.expression()?),
                    "cast_as" => expression.cast_as(argument.iden()?),
                    "as_enum" => expression.as_enum(argument.iden()?),
                    _ => return None,
                }))
            }
        }
    }

    /// As an expression of SQL.
    pub(in crate::source) fn expression(self) -> Option<Expr> {
        let value = match self {
            Self::Expression(expression) => return Some(expression),
            Self::Function(call) => return Some(call.into()),
            Self::Keyword(keyword) => return Some(keyword.into()),
            other => other.constant()?,
        };
        Some(Expr::Value(value))
    }

    /// As a constant.
    pub(in crate::source) fn constant(self) -> Option<sea_query::Value> {
        Some(match self {
            Self::Text(text) => text.into(),
            Self::Integer(number) => match i64::try_from(number) {
                Ok(number) => number.into(),
                Err(_) => u64::try_from(number).ok()?.into(),
            },
            Self::Float(number) => number.into(),
            Self::Single(number) => number.into(),
            Self::Truth(truth) => truth.into(),
            Self::Letter(letter) => letter.into(),
            Self::Some(inner) => inner.constant()?,
            Self::Moment(moment) => moment.text().into(),
            Self::Json(json) => json.to_string().into(),
            Self::Expression(Expr::Value(value)) => value,
            _ => return None,
        })
    }

    /// The expressions of a list.
    pub(super) fn expressions(self) -> Option<Vec<Expr>> {
        self.list()?.into_iter().map(Self::expression).collect()
    }

    pub(in crate::source) fn list(self) -> Option<Vec<Self>> {
        match self {
            Self::List(parts) | Self::Tuple(parts) => Some(parts),
            _ => None,
        }
    }

    pub(in crate::source) fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Letter(letter) => Some(letter.to_string()),
            Self::ColumnOf(column) => Some(column),
            _ => None,
        }
    }

    pub(super) fn iden(self) -> Option<sea_query::DynIden> {
        Some(Alias::new(self.text()?).into_iden())
    }

    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Integer(number) => u32::try_from(*number).ok(),
            _ => None,
        }
    }

    /// `None` or `Some`: a text that may be missing.
    pub(in crate::source) fn optional_text(self) -> Option<Option<String>> {
        match self {
            Self::Nothing => Some(None),
            Self::Some(inner) => Some(Some(inner.text()?)),
            _ => None,
        }
    }

    pub(super) fn negated(self) -> Option<Self> {
        Some(match self {
            Self::Integer(number) => Self::Integer(number.checked_neg()?),
            Self::Float(number) => Self::Float(-number),
            Self::Single(number) => Self::Single(-number),
            _ => return None,
        })
    }
}

/// The value of a literal.
pub(super) fn of_literal(literal: &ExprLit) -> Option<Value> {
    Some(match &literal.lit {
        Lit::Str(text) => Value::Text(text.value()),
        Lit::Int(number) if ["f32", "f64"].contains(&number.suffix()) => {
            float(number.base10_digits(), number.suffix())?
        }
        // syn takes the sign into the literal where an attribute has it.
        Lit::Int(number) => Value::Integer(number.base10_digits().parse().ok()?),
        Lit::Float(number) => float(number.base10_digits(), number.suffix())?,
        Lit::Bool(truth) => Value::Truth(truth.value),
        Lit::Char(letter) => Value::Letter(letter.value()),
        Lit::Byte(byte) => Value::Integer(byte.value().into()),
        _ => return None,
    })
}

fn float(digits: &str, suffix: &str) -> Option<Value> {
    Some(if suffix == "f32" {
        Value::Single(digits.parse().ok()?)
    } else {
        Value::Float(digits.parse().ok()?)
    })
}

/// `left operator right`, for integers.
pub(super) fn calculate(left: &Value, operator: &BinOp, right: &Value) -> Option<Value> {
    let (Value::Integer(left), Value::Integer(right)) = (left, right) else {
        return None;
    };
    Some(Value::Integer(match operator {
        BinOp::Add(_) => left.checked_add(*right)?,
        BinOp::Sub(_) => left.checked_sub(*right)?,
        BinOp::Mul(_) => left.checked_mul(*right)?,
        BinOp::Div(_) => left.checked_div(*right)?,
        BinOp::Rem(_) => left.checked_rem(*right)?,
        BinOp::Shl(_) => left.checked_shl(u32::try_from(*right).ok()?)?,
        _ => return None,
    }))
}

/// `concat!(parts)`.
pub(super) fn joined(parts: &[Value]) -> Option<Value> {
    let mut all = String::new();
    for part in parts {
        match part {
            Value::Text(text) => all.push_str(text),
            Value::Integer(number) => all.push_str(&number.to_string()),
            Value::Letter(letter) => all.push(*letter),
            Value::Truth(truth) => all.push_str(&truth.to_string()),
            _ => return None,
        }
    }
    Some(Value::Text(all))
}

//! Defaults in canonical form, which the type of their column decides.

use super::{expression::expression_text, is_integer};
use crate::{DefaultValue, Dialect, Type};

/// `value`, the default of a column of canonical type `ty`, in the form that a `dialect` server reports.
pub fn default(value: &DefaultValue, ty: &Type, dialect: Dialect) -> Option<DefaultValue> {
    use DefaultValue::*;
    let value = match value {
        Null => return None,
        Expression(expression) => expression_text(expression, dialect).into(),
        other => other.clone(),
    };
    Some(match (value, ty) {
        (Null, _) => return None,
        (Expression(text), _) if dialect.is_mysql() && text == "now()" => CurrentTimestamp,
        (Number(digits), Type::Boolean) if digits == "0" || digits == "1" => Bool(digits == "1"),
        (Text(text), Type::Boolean) => match text.as_str() {
            "t" | "true" | "1" => Bool(true),
            "f" | "false" | "0" => Bool(false),
            _ => Text(text),
        },
        (Bool(value), ty) if is_integer(ty) => Number(u8::from(value).to_string()),
        (Number(digits), ty) if is_number(ty) => Number(number(&digits, ty)),
        (Text(text), ty) if is_number(ty) && text.parse::<f64>().is_ok() => {
            Number(number(text.trim(), ty))
        }
        (Number(digits), Type::Char(_) | Type::String(_) | Type::Text) => Text(digits),
        (value, _) => value,
    })
}

fn is_number(ty: &Type) -> bool {
    is_integer(ty)
        || matches!(
            ty,
            Type::Float | Type::Double | Type::Decimal(_) | Type::Money
        )
}

/// `digits` without a plus sign and without zeros behind the point that say nothing; of a floating point number, the
/// digits that make it.
fn number(digits: &str, ty: &Type) -> String {
    let digits = digits.trim_start_matches('+');
    if let (Type::Float | Type::Double, Ok(value)) = (ty, digits.parse::<f64>()) {
        return value.to_string();
    }
    if digits.contains('.') && !digits.contains(['e', 'E']) {
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else if let (true, Some(value)) = (digits.starts_with('0'), digits.parse::<u64>().ok()) {
        // MySQL reports the zeros that it fills a column with.
        value.to_string()
    } else {
        digits.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::ty;

    #[test]
    fn defaults_that_say_the_same_are_the_same() {
        let same = [
            (Dialect::Postgres, "boolean", "'t'", "true"),
            (Dialect::Postgres, "integer", "'-1'::integer", "-1"),
            (Dialect::Postgres, "string", "'x'::character varying", "'x'"),
            (Dialect::MariaDb, "timestamp", "now()", "CURRENT_TIMESTAMP"),
            (Dialect::Postgres, "decimal(5, 2)", "1.50", "1.5"),
            (Dialect::Postgres, "enum mood('a')", "'a'::mood", "'a'"),
            (Dialect::MariaDb, "boolean", "1", "true"),
            (
                Dialect::MariaDb,
                "date_time",
                "current_timestamp()",
                "CURRENT_TIMESTAMP",
            ),
            (Dialect::Sqlite, "boolean", "1", "TRUE"),
            (Dialect::Sqlite, "string", "(hex( 1 ))", "HEX( 1 )"),
        ];
        for (dialect, ty, one, other) in same {
            let ty = self::ty(&ty.parse().unwrap(), dialect).unwrap();
            let canonical = |text: &str| default(&text.parse().unwrap(), &ty, dialect);
            assert_eq!(
                canonical(one),
                canonical(other),
                "{one} and {other} on {dialect}"
            );
        }
        let text: Type = "text".parse().unwrap();
        let (a, b) = ("'X'".parse().unwrap(), "'x'".parse().unwrap());
        assert_ne!(
            default(&a, &text, Dialect::Sqlite),
            default(&b, &text, Dialect::Sqlite)
        );
    }
}

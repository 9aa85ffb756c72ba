//! Columns of another type than running programs read and write.

use seadrift_schema::{Change, Dialect, Type, canonical};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "changes-type",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterColumn { table, from, to } = change else {
        return None;
    };
    if canonical::same_type(&from.ty, &to.ty, whole.dialect) {
        return None;
    }
    let kind = |ty: &Type| canonical::ty(ty, whole.dialect).map(|ty| kind(&ty, whole.dialect));
    if kind(&from.ty) == kind(&to.ty) {
        return None;
    }
    Risk::new(
        format!(
            "{table}: a program that runs on and takes `{}` for {} may fail to read and write it",
            to.name, from.ty
        ),
        "stop the programs meanwhile, or fill a second column of the new type beside the first",
    )
}

/// What drivers take for one kind of value: they decode a text of any length into a string, but on PostgreSQL not an
/// `int8` into 32 bits. (<https://docs.rs/sqlx/0.8/sqlx/postgres/types/>, <https://docs.rs/sqlx/0.8/sqlx/mysql/types/>)
fn kind(ty: &Type, dialect: Dialect) -> Type {
    use Type::*;
    match ty {
        Char(_) | String(_) | Text => Text,
        Other(name) if name == "citext" || name.ends_with("text") => Text,
        Decimal(_) => Decimal(None),
        Bit(_) | VarBit(_) => Bit(None),
        Json | JsonBinary => Json,
        Cidr | Inet => Inet,
        Vector(_) => Vector(None),
        Array(element) => Array(Box::new(kind(element, dialect))),
        Binary(_) | VarBinary(_) | Blob if dialect.is_mysql() => Blob,
        Other(name) if dialect.is_mysql() && name.ends_with("blob") => Blob,
        Enum(_) if dialect != Dialect::Postgres => Text,
        Boolean | TinyInteger | SmallInteger | Integer | BigInteger
            if dialect != Dialect::Postgres =>
        {
            BigInteger
        }
        TinyUnsigned | SmallUnsigned | Unsigned | BigUnsigned if dialect.is_mysql() => BigUnsigned,
        Float | Double if dialect == Dialect::Sqlite => Double,
        // Without its precision: `timestamp(3) with time zone`, `datetime(6)`.
        Other(name) => match (name.split_once('('), name.split_once(')')) {
            (Some((base, _)), Some((_, suffix))) => {
                canonical::parse_type(&format!("{base}{suffix}"), dialect)
            }
            _ => ty.clone(),
        },
        _ => ty.clone(),
    }
}

//! Defaults that go from columns that take no NULL.

use seadrift_schema::{Change, DefaultValue};

use super::{Kind, Risk};
use crate::whole::Whole;

pub(super) const KIND: Kind = Kind {
    code: "drops-default",
    of,
};

fn of(change: &Change, _whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterColumn { table, from, to } = change else {
        return None;
    };
    let none = |default: &Option<DefaultValue>| matches!(default, None | Some(DefaultValue::Null));
    if none(&from.default) || !none(&to.default) || to.nullable || to.auto_increment {
        return None;
    }
    Risk::new(
        format!(
            "{table}: a program that leaves `{}` to its default cannot insert rows any more",
            to.name
        ),
        "bring programs that set the column to every replica first",
    )
}

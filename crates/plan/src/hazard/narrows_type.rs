//! Columns of a type that not every value of the old one fits.

use seadrift_schema::Change;

use super::{Kind, Risk};
use crate::{values, values::Loss, whole::Whole};

pub(super) const KIND: Kind = Kind {
    code: "narrows-type",
    of,
};

fn of(change: &Change, whole: &Whole<'_>) -> Option<Risk> {
    let Change::AlterColumn { table, from, to } = change else {
        return None;
    };
    let what = |effect: &str| format!("{table}: `{}` becomes {}, which {effect}", to.name, to.ty);
    match values::lost(&from.ty, &to.ty, whole.dialect)? {
        Loss::Stops => Risk::new(
            what("stops the migration at a value that does not fit"),
            "look at the longest and the largest values first",
        ),
        Loss::Changes(effect) => Risk::new(
            what(effect),
            "look at what is lost, and keep the old column beside the new one until nobody misses it",
        ),
    }
}

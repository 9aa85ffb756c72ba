//! Takes a migration out of the list of a `Migrator`.

use syn::{Item, spanned::Spanned};

use super::{Entry, Error, list, migrations, parse};

/// `source`, a `lib.rs`, without the entry of `revision` and its module line, which one that is a folder with SQL does not have. All
/// else stays as it is.
pub fn remove(source: &str, revision: &str) -> Result<String, Error> {
    let (mark, text) = match source.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", source),
    };
    let unknown = || Error::Unknown(revision.to_owned());
    let file = parse(text)?;
    let listed = names(text)?;
    let entries = migrations(&file).ok_or(Error::NoMigrator)?.entries;
    let mut places = listed
        .iter()
        .zip(&entries)
        .filter(|(name, _)| *name == revision);
    let (Some((_, entry)), None) = (places.next(), places.next()) else {
        return Err(unknown());
    };
    let mut modules = file
        .items
        .iter()
        .filter(|item| matches!(item, Item::Mod(module) if module.ident == revision));
    let module = modules.next().map(|module| module.span().byte_range());
    if module.is_none() && !is_sql(text, revision)? {
        return Err(unknown());
    }

    let (mut start, mut end) = (entry.start, entry.end);
    if let Some(rest) = text[end..].trim_start().strip_prefix(',') {
        end = text.len() - rest.len();
    } else if let Some(before) = text[..start].trim_end().strip_suffix(',') {
        // The last one takes the comma before it along.
        start = before.len();
    }
    let mut edits = vec![whole_lines(text, start, end)];
    edits.extend(module.map(|module| whole_lines(text, module.start, module.end)));
    edits.sort_by_key(|(start, _)| std::cmp::Reverse(*start));
    let mut edited = text.to_owned();
    for (start, end) in edits {
        edited.replace_range(start..end, "");
    }
    let mut rest = listed.clone();
    rest.retain(|name| name != revision);
    match names(&edited) {
        Ok(left) if left == rest => Ok(format!("{mark}{edited}")),
        _ => Err(Error::NoPlace),
    }
}

/// The names in a list that is one `vec![…]`.
fn names(source: &str) -> Result<Vec<String>, Error> {
    let entries = list(source, &|_| None)?;
    let names = entries.iter().map(Entry::name);
    Ok(names
        .map(|name| name.unwrap_or_default().to_owned())
        .collect())
}

/// Whether the entry of `revision` names a folder with SQL.
fn is_sql(source: &str, revision: &str) -> Result<bool, Error> {
    let entries = list(source, &|_| None)?;
    let is_it = |entry: &Entry| matches!(entry, Entry::Sql(_)) && entry.name() == Some(revision);
    Ok(entries.iter().any(is_it))
}

/// The place with the rest of its lines, where nothing else stands on them but a comment behind it, which belongs to it; or
/// with the space behind a comma.
fn whole_lines(text: &str, start: usize, end: usize) -> (usize, usize) {
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let behind = &text[end..];
    let line_end = behind
        .find('\n')
        .map_or(text.len(), |newline| end + newline + 1);
    let rest = text[end..line_end].trim();
    let is_alone =
        text[line_start..start].trim().is_empty() && (rest.is_empty() || rest.starts_with("//"));
    if is_alone {
        return (line_start, line_end);
    }
    let ends_in_comma = text[start..end].ends_with(',');
    let space = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    (start, if ends_in_comma { end + space } else { end })
}

#[cfg(test)]
mod tests {
    use super::super::{add, add_sql};
    use super::*;

    const NONE: &str = "pub use sea_orm_migration::prelude::*;\n\nmod m0;\n\npub struct Migrator;\n\nimpl MigratorTrait for Migrator {\n    \
                        fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![Box::new(m0::Migration)]\n    }\n}\n";

    #[test]
    fn what_was_added_can_be_taken_out() {
        let one = add(NONE, "m1").unwrap();
        let two = add(&one, "m2").unwrap();
        assert_eq!(remove(&two, "m2").unwrap(), one);
        assert_eq!(names(&remove(&two, "m1").unwrap()).unwrap(), ["m0", "m2"]);
        assert_eq!(names(&remove(&two, "m0").unwrap()).unwrap(), ["m1", "m2"]);
        let again = add(&remove(&two, "m1").unwrap(), "m3").unwrap();
        assert_eq!(names(&again).unwrap(), ["m0", "m2", "m3"]);
        let windows = two.replace('\n', "\r\n");
        assert_eq!(remove(&windows, "m2").unwrap(), one.replace('\n', "\r\n"));
    }

    #[test]
    fn a_folder_with_sql_has_no_module() {
        let one = add(NONE, "m1").unwrap();
        let two = add_sql(&one, "src/m2").unwrap();
        assert_eq!(remove(&two, "m2").unwrap(), one);
        assert_eq!(names(&remove(&two, "m1").unwrap()).unwrap(), ["m0", "m2"]);
    }

    #[test]
    fn what_stands_around_stays() {
        let source = NONE
            .replace(
                "Box::new(m0::Migration)",
                "/* a */ Box::new(m0::Migration), Box::new(m1::Migration) /* b */",
            )
            .replace("mod m0;", "mod m0; // zero\nmod m1; // one");
        let without = remove(&source, "m0").unwrap();
        assert!(
            without.contains("/* a */ Box::new(m1::Migration) /* b */"),
            "{without}"
        );
        let without = remove(&source, "m1").unwrap();
        assert!(
            without.contains("/* a */ Box::new(m0::Migration) /* b */"),
            "{without}"
        );
        assert!(matches!(remove(NONE, "m9"), Err(Error::Unknown(_))));
    }
}

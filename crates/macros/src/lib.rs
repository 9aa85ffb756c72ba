//! Compiles migrations that are folders with SQL into a program. Only a procedural macro can list a folder; what it
//! makes is plain text, so that it needs no crates to take Rust apart.

use std::{
    env,
    fmt::Write,
    path::{Path, PathBuf},
};

use proc_macro::{TokenStream, TokenTree};
use seadrift_sql_files::{Error, Folder};

/// The migrations in the folders of a folder, by name: `seadrift::sql_migrations!("migrations")` is a
/// `Vec<Box<dyn MigrationTrait>>`. The path is that from the crate's manifest.
///
/// The program is built anew when one of the files changes, and when the crate's `seadrift.lock` does, which every new revision
/// is written into. Where there is no lock, a build script with `println!("cargo::rerun-if-changed=migrations")` sees to it that
/// a new folder is seen.
#[proc_macro]
pub fn sql_migrations(input: TokenStream) -> TokenStream {
    expand(input, |path| {
        let folders = Folder::all_in(path)?;
        let each: String = folders
            .iter()
            .map(|folder| migration(folder) + ",")
            .collect();
        Ok(format!("::std::vec![{each}]"))
    })
}

/// The migration in one folder: `seadrift::sql_migration!("src/m20260101_000000_add_user")` is a
/// `Box<dyn MigrationTrait>`. The path is that from the crate's manifest.
#[proc_macro]
pub fn sql_migration(input: TokenStream) -> TokenStream {
    expand(input, |path| match Folder::read(path)? {
        Some(folder) => Ok(migration(&folder)),
        None => Err(Error::NoUp(path.to_owned())),
    })
}

/// What `code` makes of the folder that `input` names, or an error of the compiler's.
fn expand(input: TokenStream, code: impl Fn(&Path) -> Result<String, Error>) -> TokenStream {
    let expanded = path(input).and_then(|path| {
        let code = code(&path).map_err(|error| error.to_string())?;
        Ok(format!("{{ {}{code} }}", tracked()))
    });
    let code = expanded.unwrap_or_else(|problem| format!("::std::compile_error!({problem:?})"));
    // It is Rust, whatever the names are: they stand in it as literals.
    code.parse().unwrap_or_default()
}

/// The path that stands in `input`, from the manifest of the crate that is built.
fn path(input: TokenStream) -> Result<PathBuf, String> {
    let mut tokens = input.into_iter();
    let text = match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Literal(literal)), None) => literal.to_string(),
        _ => String::new(),
    };
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    // Nothing in a path needs to be escaped, but for what has no place in one.
    let path = inner.filter(|inner| !inner.is_empty() && !inner.contains('\\'));
    let path = path.ok_or("it takes the path of a folder, in quotes: \"src/migrations\"")?;
    Ok(manifest().join(path))
}

/// The folder of the manifest of the crate that is built.
fn manifest() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from)
}

/// What has the crate built anew when its lock changes.
fn tracked() -> String {
    let lock = manifest().join("seadrift.lock");
    match lock.is_file() {
        true => format!("const _: &[u8] = {};", included("include_bytes", &lock)),
        false => String::new(),
    }
}

/// The code of a migration.
fn migration(folder: &Folder) -> String {
    let mut files = String::new();
    for file in &folder.files {
        let name = file.file();
        let text = included("include_str", &folder.path.join(&name));
        // Cannot fail: it is a string.
        let _ = write!(files, "({name:?}, {text}),");
    }
    let name = &folder.name;
    format!("::seadrift::__sql_migration({name:?}, &[{files}])")
}

fn included(by: &str, path: &Path) -> String {
    format!("::std::{by}!({:?})", path.display().to_string())
}

//! The name of a revision: its time and a slug of its message, which is also the name of its file and module.

mod template;

use chrono::{DateTime, Utc};

pub use template::{Template, TemplateError};

/// The longest slug, in characters: with it, an entry in the list of migrations is still one line.
const LONGEST_SLUG: usize = 40;

/// The name of a revision made at `created`: `m20261120_110500_add_user_table`. `None` where nothing in the message
/// can stand in the name of a Rust module.
pub fn name(created: DateTime<Utc>, message: &str) -> Option<String> {
    let slug = slug_of(message, "")?;
    Template::default().name(created.fixed_offset(), 0, &slug)
}

/// What of `message` stands in a name, with `end` behind it. `None` where nothing of it can.
pub fn slug_of(message: &str, end: &str) -> Option<String> {
    let slug = slug(message, LONGEST_SLUG.saturating_sub(end.len()));
    (!slug.is_empty()).then(|| slug + end)
}

/// The words of `message` that are made of ASCII letters and digits, in lower case, as many as fit. (Rust takes no
/// other letters in the name of a module with a file of its own.)
fn slug(message: &str, longest: usize) -> String {
    let lower = message.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut slug = String::new();
    for word in words {
        let width = slug.len() + usize::from(!slug.is_empty()) + word.len();
        if width > longest {
            if slug.is_empty() {
                slug.push_str(&word[..longest]);
            }
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_a_file_name_whatever_the_message() {
        let long = "a".repeat(300);
        for (message, expected) in [
            ("add user table", "add_user_table"),
            ("../../etc/passwd", "etc_passwd"),
            ("Don't \"panic\"; `rm -rf /`\n\0", "don_t_panic_rm_rf"),
            ("grüße an alle", "gr_e_an_alle"),
            ("", ""),
            ("…/..", ""),
            ("日本", ""),
            (long.as_str(), &long[..40]),
            (
                "add a very long message that goes on and on until nobody reads it any more",
                "add_a_very_long_message_that_goes_on_and",
            ),
        ] {
            assert_eq!(slug(message, LONGEST_SLUG), expected, "{message}");
        }
    }

    #[test]
    fn a_name_starts_with_its_time() {
        let created = DateTime::from_timestamp(1_795_172_700, 0).unwrap();
        assert_eq!(
            name(created, "add user table").unwrap(),
            "m20261120_110500_add_user_table"
        );
        assert_eq!(name(created, "!"), None);
        let long = "a".repeat(50);
        for (message, expected) in [
            ("add user table", "add_user_table_2_index".to_owned()),
            (&long, format!("{}_2_index", &long[..32])),
        ] {
            assert_eq!(slug_of(message, "_2_index").unwrap(), expected);
        }
        assert_eq!(slug_of("!", "_2_index"), None);
    }
}

//! The migrations that the pages of the hazards show: that they compile, the build script has seen to.

use std::collections::BTreeSet;

use seadrift_cases::SHOWN;

#[test]
fn every_page_shows_a_migration() {
    let pages: BTreeSet<_> = SHOWN.iter().map(|(page, _)| page.to_string()).collect();
    let codes = seadrift_plan::CODES.iter();
    assert_eq!(pages, codes.map(|code| format!("{code}.md")).collect());
}

//! The rules on invented sources: what they find, and what they pass over.

use super::arrows::{Sources, circles, within};
use super::upward;

const CALENDAR: &str = "mod days; mod region;
    pub use region::Region;
    pub fn year() -> u8 { days::count() }";

const DAYS: &str = "use super::Region;
    pub fn count() -> u8 { Region::ALL }";

/// The arrows of all circles.
fn found(files: &[(&str, &str)]) -> String {
    let arrows = Sources::of([("lib.rs", "")].iter().chain(files).copied()).arrows();
    circles(&arrows).iter().map(|circle| within(&arrows, circle)).collect()
}

fn above(files: &[(&str, &str)]) -> Vec<String> {
    upward(&Sources::of(files.iter().copied()), &["low", "middle", "high"]).into_iter().collect()
}

#[test]
fn a_circle_is_found_by_whatever_way_it_goes() {
    let files = [
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; impl B { fn c(&self) { super::c::make() } }"),
        ("c.rs", "mod inner; pub fn make() { inner::make() }"),
        ("c/inner.rs", "pub fn make() { let _ = vec![crate::a::A::new()]; }"),
        ("d.rs", "use crate::a::A;"),
    ];
    let expected =
        "a.rs -> b.rs: B\nb.rs -> c.rs: make\nc.rs -> c/inner.rs: make\nc/inner.rs -> a.rs: A\n";
    assert_eq!(found(&files), expected);
    assert_eq!(found(&files[1..]), "");
}

#[test]
fn a_name_that_is_handed_on_belongs_to_the_file_that_defines_it() {
    let region = ("calendar/region.rs", "pub struct Region;");
    let (calendar, days) = (("calendar.rs", CALENDAR), ("calendar/days.rs", DAYS));
    assert_eq!(found(&[calendar, days, region]), "");
    // Handed on once more, and by all names at once.
    let far = ("places.rs", "pub use crate::calendar::*;");
    let days =
        ("calendar/days.rs", "use crate::places::Region; pub fn count() -> Region { todo!() }");
    assert_eq!(found(&[calendar, days, region, far]), "");
    let own = "mod days; pub struct Region; pub fn year() -> u8 { days::count() }";
    let own = ("calendar.rs", own);
    let expected =
        "calendar.rs -> calendar/days.rs: count\ncalendar/days.rs -> calendar.rs: Region\n";
    assert_eq!(found(&[own, ("calendar/days.rs", DAYS)]), expected);
}

#[test]
fn what_a_file_uses_of_what_it_hands_on_is_an_arrow_too() {
    let down = ("b.rs", "use crate::a::A; pub struct B(A); pub fn make() {}");
    for uses in ["pub struct A(B);", "pub struct A; fn f() { make() }", "words! { A { B } }"] {
        let up = format!("pub use crate::b::{{B, make}}; {uses}");
        assert_ne!(found(&[("a.rs", &up), down]), "", "{uses}");
    }
    // A local value of that name is none.
    let local =
        "pub use crate::b::make; pub struct A; fn f(make: u8) -> u8 { assert!(make > 0); make }";
    assert_eq!(found(&[("a.rs", local), down]), "");
}

#[test]
fn tests_the_root_and_who_may_see_something_make_no_arrow() {
    let down = ("b.rs", "use crate::a::A; pub struct B(A);");
    for text in [
        "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }",
        "pub struct A; impl A { #[cfg(test)] fn b() -> crate::b::B { todo!() } }",
        "pub(in crate::b) struct A;",
        "pub struct A; use crate::State;",
        "pub struct A; mod inner { pub struct A; fn f() -> super::A { todo!() } }",
    ] {
        assert_eq!(found(&[("a.rs", text), down]), "", "{text}");
    }
    let tests = ("a/tests.rs", "use crate::b::B;");
    assert_eq!(found(&[("a.rs", "pub struct A; mod tests;"), tests, down]), "");
}

#[test]
fn a_path_that_leads_upward_is_found() {
    let root =
        ("lib.rs", "mod low; mod middle; mod high; pub use high::top::Top; pub struct State;");
    let (high, top) = (("high.rs", "pub mod top;"), ("high/top.rs", "pub struct Top;"));
    for (text, expected) in [
        ("use crate::high::top::Top;", "middle/one.rs names high::top::Top"),
        ("fn f() -> super::super::high::top::Top {}", "middle/one.rs names high::top::Top"),
        ("use crate::high;", "middle/one.rs names high"),
        ("pub use crate::high::top::Top;", "middle/one.rs names high::top::Top"),
        ("use crate::Top;", "middle/one.rs names high::top"),
        ("use crate::elsewhere::Other;", "elsewhere::Other is on no floor"),
    ] {
        let elsewhere = ("elsewhere.rs", "");
        let found = above(&[root, high, top, elsewhere, ("middle/one.rs", text)]);
        assert_eq!(found, [expected], "{text}");
    }
    for text in
        ["use crate::low::Low;", "use crate::State;", "use super::two::Two;", "use std::fs;"]
    {
        let files = [("middle.rs", ""), ("middle/two.rs", ""), ("low.rs", "")];
        let files = [&[root, high, top, ("middle/one.rs", text)][..], &files].concat();
        assert_eq!(above(&files), [""; 0], "{text}");
    }
    let nowhere = above(&[root, ("low.rs", ""), ("nowhere.rs", "use crate::low::Low;")]);
    assert_eq!(nowhere, ["nowhere.rs stands on no floor"]);
}

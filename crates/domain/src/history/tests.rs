use super::{CallerKind, Difference, differences};
use crate::access::Caller;
use crate::ids::{ClientId, UserId};

#[test]
fn only_what_differs_is_a_change() {
    let before = [("name", "Aria"), ("gender", "21"), ("language", "mri")];
    let after = [("name", "Aria"), ("gender", "11"), ("language", "eng")];
    let expected = [
        Difference { field: "gender", from: "21", to: "11" },
        Difference { field: "language", from: "mri", to: "eng" },
    ];
    assert_eq!(differences(before, after), expected);
    assert_eq!(differences(before, before), []);
}

#[test]
fn a_call_that_nobody_made_is_the_operators() {
    assert_eq!(CallerKind::of(None), CallerKind::System);
    assert_eq!(CallerKind::of(Some(Caller::User(UserId::generate()))), CallerKind::User);
    assert_eq!(CallerKind::of(Some(Caller::Client(ClientId::generate()))), CallerKind::Client);
}

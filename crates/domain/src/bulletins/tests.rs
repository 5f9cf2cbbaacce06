use std::collections::BTreeSet;

use expect_test::expect_file;
use proptest::prelude::*;
use serde_json::json;
use utoipa::PartialSchema;

use super::{Bulletin, BulletinKind, BulletinRefusal, BulletinStatus, BulletinStep};
use crate::registers::{Lifecycle, Register, StepRefusal, read, written};

fn bulletin() -> Bulletin {
    serde_json::from_value(json!({
        "kind": "newsletter",
        "titleEn": "Term 2 begins",
        "titleMi": null,
        "body": "Read the [guidance](https://example.nz/guidance).",
        "date": null,
        "audience": { "roles": ["workflow_lead"] },
        "validFrom": "2026-04-20",
        "validTo": null,
        "replaces": null,
    }))
    .expect("a bulletin")
}

#[test]
fn every_status_and_every_step() {
    use BulletinStatus::{Draft, Published, Withdrawn};
    use BulletinStep::{Publish, Withdraw};
    let no = Err(StepRefusal::NotInThisState);
    let rows = [
        (Draft, Publish, Ok(Published)),
        (Draft, Withdraw, no),
        (Published, Publish, no),
        (Published, Withdraw, Ok(Withdrawn)),
        (Withdrawn, Publish, no),
        (Withdrawn, Withdraw, no),
    ];
    assert_eq!(rows.len(), BulletinStatus::ALL.len() * BulletinStep::ALL.len());
    for (status, step, expected) in rows {
        assert_eq!(status.take(step), expected, "{status}, {step}");
    }
    let frozen = BulletinStatus::ALL.iter().filter(|status| status.is_frozen());
    assert_eq!(frozen.collect::<Vec<_>>(), [&Published, &Withdrawn]);
    let read = BulletinStatus::ALL.iter().filter(|status| status.is_published());
    assert_eq!(read.collect::<Vec<_>>(), [&Published]);
}

#[test]
fn a_key_date_has_a_date_and_nothing_else_has_one() {
    let day = "2026-05-01".parse().ok();
    for kind in BulletinKind::ALL {
        let of = |date| Bulletin { kind: *kind, date, ..bulletin() }.check();
        let (with, without) = match kind {
            BulletinKind::KeyDate => (Ok(()), Err(BulletinRefusal::NoDate)),
            BulletinKind::Newsletter | BulletinKind::Guidance | BulletinKind::CodeOfConduct => {
                (Err(BulletinRefusal::DateOfOther), Ok(()))
            }
        };
        assert_eq!((of(day), of(None)), (with, without), "{kind}");
    }
}

#[test]
fn it_does_not_end_before_it_begins() {
    let until = |day: &str| Bulletin { valid_to: day.parse().ok(), ..bulletin() }.check();
    assert_eq!(until("2026-04-19"), Err(BulletinRefusal::EndsBeforeItBegins));
    assert_eq!(until("2026-04-20"), Ok(()));
}

#[test]
fn the_text_is_markdown_without_html_and_without_links_that_run() {
    let said = |body: &str| Bulletin { body: body.into(), ..bulletin() }.check();
    for fine in [
        "# A heading\n\n- *one*\n- two < three\n\n> quoted",
        "`<b>` is how HTML marks bold text.",
        "[mail](mailto:a@example.nz), [page](HTTPS://example.nz)",
    ] {
        assert_eq!(said(fine), Ok(()), "{fine}");
    }
    for html in ["<script>alert(1)</script>", "a <b>bold</b> word", "<!-- hidden -->", "x\n\n<div>"]
    {
        assert_eq!(said(html), Err(BulletinRefusal::HasHtml), "{html}");
    }
    for link in [
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert(1))",
        "![x](data:text/html;base64,AA)",
        "[x](/v1/cases)",
        "[x][y]\n\n[y]: vbscript:z",
    ] {
        assert_eq!(said(link), Err(BulletinRefusal::LinkNotAllowed), "{link}");
    }
}

/// What is kept in a form is read for as long as there are entries: when this fails, the form has changed.
/// Count [`Register::FORM`] up, write the step in `upgrade`, and keep the schema of the new form beside the old.
#[test]
fn the_form_in_which_bulletins_are_kept_is_pinned() {
    let schema = serde_json::to_string_pretty(&Bulletin::schema()).expect("a schema");
    expect_file![format!("forms/bulletin-{}.json", Bulletin::FORM)].assert_eq(&(schema + "\n"));
    let kept = written::<Bulletin>(&bulletin());
    let members: BTreeSet<&str> =
        kept.as_object().expect("members").keys().map(String::as_str).collect();
    assert_eq!(members, Bulletin::MEMBERS.iter().copied().collect());
    expect_file![format!("forms/bulletin-{}-kept.json", Bulletin::FORM)]
        .assert_eq(&(serde_json::to_string_pretty(&kept).expect("json") + "\n"));
    assert_eq!(read::<Bulletin>(kept, Bulletin::FORM).expect("it reads"), bulletin());
}

proptest! {
    #[test]
    fn no_text_brings_the_check_down(body in "\\PC{0,200}") {
        let said = Bulletin { body: body.as_str().into(), ..bulletin() }.check();
        prop_assert!(said.is_ok() || !body.is_empty());
    }

    /// A tag in a paragraph is found wherever it stands.
    #[test]
    fn a_tag_is_found_among_words(before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
        let body = format!("{before}<i>{after}");
        let said = Bulletin { body: body.as_str().into(), ..bulletin() }.check();
        prop_assert_eq!(said, Err(BulletinRefusal::HasHtml));
    }
}

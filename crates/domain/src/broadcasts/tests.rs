use expect_test::expect;
use serde_json::{Value, json};

use super::{Audience, AudienceDimension, AudienceKind, ReaderPlace};
use crate::access::Role;
use crate::organisations::OrganisationKind;

fn audience(sent: Value) -> Audience {
    serde_json::from_value(sent).unwrap()
}

/// Every role × every kind of provider that it may be held at.
#[test]
fn a_role_is_held_at_one_kind_of_organisation() {
    let teams = Some(OrganisationKind::InSchoolProvider);
    let providers = [None, Some(OrganisationKind::CatchmentProvider), teams];
    let mut table = String::new();
    for role in Role::ALL {
        let kinds = providers.map(|provider| AudienceKind::of(*role, provider).as_str());
        table = format!("{table}{:19} {}\n", role.as_str(), kinds.join(" "));
    }
    expect![[r#"
        ministry_admin      ministry ministry ministry
        ministry_analyst    ministry ministry ministry
        privacy_officer     ministry ministry ministry
        auditor             ministry ministry ministry
        workflow_lead       catchment_provider catchment_provider in_school_provider
        case_manager        catchment_provider catchment_provider in_school_provider
        attendance_lead     school school school
        primary_contact     school school school
        office_support      school school school
        sms_client          sms_vendor sms_vendor sms_vendor
        reporting_client    ministry ministry ministry
        enrolment_register  ministry ministry ministry
    "#]]
    .assert_eq(&table);
}

#[test]
fn an_audience_without_lists_is_everybody() {
    assert_eq!(audience(json!({})), Audience::default());
    assert_eq!(audience(json!({ "roles": [] })).narrowed_by(), []);
}

#[test]
fn an_audience_is_narrowed_by_each_value_once() {
    let audience = audience(json!({
        "organisationKinds": ["school", "catchment_provider", "school"],
        "roles": ["workflow_lead"], "catchments": ["C-07", "C-07"], "educationRegions": ["Auckland"],
    }));
    let narrowed = audience.narrowed_by();
    let narrowed: Vec<(AudienceDimension, &str)> =
        narrowed.iter().map(|(dimension, value)| (*dimension, value.as_str())).collect();
    assert_eq!(
        narrowed,
        [
            (AudienceDimension::OrganisationKind, "catchment_provider"),
            (AudienceDimension::OrganisationKind, "school"),
            (AudienceDimension::Role, "workflow_lead"),
            (AudienceDimension::Catchment, "C-07"),
            (AudienceDimension::EducationRegion, "Auckland"),
        ]
    );
}

#[test]
fn an_audience_of_something_else_is_refused() {
    for sent in [
        json!({ "schools": ["9001"] }),
        json!({ "roles": ["principal"] }),
        json!({ "organisationKinds": ["provider"] }),
    ] {
        assert!(serde_json::from_value::<Audience>(sent.clone()).is_err(), "{sent}");
    }
}

/// What an audience is narrowed by and what a place has are the same words.
#[test]
fn a_place_has_its_values_in_every_dimension() {
    let place = ReaderPlace {
        kind: AudienceKind::InSchoolProvider,
        role: Role::CaseManager,
        catchments: vec!["C-07".to_owned(), "C-08".to_owned()],
        education_regions: Vec::new(),
    };
    let values = AudienceDimension::ALL.iter().map(|dimension| place.values(*dimension));
    let expected: [&[&str]; 4] =
        [&["in_school_provider"], &["case_manager"], &["C-07", "C-08"], &[]];
    assert_eq!(values.collect::<Vec<_>>(), expected);
    let addressed = audience(json!({
        "organisationKinds": ["in_school_provider"], "roles": ["case_manager"],
        "catchments": ["C-08"],
    }));
    for (dimension, value) in addressed.narrowed_by() {
        assert!(place.values(dimension).contains(&value), "{dimension}: {value}");
    }
}

//! Files of reference data, taken over as the command line does it and read back through the API.

use std::fs::File;
use std::path::Path;

use ascms_domain::terms::{TermKey, Terms};
use ascms_server::import::{self, Summary};
use ascms_server::progress::Progress;
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

/// Imports schools in the layout of 2021, and expects that none is refused.
pub async fn directory(app: &TestApp, lines: &str) {
    let summary = schools(app, lines, false).await;
    assert_eq!(summary.refused, []);
}

async fn schools(app: &TestApp, lines: &str, dry_run: bool) -> Summary {
    let header = "School_Id,Org_Name,Org_Type,Authority,Territorial_Authority,Regional_Council,\
                  Education_Region,Latitude,Longitude,Decile,Roll_Date,Total\n";
    let file = format!("{header}{lines}");
    let store = app.state.store();
    import::schools(store, app.now(), file.as_bytes(), &Quiet, dry_run).await.expect("an import")
}

pub async fn catchments(app: &TestApp, lines: &str) -> Summary {
    let header = "catchment_code,catchment_name,education_region,provider_code,provider_name,\
                  contract_from,contract_to,school_number,school_from,school_to,\
                  in_school_provider_code,in_school_provider_name,in_school_from,in_school_to\n";
    let file = format!("{header}{lines}");
    let store = app.state.store();
    import::catchments(store, app.now(), file.as_bytes(), &Quiet, false).await.expect("an import")
}

pub async fn reference_data(app: &TestApp, lines: &str) -> Summary {
    let header = "code_set,code,label_en,label_mi,parent,valid_from,valid_to,source\n";
    let file = format!("{header}{lines}");
    let store = app.state.store();
    import::reference_data(store, app.now(), file.as_bytes(), &Quiet, false)
        .await
        .expect("an import")
}

/// One of the published files, where this machine has them.
#[expect(clippy::print_stdout, reason = "a test that does not run says so")]
fn published(name: &str) -> Option<File> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if !path.exists() {
        println!("skipped: {name} is not on this machine");
        return None;
    }
    Some(File::open(path).expect("the file"))
}

/// Added, changed, unchanged, refused.
fn counts(summary: &Summary) -> (usize, usize, usize, usize) {
    let Summary { added, changed, unchanged, refused } = summary;
    (*added, *changed, *unchanged, refused.len())
}

pub async fn import_published_schools(app: &TestApp, name: &str) -> Option<Summary> {
    let store = app.state.store();
    let file = published(name)?;
    Some(import::schools(store, app.now(), file, &Quiet, false).await.expect("an import"))
}

#[on_both]
async fn the_national_directory_is_taken_over_and_a_second_time_unchanged(app: TestApp) {
    let name = "schools-directory-2021-09-25.csv";
    let Some(first) = import_published_schools(&app, name).await else { return };
    assert_eq!(counts(&first), (2558, 0, 0, 0));
    let second = import_published_schools(&app, name).await.unwrap();
    assert_eq!(counts(&second), (0, 0, 2558, 0));

    let client = app.as_("reporting-client");
    let all = client.get("/v1/schools?limit=1&includeTotal=true").await.expect(200);
    // Those of the stage are there too.
    assert_eq!(all.json["total"], 2558 + 4);
    let proposed = client.get("/v1/schools?status=proposed&includeTotal=true").await.expect(200);
    assert_eq!(proposed.json["total"], 9);

    let school =
        async |number: i32| client.get(&format!("/v1/schools/{number}")).await.expect(200).json;
    let on_the_chathams = school(3387).await;
    assert_eq!(on_the_chathams["longitude"], json!(-176.26665));
    assert_eq!(on_the_chathams["holidayRegion"], "chatham_islands");
    let for_the_nation = school(498).await;
    assert_eq!(for_the_nation["regionalCouncil"], Value::Null);
    assert_eq!(for_the_nation["holidayRegion"], Value::Null);
    let without_a_place = school(6109).await;
    assert_eq!(
        (&without_a_place["latitude"], &without_a_place["rollDate"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(without_a_place["roll"], 0);
    let not_open_yet = school(712).await;
    assert_eq!(not_open_yet["name"], "Te Rōhutu Whio");
    assert_eq!(not_open_yet["openedOn"], "2022-01-01");
    assert_eq!(not_open_yet["status"], "proposed");
    let ordinary = school(1).await;
    assert_eq!(ordinary["rollDate"], "2021-08-01");
    assert!(ordinary["equityIndex"].as_str().unwrap().starts_with("decile "));
}

#[on_both]
async fn the_layout_of_2026_brings_what_changed(app: TestApp) {
    let Some(_) = import_published_schools(&app, "schools-directory-2021-09-25.csv").await else {
        return;
    };
    let name = "schools-directory-2026-08-22-sample.csv";
    let Some(first) = import_published_schools(&app, name).await else { return };
    assert_eq!(counts(&first), (0, 16, 0, 0));
    let second = import_published_schools(&app, name).await.unwrap();
    assert_eq!(counts(&second), (0, 0, 16, 0));
    let client = app.as_("auditor");
    let school = client.get("/v1/schools/29").await.expect(200).json;
    assert_eq!(school["equityIndex"], "not applicable");
    assert_eq!(school["educationRegion"], "Tāmaki Herenga Tāngata");
    assert_eq!(school["openedOn"], "1973-02-01");
    assert_eq!(school["version"], 2);
}

#[on_both]
async fn published_term_dates_are_taken_over(app: TestApp) {
    let store = app.state.store();
    let Some(file) = published("nz-school-terms-2024-2027.csv") else { return };
    let first = import::terms(store, app.now(), file, &Quiet, false).await.unwrap();
    // Six of the sixteen are those of the stage.
    assert_eq!(counts(&first), (10, 0, 6, 0));
    let file = published("nz-school-terms-2024-2027.csv").unwrap();
    let second = import::terms(store, app.now(), file, &Quiet, false).await.unwrap();
    assert_eq!(counts(&second), (0, 0, 16, 0));
    // This server sees them at once.
    assert_eq!(store.calendars().await.unwrap().terms.iter().count(), 16);
}

#[on_both]
async fn a_school_may_have_terms_of_its_own(app: TestApp) {
    let header = "year,term,start_earliest,end_latest,school_number\n";
    let import = async |lines: &str| {
        let file = format!("{header}{lines}");
        let store = app.state.store();
        import::terms(store, app.now(), file.as_bytes(), &Quiet, false).await.unwrap()
    };
    let own = "2026,1,2026-02-03,2026-04-10,9001\n";
    assert_eq!(counts(&import(own).await), (1, 0, 0, 0));
    let calendars = app.state.store().calendars().await.unwrap();
    let first =
        |terms: &Terms| terms.get(TermKey::new(2026, 1).unwrap()).unwrap().ends_on.to_string();
    assert_eq!(first(calendars.terms_of(app.world.school)), "2026-04-10");
    assert_eq!(first(calendars.terms_of(app.world.other_school)), "2026-04-02");
    // The other terms are the nation's.
    assert_eq!(calendars.terms_of(app.world.school).iter().count(), 6);
    // The nation's second term now begins before the school's first one ends, which stands.
    assert_eq!(counts(&import("2026,2,2026-04-08,2026-07-03,\n").await), (0, 1, 0, 0));
    let calendars = app.state.store().calendars().await.unwrap();
    assert_eq!(first(calendars.terms_of(app.world.school)), "2026-04-10");
    assert_eq!(calendars.terms_of(app.world.school).iter().count(), 5);
    assert_eq!(calendars.terms.iter().count(), 6);
}

#[on_both]
async fn a_bad_line_is_refused_by_line_and_column_and_the_rest_goes_on(app: TestApp) {
    let lines = "401,Good School,Composite,State,,,,,,,,12\n\
                 402,Bad School,Composite,State,,,,,,,32 March,12\n\
                 403,Other School,Composite,State,,,,,,,,12\n";
    let summary = schools(&app, lines, false).await;
    assert_eq!(counts(&summary), (2, 0, 0, 1));
    let refused = summary.refused[0].to_string();
    assert_eq!(refused, "line 3, column Roll_Date: `32 March` is no date: write 2026-01-31");
    app.as_("auditor").get("/v1/schools/403").await.expect(200);
    app.as_("auditor").get("/v1/schools/402").await.refused(404, "not_found");
}

#[on_both]
async fn a_dry_run_counts_and_keeps_nothing(app: TestApp) {
    let lines = "401,Good School,Composite,State,,,,,,,,12\n";
    let (entries, events) =
        (app.count("audit_entry", "1 = 1").await, app.count("event", "1 = 1").await);
    assert_eq!(counts(&schools(&app, lines, true).await), (1, 0, 0, 0));
    assert_eq!(app.count("school", "number = 401").await, 0);
    assert_eq!(app.count("audit_entry", "1 = 1").await, entries);
    assert_eq!(app.count("event", "1 = 1").await, events);
    assert_eq!(counts(&schools(&app, lines, false).await), (1, 0, 0, 0));
}

#[on_both]
async fn an_import_leaves_one_audit_entry_and_an_event_for_each_change(app: TestApp) {
    let entry = "action = 'schools:import' AND caller_kind = 'system'";
    let entries = app.count("audit_entry", entry).await;
    let lines =
        "401,Good School,Composite,State,,,,,,,,12\n402,Other School,Composite,State,,,,,,,,12\n";
    schools(&app, lines, false).await;
    assert_eq!(app.count("audit_entry", entry).await, entries + 1);
    schools(&app, &lines.replace("Good", "Better"), false).await;
    assert_eq!(app.count("audit_entry", entry).await, entries + 2);
    let of_these = |kind: &str| {
        format!(
            "kind = '{kind}' AND subject_id IN (SELECT id FROM school WHERE number IN (401, 402))"
        )
    };
    assert_eq!(app.count("event", &of_these("school.added")).await, 2);
    assert_eq!(app.count("event", &of_these("school.changed")).await, 1);
}

#[on_both]
async fn periods_never_overlap_whatever_is_imported(app: TestApp) {
    let summary = catchments(&app, "C02,,,,,,,9001,2026-03-16,,,,,\n").await;
    assert_eq!(counts(&summary), (0, 0, 1, 1));
    let reason = "overlaps the period from 2024-01-01 with no end (on record)";
    let refused = summary.refused[0].to_string();
    assert_eq!(refused, format!("line 2, column school_from: {reason}"));
    assert_eq!(app.count("catchment_school", "ends_on IS NULL").await, 3);
}

const CONTRACTS: &str = "contract_number,provider_code,kind,catchment_codes,school_number,starts_on,ends_on,approval_policy,duty_profile,year,amount_cents,withholding_per,basic_needs_cents\n";

async fn contracts(app: &TestApp, lines: &str, dry_run: bool) -> Summary {
    let (store, file) = (app.state.store(), format!("{CONTRACTS}{lines}"));
    import::contracts(store, app.now(), file.as_bytes(), &Quiet, dry_run).await.expect("an import")
}

const TWO_YEARS: &str = "AS-1,P01,catchment,C01 C02,,2026-01-01,,second_person,catchment,2026,100000000,term,2500000\n\
     AS-1,P01,catchment,C02 C01,,2026-01-01,,second_person,catchment,2027,110000000,term,2500000\n\
     AS-2,S01,in_school,,9002,2026-01-01,2026-12-31,self_with_review,in_school,,,,\n";

#[on_both]
async fn contracts_are_imported_as_drafts_and_a_second_time_unchanged(app: TestApp) {
    assert_eq!(counts(&contracts(&app, TWO_YEARS, true).await), (4, 0, 0, 0));
    assert_eq!(app.count("contract", "1 = 1").await, 0);
    assert_eq!(counts(&contracts(&app, TWO_YEARS, false).await), (4, 0, 0, 0));
    assert_eq!(app.count("event", "kind = 'contract.added'").await, 2);
    let listed = app.as_("ministry-admin").get("/v1/contracts?kind=catchment").await.expect(200);
    let contract = &listed.json["items"][0];
    assert_eq!(
        (&contract["number"], &contract["status"], &contract["addedBy"]),
        (&json!("AS-1"), &json!("draft"), &json!(null))
    );
    assert_eq!(contract["catchments"], json!(["C01", "C02"]));
    let amounts: Vec<_> = (0..2).map(|at| contract["years"][at]["amountCents"].clone()).collect();
    assert_eq!(amounts, [json!(100_000_000), json!(110_000_000)]);
    assert_eq!(counts(&contracts(&app, TWO_YEARS, false).await), (0, 0, 4, 0));
    let id = contract["id"].as_str().expect("an id");
    let activation = format!("/v1/contracts/{id}/activation");
    app.as_("ministry-admin").post_empty(&activation).await.expect(200);
    assert_eq!(counts(&contracts(&app, TWO_YEARS, false).await), (0, 0, 4, 0));
}

#[on_both]
async fn a_line_of_a_contract_that_does_not_fit_is_refused(app: TestApp) {
    contracts(&app, TWO_YEARS, false).await;
    for (line, column) in [
        ("AS-3,P09,catchment,C01,,2026-01-01,,second_person,catchment,,,,", "provider_code"),
        ("AS-3,S01,catchment,C01,,2026-01-01,,second_person,catchment,,,,", "provider_code"),
        ("AS-3,P01,catchment,C09,,2026-01-01,,second_person,catchment,,,,", "catchment_codes"),
        ("AS-3,P01,catchment,,,2026-01-01,,second_person,catchment,,,,", "catchment_codes"),
        ("AS-3,P01,catchment,C01,9001,2026-01-01,,second_person,catchment,,,,", "school_number"),
        ("AS-3,P01,in_school,,9998,2026-01-01,,second_person,in_school,,,,", "school_number"),
        ("AS-3,P01,catchment,C01,,2026-01-02,2026-01-01,second_person,catchment,,,,", "ends_on"),
        ("AS-3,P01,catchment,C01,,2026-01-01,,nobody,catchment,,,,", "approval_policy"),
        ("AS-3,P01,catchment,C01,,2026-01-01,,second_person,none,,,,", "duty_profile"),
        ("AS-3,P01,other,C01,,2026-01-01,,second_person,catchment,,,,", "kind"),
        (
            "AS-3,P01,catchment,C01,,2026-01-01,2026-12-31,second_person,catchment,2027,1,year,0",
            "year",
        ),
        (
            "AS-3,P01,catchment,C01,,2026-01-01,,second_person,catchment,2026,-1,year,0",
            "amount_cents",
        ),
        ("AS-1,P01,catchment,C01,,2026-01-01,,second_person,catchment,,,,", "contract_number"),
        ("AS-1,P01,catchment,C01 C02,,2026-01-01,,second_person,catchment,2026,1,term,0", "year"),
    ] {
        let summary = contracts(&app, &format!("{line}\n"), true).await;
        let columns: Vec<_> = summary.refused.iter().map(|refusal| refusal.column).collect();
        assert_eq!(columns, [Some(column)], "{line}: {:?}", summary.refused);
    }
}

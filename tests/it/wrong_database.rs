//! A server that was started against another database leaves the documents of the right one alone,
//! and says so; the operator may give them to it.

use ascms_http::documents::belonging::{self, BelongingError, NotOurs};
use ascms_http::documents::upkeep::{self, UpkeepError};
use sea_orm::ConnectionTrait;

use crate::support::{TestApp, on_both};

const STRAYS: [&str; 6] = [
    "01990000-0000-7000-8000-00000000aaa1",
    "01990000-0000-7000-8000-00000000aaa2",
    "01990000-0000-7000-8000-00000000aaa3",
    "01990000-0000-7000-8000-00000000aaa4",
    "01990000-0000-7000-8000-00000000aaa5",
    "01990000-0000-7000-8000-00000000aaa6",
];

/// Another database, with the folder of this one.
async fn another_on(app: &TestApp) -> TestApp {
    let other = TestApp::start(app.on).await;
    other.with_documents_of(app).await
}

/// A case with so many documents, which look as if they had been there for years.
async fn with_documents(app: &TestApp, many: usize) -> String {
    let case = app.assigned("Hana").await.1;
    for _ in 0..many {
        app.uploaded("case-manager", &case, "shared").await;
    }
    for name in app.documents.files() {
        app.documents.age(&name);
    }
    case
}

async fn run(app: &TestApp, sql: &str) {
    let db = app.database().await;
    db.execute_unprepared(sql).await.expect("a statement");
    db.close().await.expect("close");
}

/// Makes a database the same installation as another one, as a restored backup of it is.
async fn restored(app: &TestApp, backup_of: &TestApp) {
    let store = backup_of.state.store();
    let id = store.installation(app.now()).await.expect("an installation").id;
    app.state.store().installation(app.now()).await.expect("an installation");
    let id = match app.on {
        crate::support::On::Sqlite => format!("x'{}'", id.simple()),
        crate::support::On::Postgres => format!("'{id}'"),
    };
    run(app, &format!("UPDATE installation SET id = {id}, documents_at = made_at")).await;
}

async fn whose(app: &TestApp) -> Result<(), NotOurs> {
    match app.state.look_whose_documents().await {
        Ok(()) => Ok(()),
        Err(BelongingError::NotOurs(err)) => Err(err),
        Err(err) => panic!("{err}"),
    }
}

/// Neither takes anything in nor touches what is there.
async fn leaves_all_alone(app: &TestApp, before: &[String]) {
    let refused = upkeep::sweep(&app.state).await;
    assert!(
        matches!(refused, Err(UpkeepError::Belonging(BelongingError::NotOurs(_)))),
        "{refused:?}"
    );
    let case = app.assigned("Hemi").await.1;
    let upload = app.upload("case-manager", &case, ("a.txt", "shared"), b"Hui.\n").await;
    upload.refused(503, "unavailable");
    assert_eq!(app.count("document", "1 = 1").await, 0);
    let mut after = app_files(app);
    after.sort();
    assert_eq!(after, before);
}

fn app_files(app: &TestApp) -> Vec<String> {
    assert_eq!(app.documents.aside(), [""; 0]);
    app.documents.files()
}

#[on_both]
async fn another_database_leaves_the_documents_alone(app: TestApp) {
    let case = with_documents(&app, 6).await;
    let mut before = app.documents.files();
    before.sort();
    let other = another_on(&app).await;
    assert!(matches!(whose(&other).await, Err(NotOurs::Another { .. })));
    leaves_all_alone(&other, &before).await;
    // The right one goes on.
    app.uploaded("case-manager", &case, "shared").await;
    assert_eq!(upkeep::sweep(&app.state).await.expect("swept"), upkeep::Swept::default());
}

#[on_both]
async fn a_restored_backup_is_recognised_and_can_be_given_the_documents(app: TestApp) {
    let case = with_documents(&app, 3).await;
    // By then the marker knows how far the database has come.
    upkeep::note_progress(&app.state).await;
    let number =
        app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.json["number"].clone();
    assert_eq!(number, "AS-2026-000001");
    let mut before = app.documents.files();
    before.sort();
    let backup = another_on(&app).await;
    restored(&backup, &app).await;
    assert!(matches!(whose(&backup).await, Err(NotOurs::Older { .. })));
    leaves_all_alone(&backup, &before).await;

    let (store, objects) = (backup.state.store(), &backup.state.outside().objects);
    let adopted = belonging::adopt(store, objects, backup.now())
        .await
        .expect("adopted")
        .expect("not ours before");
    assert_eq!(
        (adopted.compared.content, adopted.compared.strays, adopted.compared.missing),
        (3, 3, 0)
    );
    assert_eq!(whose(&backup).await, Ok(()));
    assert!(belonging::adopt(store, objects, backup.now()).await.expect("looked").is_none());
    assert_eq!(
        backup.count("audit_entry", "action = 'documents:adopt' AND caller_kind = 'system'").await,
        1
    );
    assert_eq!(backup.count("event", "kind = 'installation.adopted'").await, 1);
    // Numbers that the backup does not know are in letters.
    let case = backup.assigned("Ihaia").await.1;
    let number =
        backup.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.json["number"].clone();
    assert_eq!(number, "AS-2026-001002");
    backup.uploaded("case-manager", &case, "shared").await;
    // What its rows do not know is too much to be of broken-off uploads.
    let stopped = upkeep::sweep(&backup.state).await;
    assert!(
        matches!(stopped, Err(UpkeepError::TooManyStrays { strays: 3, all: 4 })),
        "{stopped:?}"
    );
    assert_eq!(app_files(&backup).len(), 4);
    // Whose they were has them no longer.
    assert!(matches!(whose(&app).await, Err(NotOurs::Another { .. })));
}

#[on_both]
async fn a_copy_of_the_database_is_not_the_database(app: TestApp) {
    with_documents(&app, 1).await;
    let copy = another_on(&app).await;
    restored(&copy, &app).await;
    // It has come further than the marker says.
    for student in ["Aroha", "Hemi", "Ihaia"] {
        copy.assigned(student).await;
    }
    assert_eq!(whose(&copy).await, Err(NotOurs::Copy));
    assert_eq!(whose(&app.another_node().await).await, Ok(()));
}

#[on_both]
async fn documents_that_nobody_has_marked_are_taken_when_they_fit(app: TestApp) {
    with_documents(&app, 3).await;
    // As a release before left them.
    let marker = app.documents.path().join("ascms/installation");
    let unmark = async || {
        std::fs::remove_file(&marker).expect("a marker");
        run(&app, "UPDATE installation SET documents_at = NULL").await;
    };
    unmark().await;
    assert_eq!(whose(&app).await, Ok(()));
    assert!(marker.exists());
    unmark().await;
    for name in &STRAYS[..3] {
        app.documents.age(name);
    }
    let unfit = NotOurs::Unfit { content: 6, strays: 3, documents: 3, missing: 0 };
    assert_eq!(whose(&app).await, Err(unfit.clone()));
    assert!(!marker.exists());
    let node = app.another_node().await;
    let refused = upkeep::sweep(&node.state).await;
    assert!(
        matches!(refused, Err(UpkeepError::Belonging(BelongingError::NotOurs(err))) if err == unfit)
    );
}

#[on_both]
async fn a_place_that_is_not_mounted_is_not_taken_for_an_empty_one(app: TestApp) {
    let case = with_documents(&app, 1).await;
    let elsewhere = app.documents.path().with_extension("mounted");
    std::fs::rename(app.documents.path(), &elsewhere).expect("unmounted");
    std::fs::create_dir(app.documents.path()).expect("the place");
    assert_eq!(whose(&app).await, Err(NotOurs::Nowhere));
    let upload = app.upload("case-manager", &case, ("a.txt", "shared"), b"Hui.\n").await;
    upload.refused(503, "unavailable");
    std::fs::remove_dir_all(app.documents.path()).expect("nothing was kept there");
    std::fs::rename(&elsewhere, app.documents.path()).expect("mounted");
    app.uploaded("case-manager", &case, "shared").await;
}

#[on_both]
async fn a_folder_that_goes_away_while_the_server_runs_keeps_nothing(app: TestApp) {
    let case = with_documents(&app, 1).await;
    // The server has looked a moment ago.
    app.uploaded("case-manager", &case, "shared").await;
    let elsewhere = app.documents.path().with_extension("mounted");
    std::fs::rename(app.documents.path(), &elsewhere).expect("away");
    let upload = app.upload("case-manager", &case, ("a.txt", "shared"), b"Hui.\n").await;
    upload.refused(503, "unavailable");
    assert_eq!(app.count("document", "name = 'a.txt'").await, 0);
    // What was made in its place holds no content.
    let _ = std::fs::remove_dir_all(app.documents.path());
    std::fs::rename(&elsewhere, app.documents.path()).expect("back");
    app.uploaded("case-manager", &case, "shared").await;
}

#[on_both]
async fn strays_are_moved_aside_up_to_a_share_and_no_further(app: TestApp) {
    with_documents(&app, 18).await;
    for name in &STRAYS[..3] {
        app.documents.age(name);
    }
    // Three of 21 are more than one in ten.
    let stopped = upkeep::sweep(&app.state).await;
    assert!(
        matches!(stopped, Err(UpkeepError::TooManyStrays { strays: 3, all: 21 })),
        "{stopped:?}"
    );
    assert_eq!(app_files(&app).len(), 21);
    std::fs::remove_file(app.documents.path().join(STRAYS[0])).expect("a stray");
    assert_eq!(upkeep::sweep(&app.state).await.expect("swept").aside, 2);
    assert_eq!(app.documents.files().len(), 18);
    let compared = belonging::compare(app.state.store(), &app.state.outside().objects)
        .await
        .expect("compared");
    assert_eq!(
        (compared.content, compared.strays, compared.documents, compared.missing),
        (18, 0, 18, 0)
    );
}

//! The invariants of ARCHITECTURE.md that can be read off the source tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect;

mod names;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every Rust file below a folder: its path from the workspace's root, and its text.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).expect("inside").display().to_string();
                found.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} has sources");
    found
}

/// The lines that are code: their number, and what stands before a comment.
pub(crate) fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate();
    lines.filter_map(|(number, line)| {
        let line = line.split("//").next().unwrap_or_default().trim_end();
        (!line.trim().is_empty()).then_some((number + 1, line))
    })
}

/// Where one of these words stands in the code of a folder, tests excepted.
fn places_of(folder: &str, words: &[&str]) -> Vec<String> {
    let mut places = Vec::new();
    for (name, text) in sources(folder) {
        if name.contains("/tests/") || name.ends_with("/tests.rs") {
            continue;
        }
        for (number, line) in code(&text) {
            places.extend(
                words
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("{name}:{number} {word}")),
            );
        }
    }
    places
}

/// The packages that a crate's manifest lists in its dependencies, the optional ones apart.
fn dependencies(of: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let manifest = fs::read_to_string(root().join(of).join("Cargo.toml")).expect("a manifest");
    let (mut always, mut optional, mut inside) = (BTreeSet::new(), BTreeSet::new(), false);
    for line in manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            // A dependency with a table of its own would escape the lines below.
            assert!(!line.starts_with("[dependencies."), "{of}: {line}");
            inside = line == "[dependencies]";
            continue;
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        if inside && !name.is_empty() {
            let kind = if line.contains("optional = true") { &mut optional } else { &mut always };
            kind.insert(name.to_owned());
        }
    }
    assert!(!always.is_empty(), "{of} depends on something");
    (always, optional)
}

#[test]
fn arrows_lead_from_server_over_http_and_persistence_to_the_domain() {
    for (of, expected) in [
        ("crates/domain", &[][..]),
        ("migrations", &[]),
        ("crates/persistence", &["ascms-domain", "ascms-migrations"]),
        ("crates/http", &["ascms-domain", "ascms-persistence"]),
        ("crates/server", &["ascms-domain", "ascms-http", "ascms-persistence"]),
    ] {
        let (always, optional) = dependencies(of);
        let own: Vec<&String> =
            always.union(&optional).filter(|name| name.starts_with("ascms-")).collect();
        assert_eq!(own, expected, "{of}");
    }
}

#[test]
fn only_persistence_and_its_migrations_know_a_database() {
    let is_database = |name: &String| {
        ["sea-orm", "sqlx", "sea-query", "rusqlite", "tokio-postgres", "libsqlite"]
            .iter()
            .any(|known| name.starts_with(known))
    };
    for of in ["crates/http", "crates/server"] {
        let (always, optional) = dependencies(of);
        assert!(!always.iter().chain(&optional).any(is_database), "{of}");
    }
    let (always, optional) = dependencies("crates/domain");
    assert!(!always.iter().any(is_database), "the domain knows of columns only when asked");
    assert_eq!(optional.iter().collect::<Vec<_>>(), ["sea-orm"]);
    assert_eq!(
        places_of("crates/http", &["sea_orm", "sqlx", "SELECT ", "INSERT INTO", ".begin("]),
        [""; 0]
    );
}

#[test]
fn the_domain_has_no_async_no_clock_no_environment_and_no_files() {
    let words = [
        "async ",
        ".await",
        "Utc::now",
        "Local::now",
        "SystemTime",
        "Instant::now",
        "std::env",
        "env::var",
        "std::fs",
        "std::io",
        "std::net",
        "tokio",
        "Uuid::new_v4",
    ];
    assert_eq!(places_of("crates/domain", &words), [""; 0]);
    let (always, optional) = dependencies("crates/domain");
    for runtime in ["tokio", "futures", "actix-web", "reqwest", "async-trait", "futures-util"] {
        assert!(!always.contains(runtime) && !optional.contains(runtime), "{runtime}");
    }
}

#[test]
fn only_the_server_reads_the_clock_and_the_environment() {
    let words = ["Utc::now", "Local::now", "env::var"];
    for folder in ["crates/http", "crates/persistence", "migrations"] {
        assert_eq!(places_of(folder, &words), [""; 0], "{folder}");
    }
}

#[test]
fn nobody_prints_or_gives_up() {
    let words = ["println!(", "dbg!(", "todo!(", "unimplemented!(", "#[allow(", "TODO", "FIXME"];
    for folder in ["crates/domain", "crates/persistence", "crates/http", "migrations"] {
        assert_eq!(places_of(folder, &words), [""; 0], "{folder}");
    }
}

#[test]
fn no_file_is_longer_than_400_lines_and_no_function_than_70() {
    let mut long = Vec::new();
    for folder in ["crates", "migrations"] {
        for (name, text) in sources(folder) {
            if text.lines().count() > 400 {
                long.push(name);
            }
        }
    }
    assert_eq!(long, [""; 0]);
    let clippy = fs::read_to_string(root().join("clippy.toml")).expect("clippy.toml");
    assert!(clippy.contains("too-many-lines-threshold = 70"), "functions are clippy's part");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    assert!(manifest.contains("too_many_lines = \"deny\""));
    assert!(manifest.contains("unsafe_code = \"forbid\""));
}

#[test]
fn no_file_is_called_after_what_is_in_every_file() {
    for folder in ["crates", "migrations", "tests"] {
        for (name, _) in sources(folder) {
            for empty in ["utils", "helpers", "models", "types", "common", "misc"] {
                assert!(!name.ends_with(&format!("/{empty}.rs")), "{name}");
            }
        }
    }
}

/// The function that a line stands in.
fn function_at(text: &str, line: usize) -> &str {
    let before = text.lines().take(line).filter_map(|line| {
        let line = line.trim_start();
        let words = ["pub(crate) ", "pub(super) ", "pub ", "async "];
        let line = words.iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
        line.strip_prefix("fn ")?.split(['(', '<']).next()
    });
    before.last().unwrap_or("none")
}

/// The tables whose rows belong to somebody.
const SCOPED: &[&str] = &[
    "attendance_case",
    "case_transfer",
    "document",
    "referral",
    "referral_clock",
    "register_entry",
    "student",
];

/// The files of `persistence` in which one of these words stands.
fn files_with(words: &[&str]) -> Vec<String> {
    let places = places_of("crates/persistence/src", words);
    let files: BTreeSet<&str> = places.iter().filter_map(|place| place.split(':').next()).collect();
    let short = |file: &&str| file.trim_start_matches("crates/persistence/src/").to_owned();
    files.iter().map(short).collect()
}

/// A select begins at an entity, and only `reach` can name those of scoped tables: the compiler holds
/// that. This holds what would go past it.
#[test]
fn only_reach_has_the_entities_of_scoped_tables() {
    let reach = fs::read_to_string(root().join("crates/persistence/src/reach.rs")).expect("it");
    assert!(reach.contains("\nmod tables;\n"), "the tables are private to `reach`");
    // An entity is handed on only as a part of the type of a select that has begun.
    let rows = fs::read_to_string(root().join("crates/persistence/src/reach/rows.rs")).expect("it");
    let named = code(&rows).filter(|(_, line)| line.contains("Entity"));
    let handed_on: Vec<&str> =
        named.map(|(_, line)| line.trim()).filter(|line| !line.contains("type Selected")).collect();
    assert_eq!(handed_on, [""; 0]);
    // Nobody else declares an entity of one of these tables.
    for table in SCOPED {
        let declared = files_with(&[&format!("table_name = \"{table}\"")]);
        assert!(!declared.is_empty(), "{table}");
        assert!(declared.iter().all(|file| file.starts_with("reach/tables/")), "{declared:?}");
    }
    // What finds an entity by way of a row or of a select writes rows, or finds again what a
    // select that has begun found.
    assert_eq!(
        files_with(&["ModelTrait", "EntityName", "E::find"]),
        [
            "store/bulk.rs",
            "store/page.rs",
            "store/transaction/deferred.rs",
            "store/whole_row.rs",
            "trace/history.rs"
        ]
    );
    // A statement that is made by hand reads from one that has begun, or from another table.
    assert_eq!(
        files_with(&["Query::select()", ".entity_name()"]),
        [
            "features/measures/cell_counts.rs",
            "features/measures/groups.rs",
            "features/measures/known.rs",
            "features/measures/volumes/statements.rs",
            "features/referrals/waiting.rs",
            "identity/recognise.rs",
            "pages/work_list/open_cases.rs",
            "reach/joins.rs",
            "reach/unscoped.rs",
            "store/page.rs",
        ]
    );
    // SQL in words names none of them.
    let ways = ["FROM ", "JOIN ", "UPDATE ", "INTO "];
    for way in SCOPED.iter().flat_map(|table| ways.map(|way| format!("{way}{table}"))) {
        for end in [" ", "\"", "\\"] {
            assert_eq!(files_with(&[&format!("{way}{end}")]), [""; 0]);
        }
    }
}

/// The functions of `reach` in which a select or an update of a scoped table begins. `within` begins at the
/// grant; `span` and what is not in `unscoped.rs` are subqueries of a reach. A door of `unscoped.rs`
/// says in its comment why no grant narrows it, and so does whoever adds to it.
#[test]
fn the_doors_of_reach_are_known() {
    let mut found = BTreeSet::new();
    for (name, text) in sources("crates/persistence/src/reach") {
        if !text.contains("crate::reach::tables") || name.ends_with("/tests.rs") {
            continue;
        }
        let begins = ["Entity::find", "Entity::update", "Query::select"];
        for (number, line) in code(&text) {
            if begins.iter().any(|word| line.contains(word)) {
                let file = name.trim_start_matches("crates/persistence/src/reach/");
                found.insert(format!("{file} {}", function_at(&text, number)));
            }
        }
    }
    let found: Vec<String> = found.into_iter().collect();
    expect![[r#"
        cases.rs ids_of
        cases.rs students_of
        cases.rs within
        clocks.rs span
        clocks.rs within
        documents.rs within
        joined.rs active
        referrals.rs students_of
        referrals.rs students_referred_by
        referrals.rs within
        register_entries.rs addressed
        register_entries.rs narrowed_by
        register_entries.rs of_ministry
        register_entries.rs of_organisation
        register_entries.rs submitted
        students.rs reached_by
        students.rs within
        transfers.rs within
        unscoped.rs another_open_case
        unscoped.rs case_of_change
        unscoped.rs cases_of_needs
        unscoped.rs cases_of_student
        unscoped.rs cases_of_students
        unscoped.rs cases_opened_by
        unscoped.rs clock_of_predecessor
        unscoped.rs clocks_as_they_stand
        unscoped.rs clocks_of_days
        unscoped.rs clocks_to_recompute
        unscoped.rs count_of_referrals
        unscoped.rs document_scanned
        unscoped.rs documents_in_quarantine
        unscoped.rs documents_of_case
        unscoped.rs documents_of_entries
        unscoped.rs documents_with_content
        unscoped.rs newest_entry_of_case
        unscoped.rs referral_of_change
        unscoped.rs referrals_at_school
        unscoped.rs referrals_counted
        unscoped.rs referrals_of_case
        unscoped.rs referrals_of_student
        unscoped.rs referrals_of_students
        unscoped.rs referrals_sent_by
        unscoped.rs reviews_of_referrals
        unscoped.rs student_records
        unscoped.rs student_referred
        unscoped.rs students_carrying
        unscoped.rs students_of_number
        unscoped.rs transfer_of_change
        unscoped.rs transfers_of_referrals
        unscoped.rs waiting_transfer_of_case
        updates.rs newest_entry_of_case
        updates.rs provider_of_referrals
        updates.rs student_of_cases
        updates.rs student_of_referrals"#]]
    .assert_eq(&found.join("\n"));
}

#[test]
fn within_is_narrowed_by_the_reach_and_by_nothing_else() {
    let files = sources("crates/persistence/src/reach");
    let scoped: Vec<_> =
        files.iter().filter(|(_, text)| text.contains("fn within(grant: &Grant)")).collect();
    assert!(scoped.len() >= SCOPED.len(), "every scoped table is here");
    for (file, text) in scoped {
        let body = text.split_once("fn within(grant: &Grant) -> Select<").expect(file).1;
        let body = body.split("\n}\n").next().expect("a body");
        assert!(
            ["reach::condition(grant, ", "crate::reach::students::reaches(grant, ", "addressed)"]
                .iter()
                .any(|condition| body.contains(&format!("::find().filter({condition}"))),
            "{file}"
        );
    }
}

#[test]
fn sql_in_words_stands_only_where_the_databases_differ() {
    let words = [
        "_unprepared(",
        "from_sql_and_values(",
        "Statement::from_string(",
        "query_one_raw(",
        "query_all_raw(",
        "execute_raw(",
    ];
    let places = places_of("crates/persistence", &words);
    let files: BTreeSet<&str> = places.iter().filter_map(|place| place.split(':').next()).collect();
    let files: Vec<&str> =
        files.into_iter().map(|file| file.trim_start_matches("crates/persistence/src/")).collect();
    // Those beside them hand statements on and write none.
    assert_eq!(
        files,
        [
            "store/connections.rs",
            "store/dialect.rs",
            "store/dialect/commit_order.rs",
            "store/dialect/migrating.rs",
            "store/dialect/place.rs",
            "store/dialect/roles.rs",
            "store/either.rs",
            "store/postgres.rs",
            "store/postgres/session.rs",
            "store/transaction.rs"
        ]
    );
}

/// The tables that get a row for each call, student, referral or case, and are never emptied.
#[rustfmt::skip]
const GROWING: &[&str] = &[
    "attendance_case", "attendance_month", "attendance_report", "attendance_summary", "audit_entry", "barrier", "case_assignment",
    "case_closure", "case_entry", "case_look", "case_transfer", "contact", "document", "enrolment", "enrolment_ahead",
    "enrolment_claim", "enrolment_report", "event", "field_change", "fund_entry", "fund_student", "idempotency_key", "job", "job_part", "joined_arrival", "match_review",
    "match_settlement", "meeting_reached", "need", "need_case", "notification", "pathway_report", "plan", "plan_review", "protected_address_reader",
    "published_row", "referral", "referral_clock", "referral_clock_past", "referral_decision", "referral_receipt", "sibling",
    "student", "student_merge", "student_name", "student_nsn", "task",
    "whanau_confirmation", "whanau_contact",
];

/// The last migration that was written before tables were changed while they are used.
const LAST_THAT_BLOCKS: &str = "m0043";

/// What a new migration does to a table that grows in a way that stops its callers.
fn blocks(text: &str) -> Vec<String> {
    let code: String = code(text).map(|(_, line)| format!("{} ", line.trim())).collect();
    let code = code.replace("\\ ", "");
    let made: BTreeSet<&str> = code
        .split("Table::create()")
        .skip(1)
        .filter_map(|rest| rest.split(".table(\"").nth(1)?.split('"').next())
        .collect();
    let grows = |table: &str| GROWING.contains(&table) && !made.contains(table);
    let mut found = Vec::new();
    for index in code.split("Index::create()").skip(1) {
        let table = index.split(".table(\"").nth(1).and_then(|rest| rest.split('"').next());
        if let Some(table) = table.filter(|table| grows(table) && code.contains(".create_index(")) {
            found.push(format!("an index on {table} without growing::index"));
        }
    }
    let words: Vec<&str> =
        code.split([' ', '(', '"', '\\']).filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        let next = |n: usize| words.get(at + n).copied().unwrap_or_default();
        if *word == "INDEX" && next(1) != "CONCURRENTLY" && words[..at].last() != Some(&"DROP") {
            let table = words[at..].iter().position(|word| *word == "ON").map(|on| next(on + 1));
            found.extend(
                table.filter(|table| grows(table)).map(|table| format!("INDEX ON {table}")),
            );
        }
        if *word == "ALTER" && next(1) == "TABLE" && grows(next(2)) {
            let rest = words[at..].join(" ");
            let statement = rest.split([';', ']']).next().unwrap_or_default();
            if ["ADD CONSTRAINT", "ADD CHECK", "SET NOT NULL", " TYPE ", "ADD FOREIGN KEY"]
                .iter()
                .any(|clause| statement.contains(clause))
                && !statement.contains("NOT VALID")
            {
                found.push(format!("a constraint on {}", next(2)));
            }
        }
    }
    for alter in code.split("Table::alter()").skip(1) {
        let table = alter.split(".table(\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(table) = table.filter(|table| grows(table)) else { continue };
        let chain = alter.split(['?', ';']).next().unwrap_or_default();
        if ["modify_column", "add_foreign_key", ".check("].iter().any(|call| chain.contains(call)) {
            found.push(format!("a constraint on {table} without growing::column"));
        }
    }
    found
}

#[test]
fn no_new_migration_stops_the_callers_of_a_table_that_grows() {
    let mut found = Vec::new();
    for (name, text) in sources("migrations/src") {
        let file = name.trim_start_matches("migrations/src/");
        if file.starts_with('m') && file.get(..5) > Some(LAST_THAT_BLOCKS) {
            found.extend(blocks(&text).into_iter().map(|what| format!("{file}: {what}")));
        }
    }
    assert_eq!(found, [""; 0]);
    // What the test looks for is found where it is.
    let old: BTreeSet<String> =
        sources("migrations/src").iter().flat_map(|(_, text)| blocks(text)).collect();
    for what in ["an index on contact without growing::index", "a constraint on enrolment_report"] {
        assert!(old.contains(what), "{what}: {old:?}");
    }
}

/// A program of the release before runs on a database whose migrations expand.
#[test]
fn a_new_migration_that_takes_something_away_says_so() {
    let contracting =
        fs::read_to_string(root().join("migrations/src/compatibility.rs")).expect("it");
    for (name, text) in sources("migrations/src") {
        let file = name.trim_start_matches("migrations/src/").trim_end_matches(".rs");
        if !file.starts_with('m') || file.get(..5) <= Some(LAST_THAT_BLOCKS) {
            continue;
        }
        let words = [
            "drop_table(",
            "drop_column(",
            "rename_column(",
            "rename_table(",
            "DROP TABLE",
            "DROP COLUMN",
            "RENAME COLUMN",
        ];
        let takes = code(&text).any(|(_, line)| words.iter().any(|word| line.contains(word)));
        // A table that is made anew, or that another one takes the place of.
        let moved = ["_anew", "_before"].iter().any(|word| text.contains(word));
        assert!(!takes || moved || contracting.contains(file), "{name}");
    }
}

#[test]
fn nothing_is_deleted() {
    let words = ["delete_many", "delete_by_id", ".delete(", "Query::delete", "DELETE FROM"];
    let places = places_of("crates/persistence", &words);
    let files: BTreeSet<&str> = places.iter().filter_map(|place| place.split(':').next()).collect();
    let files: Vec<&str> = files.into_iter().collect();
    // A key's answer is kept for 30 days and no longer, a job and what it made for one. Enrolments are made of what was said of them, which
    // is never deleted, and are made anew when more is said; a first day ahead is what is still to be done. The catchments of a draft of a
    // contract are a list that is written whole; its history keeps the one before.
    assert_eq!(
        files,
        [
            "crates/persistence/src/features/contracts/places.rs",
            "crates/persistence/src/features/jobs/work.rs",
            "crates/persistence/src/features/students/enrolment/ahead.rs",
            "crates/persistence/src/features/students/enrolment/settle.rs",
            "crates/persistence/src/store/idempotency.rs",
        ]
    );
}

/// What every change on a case leaves behind is written by one function, so that none can forget
/// the people whom the case concerns; those who wait for a record on no case are told by another one.
#[test]
fn people_are_told_of_a_change_in_one_place() {
    let places = places_of("crates/persistence", &["notifications::notify("]);
    let files: Vec<&str> = places.iter().filter_map(|place| place.split(':').next()).collect();
    assert_eq!(
        files,
        [
            "crates/persistence/src/trace/case_change.rs",
            "crates/persistence/src/trace/record_change.rs"
        ]
    );
}

/// The signature of every handler: from its route to the brace that opens its body.
fn handlers() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, text) in sources("crates/http/src") {
        if name.ends_with("/pages.rs") || name.contains("/pages/") {
            continue;
        }
        for method in ["get", "post", "put", "patch", "delete"] {
            for part in text.split(&format!("\n#[{method}(\"")).skip(1) {
                let signature = part.split(" {\n").next().expect("a signature").to_owned();
                let handler = signature.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
                found.push((format!("{name} {}", handler.expect("a name")), signature));
            }
        }
    }
    found
}

/// The arguments of a handler that ask for a permission before they read anything else.
const PERMITTED: &[&str] = &[
    "May<",
    "MayLately<",
    "Listing<",
    "Command<",
    "StepCommand<",
    "BulkCommand<",
    "Amendment<",
    "BodilessCommand<",
];

#[test]
fn every_handler_takes_exactly_one_permission_before_anything_of_the_request() {
    let handlers = handlers();
    // A page for the callers of the operations is none of them, and asks for a permission all the same.
    let is_page =
        |name: &str| name.contains("/reports.rs ") || name.contains("/contract_years.rs ");
    let pages = handlers.iter().filter(|(name, _)| is_page(name)).count();
    assert_eq!(pages, 2);
    assert_eq!(handlers.len() - pages, crate::openapi::operations().len(), "{handlers:#?}");
    for (name, signature) in handlers {
        let permissions: Vec<usize> = PERMITTED
            .iter()
            .flat_map(|may| {
                signature.match_indices(&format!(" {may}")).map(|(at, _)| at).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(permissions.len(), 1, "{name}");
        let permission = permissions[0];
        for later in ["Path<", "Params<", "IfMatch", "Body<"] {
            let first = signature.find(later).unwrap_or(usize::MAX);
            assert!(permission < first, "{name}: {later} stands before the permission");
        }
        assert!(!signature.contains("web::Json<") && !signature.contains("web::Query<"), "{name}");
    }
}

#[test]
fn tests_wait_for_nothing_but_a_nodes_memory_and_faults_of_machines() {
    let mut places = Vec::new();
    for (name, text) in sources("tests/it") {
        let sleeps =
            code(&text).filter(|(_, line)| line.contains("sleep(") && !line.contains("\"sleep("));
        places.extend(sleeps.map(|_| name.clone()));
    }
    places.dedup();
    // A lock that is held for a while, a frozen server, a network that is silent: each lasts.
    places.retain(|place| !place.starts_with("tests/it/upgrades"));
    // What comes in or ends slowly is what the others are about: another process, and real sockets.
    let of_time = ["process.rs", "slow.rs", "stopping.rs"].map(|name| format!("tests/it/{name}"));
    places.retain(|name| !of_time.contains(name));
    let expected =
        ["tests/it/access/accounts.rs", "tests/it/hot_rows.rs", "tests/it/partitions.rs"];
    assert_eq!(places, expected);
}

/// A module that is called otherwise one day would leave its lane without a word.
#[test]
fn the_lanes_of_the_test_runner_are_modules() {
    let lanes = fs::read_to_string(root().join(".config/nextest.toml")).expect("the settings");
    let modules = fs::read_to_string(root().join("tests/it/main.rs")).expect("the modules");
    let lists = lanes.split("test(/^(").skip(1).filter_map(|rest| rest.split(")::").next());
    let named: Vec<&str> = lists.flat_map(|list| list.split('|')).collect();
    assert!(named.contains(&"slow") && named.contains(&"oracle"), "{named:?}");
    for name in named {
        let module = name.split("::").next().unwrap_or_default();
        assert!(modules.contains(&format!("mod {module};")), "{name}");
    }
}

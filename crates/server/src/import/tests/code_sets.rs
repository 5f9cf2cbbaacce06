use ascms_persistence::reference_data::CodeSets;

use super::{Quiet, now, refused};
use crate::import::reference_data;

const COLUMNS: &str = "code_set,code,label_en,label_mi,parent,valid_from,valid_to,source";

fn import_codes(on_record: CodeSets, lines: &str) -> (CodeSets, Vec<String>) {
    import_under(&format!("{COLUMNS}\n"), on_record, lines)
}

fn import_under(header: &str, on_record: CodeSets, lines: &str) -> (CodeSets, Vec<String>) {
    let file = format!("{header}{lines}");
    let (rows, mut summary) = reference_data::read(file.as_bytes(), &Quiet).unwrap();
    let changes = reference_data::differences(on_record, &rows, now(), &mut summary);
    (changes, refused(summary))
}

#[test]
fn a_new_code_set_brings_its_labels_and_its_source() {
    let lines = "tides,,Tides,Ngā tai,,,,ours\ntides,high,High tide,Tai pari,,,,\n\
                 tides,spring,Spring tide,,high,2026-01-01,2026-12-31,\n";
    let (changes, refused) = import_codes(CodeSets::default(), lines);
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!((changes.sets.len(), changes.sets[0].version), (1, 1));
    let positions: Vec<_> = changes.codes.iter().map(|code| (&*code.code, code.position)).collect();
    assert_eq!(positions, [("high", 1), ("spring", 2)]);

    let (again, _) = import_codes(changes.clone(), lines);
    assert_eq!((again.sets.len(), again.codes.len()), (0, 0));

    // A known code keeps its place; a new one comes last, and the set has a new version.
    let (more, _) = import_codes(
        changes,
        "tides,low,Low tide,Tai timu,,,,\ntides,high,High water,Tai pari,,,,\n",
    );
    assert_eq!(more.sets[0].version, 2);
    let positions: Vec<_> = more.codes.iter().map(|code| (&*code.code, code.position)).collect();
    assert_eq!(positions, [("low", 3), ("high", 1)]);
}

#[test]
fn codes_that_cannot_be_are_refused() {
    let (changes, refused) = import_codes(
        CodeSets::default(),
        "tides,,Tides,Ngā tai,,,,ours\n\
         tides,,Tides,Ngā tai,,,,ours\n\
         tides,high,High tide,,,,,\n\
         tides,high,High tide,,,,,\n\
         tides,low,Low tide,,neap,,,\n\
         tides,self,Self,,self,,,\n\
         moons,full,Full moon,,,,,\n\
         Big Moons,full,Full moon,,,,,\n\
         tides,a b,Label,,,2026-02-01,2026-01-01,\n\
         tides,x,,,,,,\n",
    );
    assert_eq!(changes.codes.len(), 1);
    assert_eq!(
        refused,
        [
            "line 3, column code_set: line 2 tells of this set already",
            "line 5, column code: `high` is already on line 4",
            "line 6, column parent: `neap` is no code of this set",
            "line 7, column parent: is the code itself",
            "line 8, column code_set: is new: a line with a blank code has to tell of it",
            "line 9, column code_set: `Big Moons` is no name of a code set, such as `leaving-reasons`",
            "line 10, column code: `a b` is no code: up to 64 letters, digits, `_`, `-` and `.`",
            "line 11, column label_en: is blank",
        ]
    );
}

#[test]
fn labels_in_te_reo_are_read_when_the_file_says_so_and_until_they_change() {
    let header = format!("{COLUMNS},mi_reviewed\n");
    let set = "tides,,Tides,Ngā tai,,,,ours";
    let high = "tides,high,High tide,Tai pari,,,,,\n";
    let import = |on_record: &CodeSets, lines: &str| {
        let (mut changes, refused) = import_under(&header, on_record.clone(), lines);
        assert_eq!(refused, Vec::<String>::new());
        let sets = if changes.sets.is_empty() { on_record.sets.clone() } else { changes.sets };
        let known = on_record.codes.iter().cloned();
        changes.codes.extend(known);
        let mut codes = changes.codes;
        codes.dedup_by_key(|code| code.code.clone());
        (sets[0].mi_reviewed, CodeSets { sets, codes })
    };
    let (reviewed, unread) = import(&CodeSets::default(), &format!("{set},\n{high}"));
    assert!(!reviewed);
    let (reviewed, read) = import(&unread, &format!("{set},yes\n"));
    assert!(reviewed);
    // A line that does not say keeps what is on record; so does a code that only ends.
    assert!(import(&read, "tides,,The tides,Ngā tai,,,,ours,\n").0);
    assert!(import(&read, "tides,high,High tide,Tai pari,,,2026-12-31,,\n").0);
    // Nobody has read a new label of the set or of a code, unless the file says so.
    assert!(!import(&read, "tides,,Tides,Ngā tai e rua,,,,ours,\n").0);
    assert!(!import(&read, "tides,low,Low tide,Tai timu,,,,,\n").0);
    assert!(import(&read, &format!("{set},yes\ntides,low,Low tide,Tai timu,,,,,\n")).0);
    assert!(!import(&read, &format!("{set},no\n")).0);
    let (_, refused) = import_under(&header, CodeSets::default(), &format!("{set},perhaps\n"));
    assert_eq!(refused, ["line 2, column mi_reviewed: `perhaps` is neither `yes` nor `no`"]);
}

//! When it is plain that content and rows are of one installation, and when something is wrong.

/// More content without a document than a few killed servers leave behind.
const MOST_STRAYS: u64 = 100;
/// One part in so many.
const SHARE: u64 = 10;

/// Whether so many strays among so much are too many to be broken-off uploads: then the database
/// may be the wrong one, and nothing is touched. A single one is not.
pub fn too_many_strays(strays: u64, all: u64) -> bool {
    strays > MOST_STRAYS || (strays > 1 && over_a_share(strays, all))
}

/// Whether content that nobody has marked is the content of these documents: so many are without
/// a document, and so many documents are without content.
pub fn fits(content: u64, strays: u64, documents: u64, missing: u64) -> bool {
    let odd = |some, all| some > MOST_STRAYS || over_a_share(some, all);
    !odd(strays, content) && !odd(missing, documents)
}

fn over_a_share(some: u64, all: u64) -> bool {
    some.saturating_mul(SHARE) > all
}

#[cfg(test)]
mod tests {
    use super::{fits, too_many_strays};

    #[test]
    fn a_few_strays_are_broken_off_uploads_and_a_share_of_all_is_another_database() {
        for (strays, all, too_many) in [
            (0, 0, false),
            (1, 1, false),
            (2, 2, true),
            (3, 6, true),
            (6, 6, true),
            (2, 20, false),
            (3, 29, true),
            (100, 1_000_000, false),
            (101, 1_000_000, true),
            (u64::MAX, u64::MAX, true),
        ] {
            assert_eq!(too_many_strays(strays, all), too_many, "{strays} of {all}");
        }
    }

    #[test]
    fn content_fits_when_nearly_every_row_has_some_and_nearly_all_has_a_row() {
        for (content, strays, documents, missing, fit) in [
            (0, 0, 0, 0, true),
            (3, 3, 0, 0, false),
            (1, 1, 0, 0, false),
            (0, 0, 4, 4, false),
            (6, 3, 3, 0, false),
            (3, 0, 6, 3, false),
            (20, 2, 19, 1, true),
            (5_000, 101, 4_899, 0, false),
        ] {
            let found = fits(content, strays, documents, missing);
            assert_eq!(found, fit, "{content} {strays} {documents} {missing}");
        }
    }
}

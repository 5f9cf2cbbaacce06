//! Which programs may run on a database that a newer release has migrated. A release is known by
//! the migrations it brings.

/// The migrations that contract, each with the migration that a program must know to run on a
/// database after it. All others expand: the release before runs on.
const CONTRACTING: &[(&str, &str)] = &[];

/// The migration that a program must know to run after this one; `None` when this one expands.
#[must_use]
pub fn needs(migration: &str) -> Option<&'static str> {
    CONTRACTING.iter().find(|(name, _)| *name == migration).map(|(_, needs)| *needs)
}

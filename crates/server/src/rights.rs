//! Whether the program works with a role of PostgreSQL that can not rewrite what is append-only.

use ascms_persistence::{Rights, Store, StoreError};

/// Why `serve` does not start with the role of its connections.
#[derive(Debug, thiserror::Error)]
pub enum WrongRights {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", too_many(.0))]
    TooMany(Rights),
    #[error("{}", missing(.0))]
    Missing(Rights),
}

/// An error when the role may do more than the application needs, unless that is expressly allowed,
/// or less.
pub async fn require(store: &Store, one_role: bool) -> Result<(), WrongRights> {
    let Some(rights) = store.rights().await? else { return Ok(()) };
    if !rights.too_many.is_empty() {
        if !one_role {
            return Err(WrongRights::TooMany(rights));
        }
        tracing::warn!(role = rights.role, "the database's role can rewrite the audit trail");
    }
    if rights.missing.is_empty() { Ok(()) } else { Err(WrongRights::Missing(rights)) }
}

/// What `doctor` says; nothing on SQLite, which has no roles.
pub async fn found(store: &Store, one_role: bool) -> Option<Result<String, String>> {
    let rights = match store.rights().await {
        Ok(rights) => rights?,
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(match (rights.too_many.is_empty(), rights.missing.is_empty()) {
        (_, false) => Err(missing(&rights)),
        (true, true) => Ok(format!("{} adds to what is append-only and no more", rights.role)),
        (false, true) if one_role => {
            Ok(format!("{} can rewrite the audit trail, as the settings allow", rights.role))
        }
        (false, true) => Err(too_many(&rights)),
    })
}

fn too_many(rights: &Rights) -> String {
    let Rights { role, too_many, .. } = rights;
    format!(
        "the database's role {role} could rewrite the audit trail: {}. Make a role for the \
         application alone (CREATE ROLE ascms_app LOGIN PASSWORD '…'), run `ascms migrate` as the \
         role that owns the tables with ASCMS_DATABASE_APPLICATION_ROLE=ascms_app, and give `serve` \
         a DATABASE_URL of that role. For a small trial on one role: ASCMS_DATABASE_ONE_ROLE=allow",
        too_many.join("; ")
    )
}

fn missing(rights: &Rights) -> String {
    let Rights { role, missing, .. } = rights;
    format!(
        "the database's role {role} has no rights on {}: run `ascms migrate` as the role that owns \
         the tables, with ASCMS_DATABASE_APPLICATION_ROLE={role}",
        missing.join(", ")
    )
}

//! Who sees what is written or filed on a case.

crate::closed_list! {
    /// Who sees an entry or a document of a case.
    Visibility {
        /// The provider's people and the school's.
        Shared = "shared",
        /// The provider's people alone.
        Private = "private",
    }
}

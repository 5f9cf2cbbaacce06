//! Who sees what is written or filed on a case.

crate::closed_list! {
    /// The readers of an entry or a document of a case.
    Visibility: "Visibility" / "Te kitea" {
        /// The provider's people and the school's.
        Shared = "shared": "Shared with the school" / "Kua tohaina ki te kura",
        /// The provider's people alone.
        Private = "private": "Provider only" / "Mā te kaiwhakarato anake",
    }
}

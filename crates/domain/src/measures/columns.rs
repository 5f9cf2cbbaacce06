//! The words that say what a column of flat measures is.

crate::closed_list! {
    /// Type of a column's values.
    ColumnType: "Type of a column" / "Te momo tīwae" {
        Text = "text": "Text" / "Kupu",
        Integer = "integer": "Whole number" / "Tau tōpū",
        Decimal = "decimal": "Decimal number" / "Tau ā-ira",
        Boolean = "boolean": "True or false" / "He tika, he hē rānei",
        Date = "date": "Date" / "Rā",
        DateTime = "date_time": "Date and time" / "Rā me te wā",
    }
    /// Unit of a column's numbers.
    ColumnUnit: "Unit of a column" / "Te waeine o te tīwae" {
        Referrals = "referrals": "Referrals" / "Ngā tono",
        BusinessDays = "business_days": "Business days" / "Ngā rā mahi",
        Percent = "percent": "Percent" / "Ōrau",
        Share = "share": "Share from 0 to 1" / "Ōwehenga mai i te 0 ki te 1",
        TenThousandths = "ten_thousandths": "Ten-thousandths" / "Ngā wāhi o te tekau mano",
    }
    /// Source of a column's meaning.
    ColumnSource: "Source of a column" / "Te puna o te tīwae" {
        /// The Ministry's published summary of the contract.
        Contract = "contract": "The contract" / "Te kirimana",
        /// Ours: the contract is not public, or has no such thing.
        Ours = "ours": "The service" / "Te ratonga",
    }
}

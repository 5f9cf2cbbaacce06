//! The first profiles of duties, as a version of the rule `duties`.
//!
//! The yearly plan by 15 November and the reports of each term are the contract's (public); that 15 November
//! does not move, the 20 business days and the profile of an in-school team are ours. The Ministry changes
//! all of them with a version of its own.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Literals of our own, so that one text is right on both databases.
        let insert = format!(
            "INSERT INTO rule_version (rule, version, valid_from, parameters, whole, added_at) \
             SELECT 'duties', 'duties-2026-1', '2020-01-01', '{FIRST}', '{FIRST}', \
             '2020-01-01T00:00:00+00:00' \
             WHERE NOT EXISTS (SELECT 1 FROM rule_version WHERE rule = 'duties')"
        );
        manager.get_connection().execute_unprepared(&insert).await.map(drop)
    }
}

const FIRST: &str = concat!(
    r#"{"profiles":[{"code":"catchment","nameEn":"Catchments","nameMi":"Ngā rohe ratonga","duties":["#,
    r#"{"kind":"service_delivery_plan","period":"year","#,
    r#""fixedDay":{"month":11,"day":15,"rolls":false},"opensDaysBefore":45,"firstBusinessDays":20},"#,
    r#"{"kind":"termly_report","period":"term","businessDaysAfter":20},"#,
    r#"{"kind":"fund_report","period":"term","businessDaysAfter":20},"#,
    r#"{"kind":"initiatives_report","period":"year","businessDaysAfter":20},"#,
    r#"{"kind":"annual_report","period":"year","businessDaysAfter":20},"#,
    r#"{"kind":"policy_confirmation","period":"year","#,
    r#""fixedDay":{"month":11,"day":15,"rolls":false},"opensDaysBefore":45,"firstBusinessDays":20},"#,
    r#"{"kind":"security_assurance","period":"year","#,
    r#""fixedDay":{"month":11,"day":15,"rolls":false},"opensDaysBefore":45,"firstBusinessDays":20}"#,
    r#"]},{"code":"in_school","nameEn":"In-school provision","nameMi":"Te ratonga i roto i te kura","#,
    r#""duties":[{"kind":"termly_report","period":"term","businessDaysAfter":20}]}]}"#,
);

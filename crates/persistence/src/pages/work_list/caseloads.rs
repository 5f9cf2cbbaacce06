//! Caseloads: what each person of a provider has on their hands.

use std::collections::BTreeMap;

use ascms_domain::access::{Grant, Role, Span};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ProviderId, UserId};
use ascms_domain::work_list::{Caseload, load};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::Store;
use crate::pages::work_list::open_cases::{TasksWanted, Wanted};
use crate::rows::{self, user_account};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// A person and what they have on their hands.
#[derive(Clone, Debug)]
pub struct CaseloadRow {
    pub id: UserId,
    pub name: String,
    pub load: Caseload,
}

/// Where a page of caseloads goes on.
pub type CaseloadKey = (String, UserId);

impl Store {
    /// The people of the providers that the caller leads, or the caller alone, by name.
    pub async fn caseloads(
        &self,
        grant: &Grant,
        page: PageRequest<CaseloadKey>,
        now: DateTime<Utc>,
    ) -> Result<Page<CaseloadRow, CaseloadKey>, StoreError> {
        let (caller, today) = (UserId(grant.caller().id()), nz_date(now));
        let calendars = self.calendars().await?;
        let wanted = Wanted {
            steps: false,
            changed: false,
            deadlines: true,
            needs: false,
            tasks: TasksWanted::All,
        };
        let mut loads = BTreeMap::from([(caller, Caseload::default())]);
        for seen in self.open_cases(grant, &calendars, wanted).await? {
            load(&seen.case, caller, today, &mut loads);
        }
        let people = user_account::Entity::find()
            .filter(
                Condition::any()
                    .add(user_account::Column::Id.is_in(loads.keys().copied()))
                    .add(works_for(&led(grant), today)),
            )
            .all(&self.read)
            .await?;
        let mut rows: Vec<CaseloadRow> = people
            .into_iter()
            .map(|person| CaseloadRow {
                id: person.id,
                name: person.name,
                load: loads.get(&person.id).copied().unwrap_or_default(),
            })
            .collect();
        rows.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        let total = page.with_total.then(|| u64::try_from(rows.len()).unwrap_or(u64::MAX));
        if let Some((name, id)) = &page.after {
            rows.retain(|row| (&row.name, row.id) > (name, *id));
        }
        let found = page.cut(rows, |row| (row.name.clone(), row.id));
        Ok(Page { total, ..found })
    }
}

fn led(grant: &Grant) -> Vec<ProviderId> {
    let spans = grant.reach().iter().filter_map(|span| match span {
        Span::Provider(own) => Some(*own),
        Span::Nation
        | Span::Queue
        | Span::Person(_)
        | Span::CaseManager(..)
        | Span::School(_)
        | Span::PrimaryContact(..)
        | Span::Client(_) => None,
    });
    spans.collect()
}

/// Those who hold a role at these providers today, also when they have no case.
fn works_for(providers: &[ProviderId], today: NaiveDate) -> Expr {
    let held = rows::appointment::Entity::find()
        .select_only()
        .column(rows::appointment::Column::UserId)
        .filter(rows::appointment::Column::ProviderId.is_in(providers.iter().copied()))
        .filter(rows::appointment::Column::Role.is_in([Role::CaseManager, Role::WorkflowLead]))
        .filter(rows::appointment::Column::UserId.is_not_null())
        .filter(rows::appointment::in_force(today));
    user_account::Column::Id.in_subquery(held.into_query())
}

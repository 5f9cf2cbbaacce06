//! What the caller may do with a case now. Asked with the same functions that refuse, so that
//! what is advertised is what happens.

use actix_web::{HttpMessage, HttpRequest};
use ascms_domain::access::{Actor, Grant, Holders};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::CaseAction;
use ascms_domain::ids::UserId;
use ascms_persistence::cases::CaseFile;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Asked;
use crate::problem::{Code, Reason, Refusal};

/// Whether the caller may do something with the case, and why not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AllowedActionView {
    /// The action on the case.
    action: CaseAction,
    /// Whether the caller could do it now.
    allowed: bool,
    /// The code of the refusal; null when the action is allowed.
    code: Option<Code>,
}

/// Who looks at a case, when.
pub(super) struct Viewer {
    pub grant: Grant,
    actor: Actor,
    today: NaiveDate,
}

impl Viewer {
    pub(super) fn of(
        req: &HttpRequest,
        grant: &Grant,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let asked = req.extensions().get::<Asked>().cloned();
        let Asked { actor, .. } =
            asked.ok_or_else(|| Refusal::new(Code::Internal, "the request failed on our side"))?;
        Ok(Self { grant: grant.clone(), actor, today: nz_date(now) })
    }

    /// Every action of a case, in the order of the list.
    pub(super) fn allowed(&self, file: &CaseFile) -> Vec<AllowedActionView> {
        let each = CaseAction::ALL.iter().map(|&action| {
            let code = self.refusal(action, file);
            AllowedActionView { action, allowed: code.is_none(), code }
        });
        each.collect()
    }

    fn refusal(&self, action: CaseAction, file: &CaseFile) -> Option<Code> {
        let grant = match self.actor.may(action.permission()) {
            Ok(grant) => grant,
            Err(forbidden) => return Some(Refusal::from(forbidden).code),
        };
        let case = &file.whole.row.case;
        let holders = Holders {
            provider: case.provider_id,
            case_manager: case.case_manager_id,
            primary_contact: case.primary_contact_id,
            referred_by: case.school_id,
            enrolled_at: file.whole.enrolled_at,
        };
        if !grant.covers(&holders) {
            return Some(Code::NotFound);
        }
        let Ok((rules, at)) = file.rules(UserId(grant.caller().id()), self.today) else {
            return Some(Code::Internal);
        };
        rules.allows(action, &at).err().map(|refusal| refusal.problem().code())
    }
}

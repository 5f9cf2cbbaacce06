//! What the caller may do with a case now.

use actix_web::HttpRequest;
use ascms_domain::access::{Action, Grant, Holders};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::CaseAction;
use ascms_domain::ids::UserId;
use ascms_persistence::cases::CaseFile;
use chrono::{DateTime, NaiveDate, Utc};

use crate::allowed::{AllowedActionView, RecordAction, Viewer};
use crate::problem::{Code, Refusal};

pub(super) type AllowedCaseAction = AllowedActionView<CaseAction>;

impl RecordAction for CaseAction {
    const VIEW: &'static str = "AllowedActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

/// Who looks at a case, when.
pub(super) struct CaseViewer {
    pub caller: Viewer,
    today: NaiveDate,
}

impl CaseViewer {
    pub(super) fn of(
        req: &HttpRequest,
        grant: &Grant,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        Ok(Self { caller: Viewer::of(req, grant)?, today: nz_date(now) })
    }

    /// Every action of a case, in the order of the list.
    pub(super) fn allowed(&self, file: &CaseFile) -> Vec<AllowedCaseAction> {
        self.caller.allowed(|action, grant: &Grant| self.allows(action, grant, file))
    }

    fn allows(&self, action: CaseAction, grant: &Grant, file: &CaseFile) -> Result<(), Refusal> {
        let case = &file.whole.row.case;
        let holders = Holders {
            provider: case.provider_id,
            case_manager: case.case_manager_id,
            primary_contact: case.primary_contact_id,
            referred_by: case.school_id,
            enrolled_at: file.whole.enrolled_at,
        };
        if !grant.covers(&holders) {
            return Err(Refusal::new(Code::NotFound, "the case is out of reach"));
        }
        let by = UserId(grant.caller().id());
        let (rules, at) = file.rules(by, self.today).map_err(Refusal::from)?;
        rules.allows(action, &at).map_err(Refusal::from)
    }
}

//! What the Ministry publishes.

use ascms_domain::access::Role;
use ascms_domain::broadcasts::{Audience, AudienceKind};
use ascms_domain::bulletins::{Bulletin, BulletinKind};
use ascms_domain::calendar::nz_date;
use chrono::{DateTime, TimeDelta, Utc};

use super::steps::{Operation, STORIES, Step};
use crate::sandbox::personas;

/// A newsletter for everybody, a key date for providers that is still to come, and a draft.
pub(super) fn bulletins(now: DateTime<Utc>) -> Vec<Step> {
    let newsletter = Bulletin {
        body: "Kia ora koutou.\n\n- Measures of the last term are published.\n- Thank you for the \
               quick calls to schools."
            .into(),
        ..bulletin(BulletinKind::Newsletter, "Attendance newsletter", now - TimeDelta::days(14))
    };
    let key_date = Bulletin {
        title_mi: Some("Te mahere ratonga".into()),
        body: "The **service delivery plan** for the coming year is due.".into(),
        date: Some(nz_date(now + TimeDelta::days(30))),
        audience: Audience {
            organisation_kinds: vec![
                AudienceKind::CatchmentProvider,
                AudienceKind::InSchoolProvider,
            ],
            ..Audience::default()
        },
        ..bulletin(BulletinKind::KeyDate, "Service delivery plan", now - TimeDelta::days(10))
    };
    let draft = Bulletin {
        body: "Plan each visit with the whānau, and tell a colleague where you are.".into(),
        ..bulletin(BulletinKind::Guidance, "Home visits", now - TimeDelta::days(2))
    };
    let step = |days: i64, bulletin: Bulletin, publish: bool| Step {
        at: now - TimeDelta::days(days),
        story: STORIES,
        by: personas::name(Role::MinistryAdmin),
        operation: Operation::AddBulletin { bulletin: Box::new(bulletin), publish },
    };
    vec![step(14, newsletter, true), step(10, key_date, true), step(2, draft, false)]
}

fn bulletin(kind: BulletinKind, title: &str, from: DateTime<Utc>) -> Bulletin {
    Bulletin {
        kind,
        title_en: title.into(),
        title_mi: None,
        body: title.into(),
        date: None,
        audience: Audience::default(),
        valid_from: nz_date(from),
        valid_to: None,
        replaces: None,
    }
}

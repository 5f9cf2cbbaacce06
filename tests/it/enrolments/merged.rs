//! Enrolments of records that turn out to be one student, and of two after all.

use serde_json::json;

use super::{enrolled, periods, send, student};
use crate::given::OTHER_SCHOOL;
use crate::support::{TestApp, on_both};

async fn merge(app: &TestApp, from: &str, into: &str) {
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
}

async fn undo(app: &TestApp, from: &str) {
    let path = format!("/v1/students/{from}/merge-reversal");
    app.as_("workflow-lead").post(&path, json!({ "reason": "Cousins." })).await.expect(200);
}

#[on_both]
async fn what_stands_of_a_joined_student_is_what_was_said_of_both(app: TestApp) {
    let first = student(&app, "Aria", "17").await;
    let second = student(&app, "Arya", "18").await;
    app.set_time("2026-03-20T00:00:00Z");
    let moved = json!([enrolled(OTHER_SCHOOL, "18", "2026-03-18")]);
    send(&app, "", moved.clone()).await;
    let before = [
        periods(&app, "workflow-lead", &first).await,
        periods(&app, "workflow-lead", &second).await,
    ];
    assert_eq!((before[0].len(), before[1].len()), (1, 2), "{before:?}");
    for (from, into) in [(&first, &second), (&second, &first)] {
        merge(&app, from, into).await;
        let joined = periods(&app, "workflow-lead", into).await;
        assert_eq!(joined, before[1]);
        send(&app, "", moved.clone()).await;
        assert_eq!(periods(&app, "workflow-lead", into).await, joined);
        undo(&app, from).await;
        assert_eq!(
            [
                periods(&app, "workflow-lead", &first).await,
                periods(&app, "workflow-lead", &second).await
            ],
            before
        );
    }
}

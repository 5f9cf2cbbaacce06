//! Documents of the meeting: added once it was held, read by both sides, frozen with the conclusion.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::*;
use crate::documents::raw;

pub(super) async fn upload(app: &TestApp, who: &str, review: &Answer, file: &[u8]) -> Answer {
    let to = format!("{}/documents/raw?name=minutes.txt", path(review));
    app.as_(who).send_as_is(raw(TestRequest::default(), file), Method::POST, &to).await
}

#[on_both]
async fn documents_of_the_meeting_are_added_until_the_conclusion(app: TestApp) {
    let (_, review) = opened(&app).await;
    upload(&app, ADMIN, &review, b"Too soon.").await.refused(409, "not_in_this_state");
    comment(&app, &review).await.expect(200);
    meet(&app, &review, true).await.expect(200);
    upload(&app, LEAD, &review, b"Not theirs.").await.refused(403, "role_may_not");
    let minutes = upload(&app, ADMIN, &review, b"We read the figures.").await.expect(201);
    let content = format!("{}/documents/{}/content", path(&review), minutes.id());
    assert_eq!(minutes.header("location"), Some(content.as_str()));
    conclude(&app, &review).await.expect(200);
    upload(&app, ADMIN, &review, b"Too late.").await.refused(409, "frozen");
    for who in [ADMIN, "auditor", LEAD, "case-manager"] {
        assert_eq!(app.as_(who).get(&content).await.expect(200).text, "We read the figures.");
        let shown = read(&app, who, &review).await;
        assert_eq!(shown.json["documents"][0]["id"], minutes.json["id"], "{who}");
    }
    app.as_("workflow-lead-2").get(&content).await.refused(404, "not_found");
    let of_other = next_opened(&app).await;
    let elsewhere = format!("{}/documents/{}/content", path(&of_other), minutes.id());
    app.as_(ADMIN).get(&elsewhere).await.refused(404, "not_found");
}

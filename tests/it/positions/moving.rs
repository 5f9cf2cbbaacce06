//! Lists whose items move while somebody reads them page by page: what is there all the time is
//! shown.

use serde_json::json;

use super::{ids, items};
use crate::support::{TestApp, on_both};

#[on_both]
async fn a_task_that_moves_forward_while_a_work_list_is_read_is_still_shown(app: TestApp) {
    let (lead, mut tasks) = ("workflow-lead", Vec::new());
    for (student, due_on) in
        [("Hana", "2026-03-17"), ("Tipene", "2026-03-18"), ("Mere", "2026-03-19")]
    {
        let case = app.assigned(student).await.1;
        let task = json!({ "title": "Ring the aunt", "dueOn": due_on });
        let task = app.step(lead, &case, "tasks", task).await.expect(201).id();
        tasks.push((task.clone(), format!("/v1/cases/{case}/tasks/{task}")));
    }
    let first = "/v1/work-list?queue=due_soon&withinDays=10&limit=1";
    let (mut shown, mut path) = (Vec::new(), first.to_owned());
    for page in 0.. {
        assert!(page < 12, "the walk has an end");
        let listed = app.as_(lead).get(&path).await.expect(200);
        shown.extend(
            items(&listed).iter().map(|item| item["taskId"].as_str().expect("a task").to_owned()),
        );
        // Each of the two that were still to come moves before what was shown already.
        if page < 2 {
            let sooner = json!({ "dueOn": "2026-03-16" });
            app.as_(lead).patch_if(&tasks[2 - page].1, Some("*"), sooner).await.expect(200);
        }
        let Some(cursor) = listed.json["nextCursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    for (task, _) in &tasks {
        assert!(shown.contains(task), "{task} in {shown:?}");
    }
    // Where nothing moves, nothing is shown twice.
    let (mut quiet, mut path) = (Vec::new(), first.to_owned());
    loop {
        let listed = app.as_(lead).get(&path).await.expect(200);
        quiet.extend(items(&listed).iter().map(|item| item["taskId"].clone()));
        let Some(cursor) = listed.json["nextCursor"].as_str() else { break };
        path = format!("{first}&cursor={cursor}");
    }
    assert_eq!(quiet.len(), 3);
}

#[on_both]
async fn a_task_of_a_case_that_moves_forward_meanwhile_is_still_listed(app: TestApp) {
    let (manager, case) = ("case-manager", app.assigned("Hana").await.1);
    let mut tasks = Vec::new();
    for due_on in ["2026-03-17", "2026-03-18", "2026-03-19"] {
        let task = json!({ "title": "Ring the aunt", "dueOn": due_on });
        tasks.push(app.step(manager, &case, "tasks", task).await.expect(201).id());
    }
    let list = format!("/v1/cases/{case}/tasks?limit=1");
    let first = app.as_(manager).get(&list).await.expect(200);
    let (last, sooner) =
        (format!("/v1/cases/{case}/tasks/{}", tasks[2]), json!({ "dueOn": "2026-03-16" }));
    app.as_(manager).patch_if(&last, Some("*"), sooner).await.expect(200);
    let (mut shown, mut next) = (ids(&first), first.json["nextCursor"].clone());
    while let Some(cursor) = next.as_str() {
        let page = app.as_(manager).get(&format!("{list}&cursor={cursor}")).await.expect(200);
        shown.extend(ids(&page));
        next = page.json["nextCursor"].clone();
    }
    assert_eq!(shown, tasks.into_iter().collect());
}

//! The access table of the design, operation by operation.

/// What each role may, written by hand from the access design:
///
/// `all` whatever it asks for · `own` what is its organisation's or its person's: of a stranger it
/// is told nothing · `school` for its own schools, and is told so for others · `queue` what no
/// provider is responsible for · `-` never.
pub const TABLE: &str = "
                         workflow case    attend. primary office  ministry ministry privacy         sms    reporting
                         lead     manager lead    contact support admin    analyst  officer auditor client client
listSchools              all      all     all     all     all     all      all      all     all     all    all
getSchool                all      all     all     all     all     all      all      all     all     all    all
listCatchments           all      all     all     all     all     all      all      all     all     all    all
getCatchment             all      all     all     all     all     all      all      all     all     all    all
listProviders            all      all     all     all     all     all      all      all     all     all    all
listReferenceData        all      all     all     all     all     all      all      all     all     all    all
getReferenceData         all      all     all     all     all     all      all      all     all     all    all
getCalendar              all      all     all     all     all     all      all      all     all     all    all
addHoliday               -        -       -       -       -       all      -        -       -       -      -
listTerms                all      all     all     all     all     all      all      all     all     all    all
setTerm                  -        -       -       -       -       all      -        -       -       -      -
listRules                all      all     all     all     all     all      all      all     all     all    all
addRuleVersion           -        -       -       -       -       all      -        -       -       -      -
searchStudents           own      own     own     own     -       -        -        -       -       -      -
getStudent               own      own     own     own     -       -        -        -       -       -      -
updateStudent            own      own     own     -       -       -        -        -       -       -      -
recordSchoolChange       own      own     -       -       -       -        -        -       -       -      -
mergeStudents            own      -       -       -       -       -        -        -       -       -      -
undoStudentMerge         own      -       -       -       -       -        -        -       -       -      -
listStudentMerges        own      -       -       -       -       -        -        -       -       -      -
listMatchReviews         own      -       -       -       -       -        -        -       -       -      -
getMatchReview           own      -       -       -       -       -        -        -       -       -      -
settleMatchReview        own      -       -       -       -       -        -        -       -       -      -
listProtectedAddressReaders own      -       -       -       -       -        -        -       -       -      -
getProtectedAddressReader own      -       -       -       -       -        -        -       -       -      -
nameProtectedAddressReader own      -       -       -       -       -        -        -       -       -      -
endProtectedAddressReader own      -       -       -       -       -        -        -       -       -      -
listSiblings             own      own     own     own     -       -        -        -       -       -      -
getSibling               own      own     own     own     -       -        -        -       -       -      -
declareSibling           own      own     -       -       -       -        -        -       -       -      -
endSibling               own      own     -       -       -       -        -        -       -       -      -
listWhanauContacts       own      own     own     own     -       -        -        -       -       -      -
getWhanauContact         own      own     own     own     -       -        -        -       -       -      -
addWhanauContact         own      own     own     own     -       -        -        -       -       own    -
updateWhanauContact      own      own     own     own     -       -        -        -       -       own    -
createReferral           school   -       school  school  school  -        -        -       -       school -
listReferrals            own      own     own     own     own     queue    -        -       -       own    -
getReferral              own      own     own     own     own     queue    -        -       -       own    -
decideReferral           own      -       -       -       -       queue    -        -       -       -      -
withdrawReferral         own      -       own     own     own     -        -        -       -       own    -
resubmitReferral         own      -       own     own     own     -        -        -       -       own    -
listCases                own      own     own     own     -       -        -        -       -       -      -
getCase                  own      own     own     own     -       -        -        -       -       -      -
assignCase               own      -       -       -       -       -        -        -       -       -      -
pauseCase                own      own     -       -       -       -        -        -       -       -      -
resumeCase               own      own     -       -       -       -        -        -       -       -      -
proposeClosure           own      own     -       -       -       -        -        -       -       -      -
approveClosure           own      -       -       -       -       -        -        -       -       -      -
returnClosure            own      -       -       -       -       -        -        -       -       -      -
listClosureReviews       own      -       -       -       -       all      all      -       all     -      -
getClosureReview         own      -       -       -       -       all      all      -       all     -      -
concludeClosureReview    -        -       -       -       -       all      -        -       -       -      -
reopenCase               own      -       -       -       -       -        -        -       -       -      -
getCaseTimeline          own      own     own     own     -       -        -        -       -       -      -
getTimelineEntry         own      own     own     own     -       -        -        -       -       -      -
addMeeting               own      own     -       -       -       -        -        -       -       -      -
withdrawMeeting          own      own     -       -       -       -        -        -       -       -      -
addNote                  own      own     -       -       -       -        -        -       -       -      -
addComment               own      own     own     own     -       -        -        -       -       -      -
addAgencyReferral        own      own     -       -       -       -        -        -       -       -      -
addDisclosure            own      own     -       -       -       -        -        -       -       -      -
replacePrimaryContact    own      -       own     -       -       -        -        -       -       -      -
requestTransfer          own      -       -       -       -       -        -        -       -       -      -
listTransfers            own      -       -       -       -       all      -        -       -       -      -
getTransfer              own      -       -       -       -       all      -        -       -       -      -
decideTransfer           own      -       -       -       -       all      -        -       -       -      -
cancelTransfer           own      -       -       -       -       -        -        -       -       -      -
listTasks                own      own     -       -       -       -        -        -       -       -      -
getTask                  own      own     -       -       -       -        -        -       -       -      -
addTask                  own      own     -       -       -       -        -        -       -       -      -
updateTask               own      own     -       -       -       -        -        -       -       -      -
finishTask               own      own     -       -       -       -        -        -       -       -      -
listBarriers             own      own     own     own     -       -        -        -       -       -      -
getBarrier               own      own     own     own     -       -        -        -       -       -      -
addBarrier               own      own     -       -       -       -        -        -       -       -      -
updateBarrier            own      own     -       -       -       -        -        -       -       -      -
moveBarrier              own      own     -       -       -       -        -        -       -       -      -
getPlan                  own      own     own     own     -       -        -        -       -       -      -
makePlan                 own      own     -       -       -       -        -        -       -       -      -
updatePlan               own      own     -       -       -       -        -        -       -       -      -
reviewPlan               own      own     -       -       -       -        -        -       -       -      -
logContact               own      own     -       -       -       -        -        -       -       -      -
correctContact           own      own     -       -       -       -        -        -       -       -      -
listContacts             own      own     own     own     -       -        -        -       -       -      -
getContact               own      own     own     own     -       -        -        -       -       -      -
uploadDocument           own      own     own     own     -       -        -        -       -       -      -
uploadRawDocument        own      own     own     own     -       -        -        -       -       -      -
correctDocument          own      own     own     own     -       -        -        -       -       -      -
listDocuments            own      own     own     own     -       -        -        -       -       -      -
getDocument              own      own     own     own     -       -        -        -       -       -      -
downloadDocument         own      own     own     own     -       -        -        -       -       -      -
listWorkItems            own      own     -       -       -       -        -        -       -       -      -
getWorkListCounts        own      own     -       -       -       -        -        -       -       -      -
listCaseloads            own      own     -       -       -       -        -        -       -       -      -
sendAttendance           -        -       school  -       school  -        -        -       -       school -
getStudentAttendance     own      own     own     own     -       -        -        -       -       -      -
sendEnrolments           -        -       school  -       school  -        -        -       -       school -
listEnrolmentClaims      own      own     own     -       -       all      -        -       -       -      -
getEnrolmentClaim        own      own     own     -       -       all      -        -       -       -      -
agreeToEnrolmentClaim    own      own     own     -       -       all      -        -       -       -      -
opposeEnrolmentClaim     own      own     own     -       -       all      -        -       -       -      -
listStudentEnrolments    own      own     own     own     -       -        -        -       -       -      -
sendNonEnrolmentNotices  -        -       -       -       -       -        -        -       -       -      -
getMeasures              own      own     own     -       -       all      all      -       all     -      -
getVolumes               own      own     own     -       -       all      all      -       all     -      -
listMeasureMembers       own      own     own     -       -       all      all      -       all     -      -
listMeasureChanges       own      own     own     -       -       all      all      -       all     -      -
listMeasureRows          own      own     own     -       -       all      all      -       all     -      -
downloadMeasureRows      own      own     own     -       -       all      all      -       all     -      -
listMeasureColumns       all      all     all     -       -       all      all      -       all     -      -
listAttendanceConcerns   -        -       own     -       -       -        -        -       -       own    -
getReferralDraft         own      -       own     own     -       -        -        -       -       own    -
orderMeasureExport       all      all     all     -       -       all      all      -       all     -      -
listJobs                 own      own     own     -       -       own      own      -       own     -      -
getJob                   own      own     own     -       -       own      own      -       own     -      -
cancelJob                own      own     own     -       -       own      own      -       own     -      -
downloadJobResult        own      own     own     -       -       own      own      -       own     -      -
listRecalculations       -        -       -       -       -       all      all      -       all     -      -
getRecalculation         -        -       -       -       -       all      all      -       all     -      -
publishMeasure           -        -       -       -       -       all      -        -       -       -      -
listBulletins            all      all     all     all     all     all      all      all     all     all    all
getBulletin              all      all     all     all     all     all      all      all     all     all    all
downloadBulletinDocument all      all     all     all     all     all      all      all     all     all    all
addBulletin              -        -       -       -       -       all      -        -       -       -      -
updateBulletin           -        -       -       -       -       all      -        -       -       -      -
publishBulletin          -        -       -       -       -       all      -        -       -       -      -
withdrawBulletin         -        -       -       -       -       all      -        -       -       -      -
uploadBulletinDocument   -        -       -       -       -       all      -        -       -       -      -
listNeeds                own      own     -       -       -       all      all      -       all     -      -
getNeed                  own      own     -       -       -       all      all      -       all     -      -
askForNeed               own      own     -       -       -       -        -        -       -       -      -
decideNeed               own      -       -       -       -       all      -        -       -       -      -
cancelNeed               own      own     -       -       -       -        -        -       -       -      -
recordSpending           own      own     -       -       -       -        -        -       -       -      -
recordRefund             own      own     -       -       -       -        -        -       -       -      -
settleNeed               own      own     -       -       -       -        -        -       -       -      -
reviewNeed               -        -       -       -       -       all      -        -       -       -      -
listFunds                own      -       -       -       -       all      all      -       all     -      -
getFund                  own      -       -       -       -       all      all      -       all     -      -
openFund                 -        -       -       -       -       all      -        -       -       -      -
proposeBudgetChange      -        -       -       -       -       all      -        -       -       -      -
decideBudget             -        -       -       -       -       all      -        -       -       -      -
overrideFund             -        -       -       -       -       all      -        -       -       -      -
closeFund                -        -       -       -       -       all      -        -       -       -      -
listFundEntries          own      -       -       -       -       all      all      -       all     -      -
getFundReport            own      -       -       -       -       all      all      -       all     -      -
listContracts            own      -       -       -       -       all      all      -       all     -      -
getContract              own      -       -       -       -       all      all      -       all     -      -
addContract              -        -       -       -       -       all      -        -       -       -      -
updateContract           -        -       -       -       -       all      -        -       -       -      -
activateContract         -        -       -       -       -       all      -        -       -       -      -
endContract              -        -       -       -       -       all      -        -       -       -      -
setContractYear          -        -       -       -       -       all      -        -       -       -      -
listObligations          own      -       -       -       -       all      all      all     all     -      -
getObligationCounts      all      -       -       -       -       all      all      all     all     -      -
waiveObligation          -        -       -       -       -       all      -        -       -       -      -
listTemplates            all     all     -       -       -       all     all     -       all     -       -
getTemplate              all     all     -       -       -       all     all     -       all     -       -
addTemplate              -       -       -       -       -       all     -       -       -       -       -
updateTemplate           -       -       -       -       -       all     -       -       -       -       -
publishTemplate          -       -       -       -       -       all     -       -       -       -       -
retireTemplate           -       -       -       -       -       all     -       -       -       -       -
listSubmissions          own     own     -       -       -       all     all     -       all     -       -
getSubmission            own     own     -       -       -       all     all     -       all     -       -
beginSubmission          own     -       -       -       -       -       -       -       -       -       -
updateSubmission         own     -       -       -       -       -       -       -       -       -       -
submitSubmission         own     -       -       -       -       -       -       -       -       -       -
returnSubmission         -       -       -       -       -       all     -       -       -       -       -
acceptSubmission         -       -       -       -       -       all     -       -       -       -       -
varySubmission           own     -       -       -       -       -       -       -       -       -       -
getSubmissionFigures     own     own     -       -       -       all     all     -       all     -       -
listSubmissionVersions   own     own     -       -       -       all     all     -       all     -       -
getSubmissionVersion     own     own     -       -       -       all     all     -       all     -       -
listMilestoneProgress    own     own     -       -       -       all     all     -       all     -       -
recordMilestoneProgress  own     -       -       -       -       -       -       -       -       -       -
uploadSubmissionDocument own     -       -       -       -       -       -       -       -       -       -
downloadSubmissionDocument own     own     -       -       -       all     all     -       all     -       -
listPerformanceReviews   own     own     -       -       -       all     all     -       all     -       -
getPerformanceReview     own     own     -       -       -       all     all     -       all     -       -
openPerformanceReview    -       -       -       -       -       all     -       -       -       -       -
openPerformanceReviews   -       -       -       -       -       all     -       -       -       -       -
commentOnPerformanceReview own     -       -       -       -       -       -       -       -       -       -
recordReviewMeeting      -       -       -       -       -       all     -       -       -       -       -
uploadPerformanceReviewDocument - -      -       -       -       all      -        -       -       -      -
downloadPerformanceReviewDocument own own -      -       -       all      all      -       all     -      -
concludePerformanceReview -       -       -       -       -       all     -       -       -       -       -
addReviewFinding         -       -       -       -       -       all     -       -       -       -       -
agreeReviewAction        -       -       -       -       -       all     -       -       -       -       -
finishReviewAction       own     -       -       -       -       -       -       -       -       -       -
settleReviewAction       -       -       -       -       -       all     -       -       -       -       -
proposeWithholding       -       -       -       -       -       all     -       -       -       -       -
confirmWithholding       -       -       -       -       -       all     -       -       -       -       -
payWithholding           -       -       -       -       -       all     -       -       -       -       -
listPublications         -        -       -       -       -       all      all      -       all     -      all
getPublication           -        -       -       -       -       all      all      -       all     -      all
listPublishedRows        -        -       -       -       -       all      all      -       all     -      all
listNotifications        own      own     own     own     own     own      -        -       -       -      -
getNotification          own      own     own     own     own     own      -        -       -       -      -
markNotificationRead     own      own     own     own     own     own      -        -       -       -      -
markNotificationsRead    own      own     own     own     own     own      -        -       -       -      -
listCaseHistory          own      own     -       -       -       -        -        -       -       -      -
listReferralHistory      own      own     -       -       -       -        -        -       -       -      -
listStudentHistory       own      own     -       -       -       -        -        -       -       -      -
listCaseReads            own      -       -       -       -       -        -        all     all     -      -
listStudentReads         own      -       -       -       -       -        -        all     all     -      -
";

pub const ROLES: [&str; 11] = [
    "workflow-lead",
    "case-manager",
    "attendance-lead",
    "primary-contact",
    "office-support",
    "ministry-admin",
    "ministry-analyst",
    "privacy-officer",
    "auditor",
    "sms-client",
    "reporting-client",
];

/// Roles with somebody of another organisation on the stage.
pub const WITH_STRANGER: [&str; 6] = [
    "workflow-lead",
    "case-manager",
    "attendance-lead",
    "primary-contact",
    "office-support",
    "sms-client",
];

/// The national enrolment register's machine, beside the table: what it may, everywhere.
pub const REGISTER: &str = "enrolment-register";

pub const REGISTER_MAY: [&str; 12] = [
    "listSchools",
    "getSchool",
    "listCatchments",
    "getCatchment",
    "listProviders",
    "listReferenceData",
    "getReferenceData",
    "getCalendar",
    "listTerms",
    "listRules",
    "sendEnrolments",
    "sendNonEnrolmentNotices",
];

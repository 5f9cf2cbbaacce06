//! Names and words of invented people. The family names are made up of words for plants, birds and
//! land, so that they fit nobody in particular.

pub(super) const GIVEN: [&str; 48] = [
    "Aroha",
    "Tāne",
    "Hēmi",
    "Mereana",
    "Wiremu",
    "Kahurangi",
    "Rangi",
    "Moana",
    "Tama",
    "Hinemoa",
    "Pāora",
    "Marama",
    "Rāwiri",
    "Anahera",
    "Ariki",
    "Whetū",
    "Kōrari",
    "Ngaio",
    "Mārama",
    "Tūī",
    "Hōne",
    "Atawhai",
    "Manaia",
    "Te Ao",
    "Sophie",
    "Jack",
    "Grace",
    "Liam",
    "Hazel",
    "Finn",
    "Ruby",
    "Oscar",
    "Ivy",
    "Noah",
    "Ella",
    "Max",
    "Sione",
    "Mele",
    "Tevita",
    "Sina",
    "Malia",
    "Ioane",
    "Anjali",
    "Arjun",
    "Mei",
    "Kenji",
    "Amina",
    "Yusuf",
];

pub(super) const FAMILY: [&str; 41] = [
    "Tōtarahau",
    "Rimuwhare",
    "Kōwhaitea",
    "Mānukaroa",
    "Harakekenui",
    "Pūririmoana",
    "Kererūiti",
    "Mataītuna",
    "Ngaherepō",
    "Waikōtare",
    "Rātāpuna",
    "Tītokihuka",
    "Kākāriwai",
    "Tawarangi",
    "Horopitowai",
    "Mirokau",
    "Nīkaumanga",
    "Te Kahikatoka",
    "Fernbrook",
    "Tarnmere",
    "Larchfold",
    "Brackenhay",
    "Coppermarsh",
    "Windholme",
    "Amberlea",
    "Rowanbeck",
    "Millgarth",
    "Thornwater",
    "Oakenfell",
    "Silvergate",
    "Marlcombe",
    "Stonemere",
    "Heathwick",
    "Palufonua",
    "Vaitotoa",
    "Moanafoʻou",
    "Talomatua",
    "Chandravale",
    "Lin-Meadows",
    "Qamarfield",
    "O’Fernhill",
];

pub(super) const CARERS: [&str; 16] = [
    "Hana", "Mere", "Rewi", "Tia", "Pita", "Ana", "Rua", "Nikau", "Joan", "Peter", "Sela",
    "Tomasi", "Priya", "Wei", "Fatima", "Colin",
];

pub(super) const CHRONIC_REASONS: [&str; 10] = [
    "Away most Mondays and Fridays since the family moved to the other side of town.",
    "Has hardly come since the start of the term; the bus no longer stops nearby.",
    "Cares for younger siblings on many mornings. The school has met with the whānau twice.",
    "Anxious about coming to class. Comes to the office and goes home again.",
    "Kua ngaro i te kura i te nuinga o te wāhanga nei; e hiahia tautoko ana te whānau.",
    "Says that school is not for them, and spends the days with older friends.",
    "Long absences with a health condition; a plan with the public health nurse has begun.",
    "No shoes or uniform at present, and will not come without them.",
    "Attendance fell after a bereavement and has not come back.",
    "Phone calls and letters were not answered; the grandmother came in last week.",
];

pub(super) const NON_ENROLMENT_REASONS: [&str; 5] = [
    "Left our roll for another school and has not started there.",
    "Moved here in the holidays; the whānau has not found a school yet.",
    "On no roll since the end of last term. Last seen at our school.",
    "Taken off the roll after twenty days of absence; nobody knows where the student is.",
    "Kāore anō kia whakaurua ki tētahi kura hou i muri i te hūnuku.",
];

pub(super) const MISSING: [&str; 3] = [
    "Please say whether the whānau was told of the referral, and when.",
    "The attendance of the present term is missing.",
    "Please give a phone number or an address; the one given is not in use.",
];

pub(super) const DECISION_COMMENTS: [&str; 4] = [
    "Talked over with the school's attendance lead.",
    "The school will come back to us if attendance falls again.",
    "Kua whakaae te kura.",
    "Both teams agree.",
];

pub(super) const NOTES: [&str; 12] = [
    "Spoke with the dean; a meeting on Thursday.",
    "Spoke with the mother. Transport is the main thing.",
    "No answer; tried the second number too.",
    "Left a message and asked for a call back.",
    "Talked with the student at the library; wants to come back to class for science.",
    "The number belongs to somebody else now. Asked the school for another.",
    "Sent a letter with the times of the new bus.",
    "I kōrero mātou mō te mahere; ka hui anō ā te wiki tū mai.",
    "The grandmother would rather not talk today; may we come next week.",
    "Asked the public health nurse for an appointment.",
    "Met at school with the teacher aide; a shorter day for two weeks.",
    "Nobody was home. Left a card.",
];

pub(super) const WAITING_NOTES: [&str; 3] = [
    "Waits until somebody is back from leave on Monday.",
    "Two of us know the school; I will ask who has room.",
    "Talked with the school's lead: nothing urgent, this week is fine.",
];

pub(super) const FIRST_NOTES: [&str; 6] = [
    "Read the referral; the second number in it is the aunt's.",
    "The older sister was with us two years ago. Ask what helped then.",
    "The whānau would rather be rung in the evening.",
    "Kōrero tuatahi me te kura; kei te āwangawanga te kaiako.",
    "The school has moved the form class twice this year.",
    "Careful with letters: they go to the old address.",
];

pub(super) const SHARED_NOTES: [&str; 6] = [
    "Comes on three days of five now; Mondays are still hard.",
    "The whānau has met the new dean and liked her.",
    "A shorter day is agreed until the end of the month.",
    "Kua pai haere ngā rā e rua kua hipa.",
    "Back in the sports team, which the coach says goes well.",
    "No change this week; we ring again on Tuesday.",
];

pub(super) const COMMENTS: [&str; 4] = [
    "Here all week.",
    "Absent again today, no message.",
    "Came with a friend and stayed until the last lesson.",
    "The class is away on camp next week.",
];

pub(super) const MEETINGS: [&str; 4] = [
    "The form teacher greets the student at the gate; we ring on Fridays.",
    "A later start on Mondays for four weeks.",
    "The school counts absences daily and tells us on the second.",
    "Uniform from the school's cupboard; the aunt collects it.",
];

pub(super) const BARRIER_WORDS: [&str; 4] = [
    "Said so at the first meeting, and the aunt agrees.",
    "Worse in the mornings than in the afternoons.",
    "The school has known of it since last year.",
    "The whānau asks for help with it.",
];

pub(super) const TASKS: [&str; 5] = [
    "Ring the aunt about the bus",
    "Ask the school for this week's register",
    "Make an appointment with the nurse",
    "Send the plan to the whānau",
    "Find out when the homework club meets",
];

pub(super) const TASKS_DONE: [&str; 3] = ["Done by phone.", "Kua oti.", "All settled."];

pub(super) const REVIEWS: [&str; 3] = [
    "Four of five Mondays. We go on.",
    "The bus works; being on time is next.",
    "E pai ana te haere o te mahere.",
];

pub(super) const PAUSED: [&str; 2] =
    ["The whānau will ring when they are back.", "We write to the school each fortnight."];

pub(super) const RESUMED: [&str; 2] =
    ["Back home, and ready to start again.", "The agency has answered; we go on."];

pub(super) const OUTCOMES: [&str; 3] = [
    "Attends on nine days of ten, and the school carries on with the plan.",
    "Settled with what the whānau chose; the school knows whom to ring.",
    "Kua tau te ākonga; kei te kura te mahere ināianei.",
];

pub(super) const CLOSURE_MISSING: [&str; 2] = [
    "Please ring the school once more before we close.",
    "The last review is not in the plan yet.",
];

pub(super) const REOPENED: [&str; 2] = [
    "Absent for seven days since we closed; the aunt asked us to come back.",
    "The new timetable did not last a week.",
];

pub(super) const TRANSFER_REASONS: [&str; 2] = [
    "The family moved to the next catchment.",
    "Lives with the grandmother now, on your side of the river.",
];

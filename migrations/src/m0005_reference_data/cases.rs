//! What a case chooses from: why it pauses, why it ends, what to know before a visit.

use super::{CodeSet, OURS};

pub(super) const SETS: &[CodeSet] = &[
    CodeSet {
        name: "case-pause-reasons",
        label_en: "Reasons to pause a case",
        label_mi: "Ngā take i whakatārewatia ai te kēhi",
        source: OURS,
        grouped: false,
        codes: &[
            ("in_treatment", "In hospital or treatment", "Kei te hōhipera, kei te maimoatia rānei"),
            ("bereavement", "Bereavement or tangihanga", "Te mate me te tangihanga"),
            ("away", "Away for a time", "Kei wāhi kē mō tētahi wā"),
            (
                "in_residence",
                "In a care or youth justice residence",
                "Kei tētahi whare tiaki, whare manatika taiohi rānei",
            ),
            ("waiting_for_agency", "Waiting for another agency", "E tatari ana ki tētahi atu tari"),
            ("whanau_request", "The whānau asked for a break", "I tonoa e te whānau kia whakatā"),
            ("not_found", "The student cannot be found for now", "Kāore anō te ākonga kia kitea"),
            ("other", "Another reason", "Tētahi atu take"),
        ],
    },
    CodeSet {
        name: "case-closure-reasons",
        label_en: "Reasons to close a case",
        label_mi: "Ngā take i katia ai te kēhi",
        source: OURS,
        grouped: false,
        codes: &[
            ("attendance_sustained", "Attendance holds", "Kei te mau te pai o te tae ki te kura"),
            ("enrolled", "Enrolled at a school", "Kua whakaurua ki te kura"),
            (
                "alternative_pathway",
                "In a suitable alternative to school",
                "Kei tētahi atu ara mātauranga e tika ana",
            ),
            ("home_schooling", "Exempted for home schooling", "Kua whakaaetia te kura kāinga"),
            (
                "left_school",
                "Left school at 16 or older",
                "Kua wehe i te kura, 16 neke atu te pakeke",
            ),
            ("moved_overseas", "Moved overseas", "Kua hūnuku ki tāwāhi"),
            ("handed_over", "Handed over to another service", "Kua tukuna ki tētahi atu ratonga"),
            (
                "whanau_declined",
                "The whānau declined support",
                "I whakahēngia te tautoko e te whānau",
            ),
            ("not_found", "The student could not be found", "Kāore i kitea te ākonga"),
            ("not_eligible", "No longer meets the criteria", "Kua kore e tutuki ngā paearu"),
            ("died", "The student has died", "Kua mate te ākonga"),
            ("opened_in_error", "Opened in error", "I tuwhera i runga i te hapa"),
            ("other", "Another reason", "Tētahi atu take"),
        ],
    },
    CodeSet {
        name: "safety-alerts",
        label_en: "Safety alerts",
        label_mi: "Ngā matohi haumaru",
        source: OURS,
        grouped: false,
        codes: &[
            ("visit_in_pairs", "Visit in pairs", "Me haere takirua"),
            ("no_home_visit", "Do not visit at home", "Kaua e toro ki te kāinga"),
            ("dog", "Dog at the address", "He kurī kei te kāinga"),
            ("violence", "Risk of violence", "He tūraru whakarekereke"),
            ("weapons", "Weapons at the address", "He patu kei te kāinga"),
            ("court_order", "A court order is in force", "He ōta kōti e mana ana"),
            (
                "do_not_contact",
                "A person must not be contacted",
                "Kaua e whakapā atu ki tētahi tangata",
            ),
            ("address_protected", "The address must not be shared", "Kaua e tohaina te wāhi noho"),
            ("self_harm", "Risk of self-harm", "He tūraru tūkino i a ia anō"),
            (
                "no_coverage",
                "Remote, without phone coverage",
                "He wāhi mamao, kāore he hononga waea",
            ),
            ("other", "Another alert", "Tētahi atu matohi"),
        ],
    },
];

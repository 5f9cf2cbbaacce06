//! Where the invented catchments lie. The regions and districts are real, so that every holiday
//! region occurs; the catchments, schools and providers in them are not.

/// A district with its regional council, and about where it is, in hundredths of a degree.
pub(super) type District = (&'static str, &'static str, i32, i32);

/// Seven catchments in each of the twelve education regions, the codes in this order.
pub(super) const REGIONS: [(&str, [District; 7]); 12] = [
    (
        "Tai Tokerau",
        [
            ("Far North District", "Northland Region", -3525, 17375),
            ("Far North District", "Northland Region", -3511, 17326),
            ("Far North District", "Northland Region", -3541, 17380),
            ("Whangarei District", "Northland Region", -3573, 17432),
            ("Whangarei District", "Northland Region", -3565, 17429),
            ("Whangarei District", "Northland Region", -3585, 17447),
            ("Kaipara District", "Northland Region", -3594, 17387),
        ],
    ),
    (
        "Tāmaki Herenga Tāngata",
        [
            ("Rodney Local Board Area", "Auckland Region", -3640, 17466),
            ("Hibiscus and Bays Local Board Area", "Auckland Region", -3660, 17470),
            ("Upper Harbour Local Board Area", "Auckland Region", -3676, 17468),
            ("Kaipātiki Local Board Area", "Auckland Region", -3680, 17473),
            ("Devonport-Takapuna Local Board Area", "Auckland Region", -3679, 17477),
            ("Henderson-Massey Local Board Area", "Auckland Region", -3687, 17463),
            ("Waitākere Ranges Local Board Area", "Auckland Region", -3693, 17460),
        ],
    ),
    (
        "Tāmaki Herenga Manawa",
        [
            ("Waitematā Local Board Area", "Auckland Region", -3685, 17476),
            ("Albert-Eden Local Board Area", "Auckland Region", -3688, 17473),
            ("Puketāpapa Local Board Area", "Auckland Region", -3691, 17474),
            ("Maungakiekie-Tāmaki Local Board Area", "Auckland Region", -3690, 17482),
            ("Ōrākei Local Board Area", "Auckland Region", -3687, 17482),
            ("Waiheke Local Board Area", "Auckland Region", -3680, 17507),
            ("Howick Local Board Area", "Auckland Region", -3690, 17493),
        ],
    ),
    (
        "Tāmaki Herenga Waka",
        [
            ("Ōtara-Papatoetoe Local Board Area", "Auckland Region", -3697, 17486),
            ("Ōtara-Papatoetoe Local Board Area", "Auckland Region", -3695, 17488),
            ("Manurewa Local Board Area", "Auckland Region", -3702, 17489),
            ("Manurewa Local Board Area", "Auckland Region", -3704, 17487),
            ("Māngere-Ōtāhuhu Local Board Area", "Auckland Region", -3697, 17480),
            ("Papakura Local Board Area", "Auckland Region", -3706, 17494),
            ("Franklin Local Board Area", "Auckland Region", -3720, 17490),
        ],
    ),
    (
        "Waikato",
        [
            ("Thames-Coromandel District", "Waikato Region", -3714, 17554),
            ("Hauraki District", "Waikato Region", -3738, 17567),
            ("Waikato District", "Waikato Region", -3756, 17516),
            ("Matamata-Piako District", "Waikato Region", -3765, 17553),
            ("Hamilton City", "Waikato Region", -3779, 17528),
            ("Waipa District", "Waikato Region", -3801, 17533),
            ("Waitomo District", "Waikato Region", -3833, 17517),
        ],
    ),
    (
        "Bay of Plenty, Waiariki",
        [
            ("Western Bay of Plenty District", "Bay of Plenty Region", -3754, 17592),
            ("Tauranga City", "Bay of Plenty Region", -3769, 17617),
            ("Tauranga City", "Bay of Plenty Region", -3766, 17621),
            ("Rotorua District", "Bay of Plenty Region", -3814, 17625),
            ("Whakatane District", "Bay of Plenty Region", -3796, 17698),
            ("Kawerau District", "Bay of Plenty Region", -3810, 17670),
            ("Opotiki District", "Bay of Plenty Region", -3801, 17729),
        ],
    ),
    (
        "Taranaki, Whanganui, Manawatū",
        [
            ("New Plymouth District", "Taranaki Region", -3906, 17408),
            ("Stratford District", "Taranaki Region", -3934, 17428),
            ("South Taranaki District", "Taranaki Region", -3959, 17428),
            ("Whanganui District", "Manawatū-Whanganui Region", -3993, 17505),
            ("Rangitikei District", "Manawatū-Whanganui Region", -4007, 17538),
            ("Manawatu District", "Manawatū-Whanganui Region", -4023, 17557),
            ("Palmerston North City", "Manawatū-Whanganui Region", -4035, 17561),
        ],
    ),
    (
        "Hawke's Bay, Tairāwhiti",
        [
            ("Gisborne District", "Gisborne Region", -3866, 17802),
            ("Gisborne District", "Gisborne Region", -3838, 17830),
            ("Wairoa District", "Hawke's Bay Region", -3904, 17742),
            ("Hastings District", "Hawke's Bay Region", -3964, 17684),
            ("Hastings District", "Hawke's Bay Region", -3962, 17679),
            ("Napier City", "Hawke's Bay Region", -3949, 17691),
            ("Central Hawke's Bay District", "Hawke's Bay Region", -3999, 17655),
        ],
    ),
    (
        "Wellington",
        [
            ("Kapiti Coast District", "Wellington Region", -4091, 17500),
            ("Porirua City", "Wellington Region", -4113, 17484),
            ("Upper Hutt City", "Wellington Region", -4112, 17507),
            ("Lower Hutt City", "Wellington Region", -4121, 17491),
            ("Wellington City", "Wellington Region", -4129, 17478),
            ("Wellington City", "Wellington Region", -4122, 17481),
            ("Masterton District", "Wellington Region", -4095, 17566),
        ],
    ),
    (
        "Nelson, Marlborough, West Coast",
        [
            ("Tasman District", "Tasman Region", -4134, 17318),
            ("Nelson City", "Nelson Region", -4127, 17328),
            ("Marlborough District", "Marlborough Region", -4151, 17396),
            ("Marlborough District", "Marlborough Region", -4129, 17401),
            ("Buller District", "West Coast Region", -4176, 17160),
            ("Grey District", "West Coast Region", -4245, 17121),
            ("Westland District", "West Coast Region", -4272, 17097),
        ],
    ),
    (
        "Canterbury, Chatham Islands",
        [
            ("Christchurch City", "Canterbury Region", -4353, 17264),
            ("Christchurch City", "Canterbury Region", -4349, 17271),
            ("Waimakariri District", "Canterbury Region", -4331, 17259),
            ("Ashburton District", "Canterbury Region", -4390, 17175),
            ("Timaru District", "Canterbury Region", -4440, 17125),
            ("Kaikoura District", "Canterbury Region", -4240, 17368),
            ("Chatham Islands Territory", "Area Outside Region", -4395, -17656),
        ],
    ),
    (
        "Otago, Southland",
        [
            ("Dunedin City", "Otago Region", -4587, 17050),
            ("Dunedin City", "Otago Region", -4583, 17062),
            ("Waitaki District", "Otago Region", -4510, 17097),
            ("Queenstown-Lakes District", "Otago Region", -4503, 16866),
            ("Southland District", "Southland Region", -4584, 16800),
            ("Gore District", "Southland Region", -4610, 16894),
            ("Invercargill City", "Southland Region", -4641, 16835),
        ],
    ),
];

/// Trees and birds, for names of places: no catchment, provider or school is called so.
const WORDS: [&str; 28] = [
    "Kōwhai",
    "Rimu",
    "Tōtara",
    "Mānuka",
    "Kānuka",
    "Rātā",
    "Nīkau",
    "Harakeke",
    "Kahikatea",
    "Mataī",
    "Miro",
    "Tawa",
    "Karaka",
    "Pūriri",
    "Tītoki",
    "Horopito",
    "Kawakawa",
    "Makomako",
    "Korimako",
    "Tūī",
    "Kererū",
    "Ruru",
    "Kōtare",
    "Tōrea",
    "Kākā",
    "Matuku",
    "Pūkeko",
    "Tūturiwhatu",
];

const LANDSCAPES: [&str; 12] = [
    "Valley", "Plains", "Coast", "Hills", "Bay", "Downs", "Flats", "Ridge", "River", "Harbour",
    "Terraces", "Heights",
];

/// The word of a thing in a list, and in which turn through the words: each pair occurs once.
fn word(position: usize, shift: usize) -> (&'static str, usize) {
    let at = (position + shift) % WORDS.len();
    (WORDS.get(at).copied().unwrap_or_default(), position / WORDS.len())
}

/// A different one in each turn through the words.
fn of_turn<const N: usize>(list: [&'static str; N], turn: usize) -> &'static str {
    list.get(turn % N).copied().unwrap_or_default()
}

/// `Rimu Ridge`.
fn landscape(catchment: usize) -> String {
    let (word, turn) = word(catchment, 0);
    // 5 and 12 have no common divisor, so that neighbours differ in both words.
    let at = (catchment * 5 + turn) % LANDSCAPES.len();
    format!("{word} {}", LANDSCAPES.get(at).copied().unwrap_or_default())
}

pub(super) fn catchment_name(catchment: usize) -> String {
    match catchment {
        0 => "Example Hills".to_owned(),
        _ => format!("{} (invented)", landscape(catchment)),
    }
}

/// In English, and in te reo Māori.
pub(super) fn provider_name(catchment: usize) -> (String, String) {
    if catchment == 0 {
        let names = ("Example Attendance Trust", "Te Tarati Tae ki te Kura");
        return (names.0.to_owned(), names.1.to_owned());
    }
    let (word, turn) = word(catchment, 11);
    let kind = of_turn(["Attendance Trust", "Whānau Services", "Youth Pathways"], turn);
    let kind_mi = of_turn(["Te Ara", "Te Puna", "Te Hononga"], turn);
    (format!("{word} {kind} (invented)"), format!("{kind_mi} {word} (he mea tito)"))
}

/// The name of one of the three schools of a catchment.
pub(super) fn school_name(catchment: usize, school: usize) -> String {
    match school {
        0 if catchment == 0 => "Example College".to_owned(),
        0 => {
            let (word, turn) = word(catchment, 17);
            format!("{word} {} College", of_turn(["Park", "Grove", "Point"], turn))
        }
        1 => format!("{} School", landscape(catchment)),
        _ => {
            let (word, turn) = word(catchment, 9);
            format!("Te Kura o {word} {}", of_turn(["Nui", "Iti", "Hou"], turn))
        }
    }
}

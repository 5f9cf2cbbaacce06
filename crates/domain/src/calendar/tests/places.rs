use super::super::Region;

/// Districts by regional council, with the province whose anniversary day each is taken to keep.
const DISTRICTS: &[(&str, &str, &[&str])] = &[
    ("Area Outside Region", "Chatham Islands", &["Chatham Islands Territory"]),
    ("Auckland Region", "Auckland", &["Auckland"]),
    (
        "Bay of Plenty Region",
        "Auckland",
        &[
            "Western Bay of Plenty District",
            "Tauranga City",
            "Rotorua District",
            "Whakatane District",
            "Kawerau District",
            "Opotiki District",
        ],
    ),
    (
        "Canterbury Region",
        "Canterbury",
        &[
            "Kaikoura District",
            "Hurunui District",
            "Waimakariri District",
            "Christchurch City",
            "Selwyn District",
            "Ashburton District",
        ],
    ),
    (
        "Canterbury Region",
        "South Canterbury",
        &["Timaru District", "Mackenzie District", "Waimate District"],
    ),
    ("Gisborne Region", "Auckland", &["Gisborne District"]),
    (
        "Hawke's Bay Region",
        "Hawke's Bay",
        &["Wairoa District", "Hastings District", "Napier City", "Central Hawke's Bay District"],
    ),
    (
        "Manawatū-Whanganui Region",
        "Wellington",
        &[
            "Ruapehu District",
            "Whanganui District",
            "Rangitikei District",
            "Manawatu District",
            "Palmerston North City",
            "Tararua District",
            "Horowhenua District",
        ],
    ),
    ("Marlborough Region", "Marlborough", &["Marlborough District"]),
    ("Nelson Region", "Nelson", &["Nelson City"]),
    (
        "Northland Region",
        "Auckland",
        &["Far North District", "Whangarei District", "Kaipara District"],
    ),
    (
        "Otago Region",
        "Otago",
        &[
            "Waitaki District",
            "Central Otago District",
            "Queenstown-Lakes District",
            "Dunedin City",
            "Clutha District",
        ],
    ),
    (
        "Southland Region",
        "Southland",
        &["Southland District", "Gore District", "Invercargill City"],
    ),
    (
        "Taranaki Region",
        "Taranaki",
        &["New Plymouth District", "Stratford District", "South Taranaki District"],
    ),
    ("Tasman Region", "Nelson", &["Tasman District"]),
    (
        "Waikato Region",
        "Auckland",
        &[
            "Thames-Coromandel District",
            "Hauraki District",
            "Waikato District",
            "Matamata-Piako District",
            "Hamilton City",
            "Waipa District",
            "Otorohanga District",
            "South Waikato District",
            "Waitomo District",
            "Taupo District",
        ],
    ),
    (
        "Wellington Region",
        "Wellington",
        &[
            "Kapiti Coast District",
            "Porirua City",
            "Upper Hutt City",
            "Lower Hutt City",
            "Wellington City",
            "Masterton District",
            "Carterton District",
            "South Wairarapa District",
        ],
    ),
    ("West Coast Region", "Nelson", &["Buller District"]),
    ("West Coast Region", "Westland", &["Grey District", "Westland District"]),
];

fn place(council: &str, district: &str) -> Option<Region> {
    Region::of_school(council, district, false)
}

#[test]
fn every_district_keeps_the_anniversary_day_of_its_province() {
    let mut districts = 0;
    for (council, province, names) in DISTRICTS {
        for district in *names {
            let region = place(council, district).expect(district);
            assert_eq!(region.anniversary_of().labels().en, *province, "{council}, {district}");
            districts += 1;
        }
    }
    assert_eq!(districts, 67);
}

#[test]
fn a_district_that_lies_in_two_councils_areas_is_one_place() {
    assert_eq!(place("Canterbury Region", "Waitaki District"), Some(Region::Otago));
    assert_eq!(place("Otago Region", "Waitaki District"), Some(Region::Otago));
    assert_eq!(place("Manawatu-Wanganui Region", "Stratford District"), Some(Region::Taranaki));
    assert_eq!(place("Bay of Plenty Region", "Taupo District"), Some(Region::BayOfPlenty));
    assert_eq!(place("Waikato Region", "Rotorua District"), Some(Region::Waikato));
}

#[test]
fn south_canterbury_and_buller_are_told_apart_from_their_regional_councils() {
    assert_eq!(place("Canterbury Region", "Timaru District"), Some(Region::SouthCanterbury));
    assert_eq!(place("Canterbury Region", "Mackenzie District"), Some(Region::SouthCanterbury));
    assert_eq!(place("Canterbury Region", "Waimate District"), Some(Region::SouthCanterbury));
    assert_eq!(place("Canterbury Region", "Ashburton District"), Some(Region::Canterbury));
    assert_eq!(place("West Coast Region", "Buller District"), Some(Region::Nelson));
    assert_eq!(place("West Coast Region", "Grey District"), Some(Region::Westland));
}

#[test]
fn a_region_is_found_however_it_is_spelled() {
    for spelling in [
        "Manawatū-Whanganui Region",
        "Manawatu-Wanganui Region",
        "MANAWATŪ–WHANGANUI",
        " manawatu whanganui region ",
        "Manawatu\u{304}-Whanganui Region",
    ] {
        assert_eq!(place(spelling, ""), Some(Region::ManawatuWhanganui), "{spelling}");
    }
    for spelling in ["Hawke's Bay Region", "Hawke’s Bay", "hawkes bay region"] {
        assert_eq!(place(spelling, "Napier City"), Some(Region::HawkesBay), "{spelling}");
    }
    for local_board in ["Auckland - Orakei", "Ōtara-Papatoetoe Local Board Area", "Auckland"] {
        assert_eq!(place("Auckland Region", local_board), Some(Region::Auckland));
    }
    assert_eq!(place("canterbury", "TIMARU"), Some(Region::SouthCanterbury));
}

#[test]
fn the_chatham_islands_are_found_by_district_or_by_the_side_of_the_meridian() {
    let chathams = Some(Region::ChathamIslands);
    assert_eq!(place("Area Outside Region", "Chatham Islands Territory"), chathams);
    assert_eq!(Region::of_school("Area Outside Region", "", true), chathams);
    assert_eq!(Region::of_school("", "", true), chathams);
    assert_eq!(Region::of_school("Auckland Region", "Auckland", true), Some(Region::Auckland));
}

#[test]
fn a_school_without_region_and_district_has_no_holiday_region() {
    assert_eq!(place("", ""), None);
    assert_eq!(place(" ", "District"), None);
    assert_eq!(place("Area Outside Region", ""), None);
    assert_eq!(place("Atlantis Region", "Sunken City"), None);
}

#[test]
fn the_eighteen_regions_read_back_from_their_words_and_have_names_of_their_own() {
    assert_eq!(Region::ALL.len(), 18);
    for region in Region::ALL {
        assert_eq!(region.as_str().parse(), Ok(*region));
        for other in Region::ALL.iter().filter(|other| *other != region) {
            assert_ne!(region.labels().en, other.labels().en);
            assert_ne!(region.labels().mi, other.labels().mi);
        }
        assert_eq!(region.anniversary_of().anniversary_of(), region.anniversary_of());
    }
}

//! The holiday regions: their names, whose day they keep, and how a school's address finds one.

use crate::text::fold;

// The names in te reo Māori are as they are commonly written; South Canterbury's is ours.
crate::closed_list! {
    /// A region that keeps an anniversary day. Finer than regional councils in places (South
    /// Canterbury), and not the same as education regions.
    Region: "Holiday region" / "Te rohe hararei" {
        Northland = "northland": "Northland" / "Te Taitokerau",
        Auckland = "auckland": "Auckland" / "Tāmaki-makaurau",
        Waikato = "waikato": "Waikato" / "Waikato",
        BayOfPlenty = "bay_of_plenty": "Bay of Plenty" / "Toi Moana",
        Gisborne = "gisborne": "Gisborne" / "Te Tairāwhiti",
        HawkesBay = "hawkes_bay": "Hawke's Bay" / "Te Matau-a-Māui",
        Taranaki = "taranaki": "Taranaki" / "Taranaki",
        ManawatuWhanganui = "manawatu_whanganui": "Manawatū-Whanganui" / "Manawatū-Whanganui",
        Wellington = "wellington": "Wellington" / "Te Whanganui-a-Tara",
        Tasman = "tasman": "Tasman" / "Te Tai-o-Aorere",
        Nelson = "nelson": "Nelson" / "Whakatū",
        Marlborough = "marlborough": "Marlborough" / "Te Tauihu-o-te-waka",
        Westland = "westland": "Westland" / "Te Tai o Poutini",
        Canterbury = "canterbury": "Canterbury" / "Waitaha",
        SouthCanterbury = "south_canterbury": "South Canterbury" / "Waitaha ki te Tonga",
        Otago = "otago": "Otago" / "Ōtākou",
        Southland = "southland": "Southland" / "Murihiku",
        ChathamIslands = "chatham_islands": "Chatham Islands" / "Wharekauri",
    }
}

impl Region {
    /// The province whose anniversary day the region keeps; for most regions it is their own.
    pub const fn anniversary_of(self) -> Self {
        match self {
            Self::Northland | Self::Waikato | Self::BayOfPlenty | Self::Gisborne => Self::Auckland,
            Self::ManawatuWhanganui => Self::Wellington,
            Self::Tasman => Self::Nelson,
            Self::Auckland
            | Self::HawkesBay
            | Self::Taranaki
            | Self::Wellington
            | Self::Nelson
            | Self::Marlborough
            | Self::Westland
            | Self::Canterbury
            | Self::SouthCanterbury
            | Self::Otago
            | Self::Southland
            | Self::ChathamIslands => self,
        }
    }

    /// The holiday region of a school by what the schools directory says of its place. `None`
    /// where it says nothing: such a school has the national holidays only.
    ///
    /// The district speaks first, where it keeps another day than its regional council's other
    /// districts or lies in two councils' areas (Stratford, Waitaki). Anniversary days are custom,
    /// not law, and practice in single towns may differ; a school can be given another region.
    pub fn of_school(
        regional_council: &str,
        territorial_authority: &str,
        longitude_is_negative: bool,
    ) -> Option<Self> {
        let council = fold(regional_council);
        let council = council.strip_suffix(" region").unwrap_or(&council);
        let district = fold(territorial_authority);
        let district = [" district", " territory"]
            .iter()
            .find_map(|kind| district.strip_suffix(kind))
            .unwrap_or(&district);
        // Nowhere else in the country lies beyond the 180th meridian.
        let at_chathams = || longitude_is_negative.then_some(Self::ChathamIslands);
        Self::of_district(district).or_else(|| Self::of_council(council)).or_else(at_chathams)
    }

    fn of_district(folded: &str) -> Option<Self> {
        match folded {
            "timaru" | "mackenzie" | "waimate" => Some(Self::SouthCanterbury),
            // Part of the old Nelson province, whose day it still keeps.
            "buller" => Some(Self::Nelson),
            "stratford" => Some(Self::Taranaki),
            "waitaki" => Some(Self::Otago),
            "chatham islands" => Some(Self::ChathamIslands),
            _ => None,
        }
    }

    fn of_council(folded: &str) -> Option<Self> {
        match folded {
            "northland" => Some(Self::Northland),
            "auckland" => Some(Self::Auckland),
            "waikato" => Some(Self::Waikato),
            "bay of plenty" => Some(Self::BayOfPlenty),
            "gisborne" => Some(Self::Gisborne),
            "hawkes bay" => Some(Self::HawkesBay),
            "taranaki" => Some(Self::Taranaki),
            // The council took the h into its name in 2019; older directories are without it.
            "manawatu whanganui" | "manawatu wanganui" => Some(Self::ManawatuWhanganui),
            "wellington" => Some(Self::Wellington),
            "tasman" => Some(Self::Tasman),
            "nelson" => Some(Self::Nelson),
            "marlborough" => Some(Self::Marlborough),
            "west coast" => Some(Self::Westland),
            "canterbury" => Some(Self::Canterbury),
            "otago" => Some(Self::Otago),
            "southland" => Some(Self::Southland),
            _ => None,
        }
    }
}

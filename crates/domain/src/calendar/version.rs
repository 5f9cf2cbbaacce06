//! The version of a calendar: its rules, and a fingerprint of what was added to them.

use super::holidays::ExtraHoliday;
use super::names::CalendarName;

/// Goes up when a rule in this folder changes the answer for any date.
const RULES: u16 = 1;

/// `extra` is sorted and without repetition, so that the order of entry makes no version.
pub(super) fn of(name: CalendarName, extra: &[ExtraHoliday]) -> String {
    if extra.is_empty() {
        return format!("{name}/{RULES}+0");
    }
    let print = extra.iter().fold(Fingerprint::EMPTY, |print, day| {
        let ExtraHoliday { date, region, name_en, name_mi } = day;
        print
            .text(&date.to_string())
            .text(region.map_or("", |region| region.as_str()))
            .text(name_en)
            .text(name_mi)
    });
    format!("{name}/{RULES}+{}-{:016x}", extra.len(), print.0)
}

/// FNV-1a of 64 bits, written out because a version is stored beside deadlines for years: the
/// standard library's hasher may change between its releases.
#[derive(Clone, Copy)]
struct Fingerprint(u64);

impl Fingerprint {
    const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    /// No byte of UTF-8: it ends a text, so that `ab`, `c` differs from `a`, `bc`.
    const END: u8 = 0xff;

    fn text(self, text: &str) -> Self {
        text.bytes()
            .chain([Self::END])
            .fold(self, |print, byte| Self((print.0 ^ u64::from(byte)).wrapping_mul(Self::PRIME)))
    }
}

//! Instants on their way in.

use std::borrow::Cow;

/// An instant is kept to the microsecond: that is what PostgreSQL has, and so what is answered from
/// the first answer on. What was sent beyond it is cut, not rounded: a rounded instant may lie ahead.
pub fn to_microseconds(text: &str) -> Cow<'_, str> {
    let Some((second, rest)) = text.split_once('.') else { return Cow::Borrowed(text) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    match (rest.get(..6), rest.get(digits..)) {
        (Some(fraction), Some(offset)) if digits > 6 => {
            Cow::Owned(format!("{second}.{fraction}{offset}"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::to_microseconds;

    #[test]
    fn what_is_beyond_microseconds_is_cut() {
        for (sent, kept) in [
            ("2026-03-16T09:30:00.1234567+13:00", "2026-03-16T09:30:00.123456+13:00"),
            ("2026-03-16T09:30:00.999999999Z", "2026-03-16T09:30:00.999999Z"),
            ("2026-03-16T09:30:00.123456Z", "2026-03-16T09:30:00.123456Z"),
            ("2026-03-16T09:30:00.1Z", "2026-03-16T09:30:00.1Z"),
            ("2026-03-16T09:30:00Z", "2026-03-16T09:30:00Z"),
            ("2026-03-16T09:30:00.āēīōū1234567Z", "2026-03-16T09:30:00.āēīōū1234567Z"),
            ("", ""),
            (".", "."),
        ] {
            assert_eq!(to_microseconds(sent), kept);
        }
    }
}

//! Shares in whole numbers: no float decides anything.

/// A share in ten-thousandths, rounded half up; `None` of nothing.
pub fn ten_thousandths(numerator: u64, denominator: u64) -> Option<u64> {
    (numerator * 20_000 + denominator).checked_div(denominator * 2)
}

#[cfg(test)]
mod tests;

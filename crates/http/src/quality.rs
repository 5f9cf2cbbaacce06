//! Quality values, by which a caller weighs what it accepts (RFC 9110 §12.4.2).

/// A quality value in thousandths.
pub fn thousandths(quality: &str) -> Option<u16> {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let whole: u16 = whole.parse().ok()?;
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    (whole <= 1 && fraction < 1000).then_some(whole * 1000 + fraction)
}

/// The weight that `Accept` gives a media type which it names, in thousandths; 0 where it does not.
pub fn of_media_type(accept: &str, media_type: &str) -> u16 {
    let weights = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media_type));
        let quality = parts.find_map(|parameter| parameter.strip_prefix("q="));
        named.then(|| quality.map_or(Some(1000), thousandths).unwrap_or(0))
    });
    weights.max().unwrap_or(0)
}

#[cfg(test)]
mod tests;

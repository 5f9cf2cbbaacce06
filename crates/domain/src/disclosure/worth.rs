//! What a published figure is worth to its readers, as the price of hiding it for the sake of others.

use super::cells::Figure;
use super::counts::{Counts, EVERYBODY};
use crate::measures::Level;

/// From here on a price has the figure of a headline in it: of a place, whatever the category.
pub(super) const HEADLINE: i64 = 1_000_000;

/// The price of hiding a cell. A headline is worth more than all categories of its place: the
/// nation's most, then those of the regions, the providers and the catchments. In a headline the
/// denominator and who met it make the rate; who missed it is the rest. Among categories, and where
/// all else is the same, a greater count is worth more.
pub(super) fn of(counts: &Counts, cell: usize) -> i64 {
    let count = counts.cell(cell).max(1);
    let Some((place, category, figure)) = counts.parts(cell) else { return count };
    let level = counts.level(place);
    if category != EVERYBODY {
        return count.saturating_add(match level {
            Some(Level::National) => 2_000,
            Some(Level::Region) => 200,
            Some(Level::Catchment | Level::Provider | Level::School | Level::Student) | None => 0,
        });
    }
    let of_place = match level {
        Some(Level::National) => 1_000,
        Some(Level::Region) => 100,
        Some(Level::Provider) => 10,
        Some(Level::Catchment | Level::School | Level::Student) | None => 1,
    };
    let of_figure = match counts.figure(figure) {
        Some(Figure::Denominator) => 4,
        Some(Figure::Met) => 3,
        Some(Figure::Missed | Figure::Pending) | None => 1,
    };
    count.saturating_add(HEADLINE * of_place * of_figure)
}

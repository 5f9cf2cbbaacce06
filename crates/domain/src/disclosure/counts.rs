//! The counts by number: places, categories and figures as indexes, every cell a sum of spots.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::cells::{Category, Cell, Figure, ReportingUnit};
use super::rows::{Classification, MisfitRow, Outlook, Row};
use crate::measures::{Level, Standing};

/// The category that everybody is in, of no classification.
pub(super) const EVERYBODY: usize = 0;

/// The categories of a classification are a run of indexes.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    pub categories: Range<usize>,
    pub most: i64,
}

/// Where referrals count and how they stand: the finest that is told apart, categories aside. Its
/// site is a list of places that rows share, its standings are one of the outlook's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub site: usize,
    pub standings: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Counts {
    places: Vec<ReportingUnit>,
    categories: Vec<Option<Category>>,
    answers: Vec<Answers>,
    /// What is published of each number; what nobody can stand as is not.
    figures: Vec<(usize, Figure)>,
    /// Each way to stand, and the figures that it counts in, by index.
    standings: Vec<(Vec<Standing>, Vec<usize>)>,
    /// The places of each site, those of fewest sites first.
    places_of: Vec<Vec<usize>>,
    sites_of: Vec<Vec<usize>>,
    spots: Vec<i64>,
    cells: Vec<i64>,
}

impl Counts {
    pub fn new(outlook: &Outlook, rows: &[Row]) -> Result<Self, MisfitRow> {
        let classifications: BTreeMap<&str, &Classification> =
            outlook.classifications.iter().map(|one| (one.name.as_str(), one)).collect();
        rows.iter().try_for_each(|row| fits(row, &classifications))?;
        let (figures, standings) = figures(&outlook.standings);

        let listed: BTreeSet<&Category> = rows.iter().flat_map(|row| &row.categories).collect();
        let categories: Vec<Option<Category>> =
            [None].into_iter().chain(listed.into_iter().cloned().map(Some)).collect();
        let answers = classifications.values().map(|one| answers(one, &categories)).collect();
        let places: BTreeSet<&ReportingUnit> = rows.iter().flat_map(|row| &row.places).collect();
        let places: Vec<ReportingUnit> = places.into_iter().cloned().collect();
        let sites: BTreeSet<&BTreeSet<ReportingUnit>> =
            rows.iter().map(|row| &row.places).collect();
        let sites: Vec<&BTreeSet<ReportingUnit>> = sites.into_iter().collect();
        let place = |place: &ReportingUnit| places.binary_search(place).ok();
        let mut places_of: Vec<Vec<usize>> =
            sites.iter().map(|site| site.iter().filter_map(place).collect()).collect();
        let mut sites_of: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
        for (site, places) in places_of.iter().enumerate() {
            for place in places {
                if let Some(sites) = sites_of.get_mut(*place) {
                    sites.push(site);
                }
            }
        }
        for places in &mut places_of {
            places.sort_by_key(|place| sites_of.get(*place).map_or(0, Vec::len));
        }
        let spots = vec![0; sites.len() * categories.len() * standings.len()];
        let cells = vec![0; places.len() * categories.len() * figures.len()];
        let mut counts = Self {
            places,
            categories,
            answers,
            figures,
            standings,
            places_of,
            sites_of,
            spots,
            cells,
        };
        for row in rows {
            let stands = counts.standings.iter().position(|(all, _)| *all == row.standings);
            let standings = stands.ok_or(MisfitRow::UnknownStandings)?;
            if let Ok(site) = sites.binary_search(&&row.places) {
                counts.add(Spot { site, standings }, row);
            }
        }
        Ok(counts)
    }

    fn add(&mut self, spot: Spot, row: &Row) {
        let category = |category: &Category| self.categories.binary_search(&Some(category.clone()));
        let listed: Vec<usize> =
            row.categories.iter().filter_map(|one| category(one).ok()).chain([EVERYBODY]).collect();
        let places = self.places_of(spot.site).to_vec();
        let figures = self.figures_of(spot.standings).to_vec();
        let count = i64::from(row.count);
        for category in listed {
            self.shift_spot(spot, category, count);
            for place in &places {
                for figure in &figures {
                    self.shift_cell(self.cell_index(*place, category, *figure), count);
                }
            }
        }
    }

    pub fn cell(&self, cell: usize) -> i64 {
        self.cells.get(cell).copied().unwrap_or_default()
    }

    pub fn spot(&self, spot: Spot, category: usize) -> i64 {
        self.spots.get(self.spot_index(spot, category)).copied().unwrap_or_default()
    }

    pub fn shift_spot(&mut self, spot: Spot, category: usize, by: i64) {
        let at = self.spot_index(spot, category);
        if let Some(count) = self.spots.get_mut(at) {
            *count += by;
        }
    }

    pub fn shift_cell(&mut self, cell: usize, by: i64) {
        if let Some(count) = self.cells.get_mut(cell) {
            *count += by;
        }
    }

    pub fn places_of(&self, site: usize) -> &[usize] {
        self.places_of.get(site).map_or(&[], Vec::as_slice)
    }

    pub fn sites_of(&self, place: usize) -> &[usize] {
        self.sites_of.get(place).map_or(&[], Vec::as_slice)
    }

    /// Of each classification, in their order.
    pub fn answers(&self) -> &[Answers] {
        &self.answers
    }

    /// The indexes of all ways to stand.
    pub fn standings(&self) -> Range<usize> {
        0..self.standings.len()
    }

    /// The figures that referrals which stand like that count in.
    pub fn figures_of(&self, standings: usize) -> &[usize] {
        self.standings.get(standings).map_or(&[], |(_, figures)| figures.as_slice())
    }

    pub fn cell_index(&self, place: usize, category: usize, figure: usize) -> usize {
        (place * self.categories.len() + category) * self.figures.len() + figure
    }

    /// A cell's place, category and figure.
    pub fn parts(&self, cell: usize) -> Option<(usize, usize, usize)> {
        let row = cell.checked_div(self.figures.len())?;
        let figure = cell.checked_rem(self.figures.len())?;
        Some((row / self.categories.len(), row % self.categories.len(), figure))
    }

    pub fn describe(&self, cell: usize) -> Option<Cell> {
        let (place, category, figure) = self.parts(cell)?;
        let place = self.places.get(place)?.clone();
        let (number, figure) = *self.figures.get(figure)?;
        Some(Cell { place, category: self.categories.get(category)?.clone(), number, figure })
    }

    /// The level of a place.
    pub fn level(&self, place: usize) -> Option<Level> {
        self.places.get(place).map(|place| place.level)
    }

    /// Which figure that is, of whichever number.
    pub fn figure(&self, figure: usize) -> Option<Figure> {
        self.figures.get(figure).map(|(_, figure)| *figure)
    }

    /// The cells of a headline that are of one number: those that met it, missed it, and both.
    pub fn headline(&self, place: usize, number: usize) -> Option<[usize; 3]> {
        let of = |figure| {
            let at = self.figures.binary_search(&(number, figure)).ok()?;
            Some(self.cell_index(place, EVERYBODY, at))
        };
        Some([of(Figure::Met)?, of(Figure::Missed)?, of(Figure::Denominator)?])
    }

    /// The headline that a cell belongs to.
    pub fn headline_of(&self, cell: usize) -> Option<[usize; 3]> {
        let (place, category, figure) = self.parts(cell)?;
        let (number, _) = *self.figures.get(figure)?;
        if category == EVERYBODY { self.headline(place, number) } else { None }
    }

    /// The index of every cell, in the order of cells.
    pub fn cells(&self) -> Range<usize> {
        0..self.cells.len()
    }

    fn spot_index(&self, spot: Spot, category: usize) -> usize {
        let row = spot.site * self.categories.len() + category;
        row * self.standings.len() + spot.standings
    }
}

fn fits(row: &Row, classifications: &BTreeMap<&str, &Classification>) -> Result<(), MisfitRow> {
    let mut given: BTreeMap<&str, usize> = classifications.keys().map(|name| (*name, 0)).collect();
    for category in &row.categories {
        let classification = category.classification.as_str();
        let unknown = || MisfitRow::UnknownClassification(classification.to_owned());
        *given.get_mut(classification).ok_or_else(unknown)? += 1;
    }
    for (name, given) in given {
        let most = classifications.get(name).map_or(0, |one| one.most_answers.get());
        let some = u32::try_from(given).is_ok_and(|given| (1..=most).contains(&given));
        if !some {
            return Err(MisfitRow::Answers { classification: name.to_owned(), given });
        }
    }
    Ok(())
}

fn answers(classification: &Classification, categories: &[Option<Category>]) -> Answers {
    let name = |category: &Option<Category>| {
        category.as_ref().map(|category| category.classification.clone())
    };
    let this = Some(classification.name.clone());
    let start = categories.partition_point(|category| name(category) < this);
    let end = categories.partition_point(|category| name(category) <= this);
    Answers { categories: start..end, most: i64::from(classification.most_answers.get()) }
}

/// The figures of the numbers, and by index those that each way to stand counts in.
type Figures = (Vec<(usize, Figure)>, Vec<(Vec<Standing>, Vec<usize>)>);

fn figures(possible: &BTreeSet<Vec<Standing>>) -> Figures {
    let counted = |standings: &Vec<Standing>| -> Vec<(usize, Figure)> {
        let each = standings.iter().enumerate();
        each.flat_map(|(number, one)| Figure::of(*one).iter().map(move |of| (number, *of)))
            .collect()
    };
    let figures: BTreeSet<(usize, Figure)> = possible.iter().flat_map(counted).collect();
    let figures: Vec<(usize, Figure)> = figures.into_iter().collect();
    let index = |figure: &(usize, Figure)| figures.binary_search(figure).ok();
    let standings = possible
        .iter()
        .map(|standings| (standings.clone(), counted(standings).iter().filter_map(index).collect()))
        .collect();
    (figures, standings)
}

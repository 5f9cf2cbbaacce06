//! The counts by number: places, categories and figures as indexes, every cell a sum of spots.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Category, Cell, Classification, Figure, MisfitRow, Place, Row};
use crate::measures::Standing;

/// The category that everybody is in, of no classification.
pub(super) const EVERYBODY: usize = 0;

/// The categories of a classification are a run of indexes.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    pub categories: Range<usize>,
    pub most: i64,
}

/// Where referrals count and how they stand: the finest that is told apart, categories aside. Its
/// site is a list of places that rows share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub site: usize,
    pub standing: Standing,
}

#[derive(Clone, Debug)]
pub(super) struct Counts {
    places: Vec<Place>,
    categories: Vec<Option<Category>>,
    answers: Vec<Answers>,
    /// The places of each site, those of fewest sites first.
    places_of: Vec<Vec<usize>>,
    sites_of: Vec<Vec<usize>>,
    spots: Vec<i64>,
    cells: Vec<i64>,
}

impl Counts {
    pub fn new(classifications: &[Classification], rows: &[Row]) -> Result<Self, MisfitRow> {
        let classifications: BTreeMap<&str, &Classification> =
            classifications.iter().map(|one| (one.name.as_str(), one)).collect();
        rows.iter().try_for_each(|row| fits(row, &classifications))?;

        let listed: BTreeSet<&Category> = rows.iter().flat_map(|row| &row.categories).collect();
        let categories: Vec<Option<Category>> =
            [None].into_iter().chain(listed.into_iter().cloned().map(Some)).collect();
        let answers = classifications.values().map(|one| answers(one, &categories)).collect();
        let places: BTreeSet<&Place> = rows.iter().flat_map(|row| &row.places).collect();
        let places: Vec<Place> = places.into_iter().cloned().collect();
        let sites: BTreeSet<&BTreeSet<Place>> = rows.iter().map(|row| &row.places).collect();
        let sites: Vec<&BTreeSet<Place>> = sites.into_iter().collect();
        let place = |place: &Place| places.binary_search(place).ok();
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
        let spots = vec![0; sites.len() * categories.len() * Standing::ALL.len()];
        let cells = vec![0; places.len() * categories.len() * Figure::ALL.len()];
        let mut counts = Self { places, categories, answers, places_of, sites_of, spots, cells };
        for row in rows {
            if let Ok(site) = sites.binary_search(&&row.places) {
                counts.add(site, row);
            }
        }
        Ok(counts)
    }

    fn add(&mut self, site: usize, row: &Row) {
        let category = |category: &Category| self.categories.binary_search(&Some(category.clone()));
        let listed: Vec<usize> =
            row.categories.iter().filter_map(|one| category(one).ok()).chain([EVERYBODY]).collect();
        let places = self.places_of(site).to_vec();
        let count = i64::from(row.count);
        for category in listed {
            self.shift_spot(Spot { site, standing: row.standing }, category, count);
            for place in &places {
                for figure in Figure::of(row.standing) {
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

    pub fn cell_index(&self, place: usize, category: usize, figure: Figure) -> usize {
        (place * self.categories.len() + category) * Figure::ALL.len() + figure_index(figure)
    }

    /// A cell's place, category and figure.
    pub fn parts(&self, cell: usize) -> Option<(usize, usize, Figure)> {
        let (row, figure) = (cell / Figure::ALL.len(), cell % Figure::ALL.len());
        let figure = Figure::ALL.get(figure)?;
        Some((row / self.categories.len(), row % self.categories.len(), *figure))
    }

    pub fn describe(&self, cell: usize) -> Option<Cell> {
        let (place, category, figure) = self.parts(cell)?;
        let place = self.places.get(place)?.clone();
        Some(Cell { place, category: self.categories.get(category)?.clone(), figure })
    }

    /// The index of every cell, in the order of cells.
    pub fn cells(&self) -> Range<usize> {
        0..self.cells.len()
    }

    fn spot_index(&self, spot: Spot, category: usize) -> usize {
        let row = spot.site * self.categories.len() + category;
        row * Standing::ALL.len() + standing_index(spot.standing)
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

const fn figure_index(figure: Figure) -> usize {
    match figure {
        Figure::Met => 0,
        Figure::Missed => 1,
        Figure::Pending => 2,
        Figure::Excluded => 3,
        Figure::Denominator => 4,
    }
}

const fn standing_index(standing: Standing) -> usize {
    match standing {
        Standing::Met => 0,
        Standing::Missed => 1,
        Standing::Pending => 2,
        Standing::Excluded => 3,
    }
}

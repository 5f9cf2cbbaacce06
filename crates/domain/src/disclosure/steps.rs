//! Steps from one world to another: a referral more at some spots and a referral fewer at others,
//! so arranged that few cells notice.

use super::Figure;
use super::counts::{Counts, Spot};
use crate::measures::Standing;

/// How many neighbours of a site are tried. More of them find a world that needs a little less
/// hiding, in more time.
const NEIGHBOURS: usize = 12;

/// One more at a spot, and for each of site and standing that has a counterpart, one fewer there:
/// one spot, two, or four with alternating signs. A cell changes by the product of the signs of
/// its place and its figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    spot: Spot,
    to_site: Option<usize>,
    to_standing: Option<Standing>,
}

impl Step {
    pub fn spots(self) -> impl Iterator<Item = (Spot, i64)> {
        let Spot { site, standing } = self.spot;
        let sites = [(site, 1)].into_iter().chain(self.to_site.map(|site| (site, -1)));
        sites.flat_map(move |(site, sign)| {
            let to_standing = self.to_standing.map(|standing| (standing, -1));
            let standings = [(standing, 1)].into_iter().chain(to_standing);
            standings.map(move |(standing, by)| (Spot { site, standing }, sign * by))
        })
    }

    /// The cells of a category that notice, each with its sign.
    pub fn cells(self, counts: &Counts, category: usize) -> impl Iterator<Item = (usize, i64)> {
        let Spot { site, standing } = self.spot;
        let to_places = self.to_site.map_or(&[][..], |site| counts.places_of(site));
        let to_figures = self.to_standing.map_or(&[][..], Figure::of);
        apart(counts.places_of(site), to_places).flat_map(move |(place, sign)| {
            apart(Figure::of(standing), to_figures)
                .map(move |(figure, by)| (counts.cell_index(place, category, figure), sign * by))
        })
    }
}

/// What one has and the other has not, with a sign for which of them.
fn apart<'a, T: Copy + PartialEq>(
    more: &'a [T],
    fewer: &'a [T],
) -> impl Iterator<Item = (T, i64)> + 'a {
    let only = |these: &'a [T], those: &'a [T], sign: i64| {
        these.iter().filter(|one| !those.contains(one)).map(move |one| (*one, sign))
    };
    only(more, fewer, 1).chain(only(fewer, more, -1))
}

/// Steps that, taken `by` times (1 or -1), move a cell by as much, in a fixed order: first without
/// a counterpart, then with the nearest sites that can be one, since near ones share most places
/// and disturb least. That no count gets negative is checked for the step's own site only.
pub(super) fn moving(counts: &Counts, cell: usize, by: i64) -> impl Iterator<Item = Step> {
    counts.parts(cell).into_iter().flat_map(move |(place, category, figure)| {
        let raises = move |standing: Standing| Figure::of(standing).contains(&figure);
        let standings = Standing::ALL.iter().copied();
        let spots = counts.sites_of(place).iter().flat_map(move |site| {
            let own = standings.clone().filter(move |standing| raises(*standing));
            own.map(|standing| Spot { site: *site, standing })
        });
        let can_move = move |spot: &Spot| counts.spot(*spot, category) + by >= 0;
        spots.filter(can_move).flat_map(move |spot| {
            let to_sites = neighbours(counts, spot, (place, category), by).map(Some);
            [None].into_iter().chain(to_sites).flat_map(move |to_site| {
                let others = Standing::ALL.iter().copied().filter(move |other| !raises(*other));
                let to_standings = [None].into_iter().chain(others.map(Some));
                to_standings.map(move |to_standing| Step { spot, to_site, to_standing })
            })
        })
    })
}

/// Sites outside of the place to which the spot can give a referral of the category (or take one
/// from), those first that share a smaller place with it.
fn neighbours(
    counts: &Counts,
    spot: Spot,
    (place, category): (usize, usize),
    by: i64,
) -> impl Iterator<Item = usize> {
    let shared = counts.places_of(spot.site);
    let figures = Figure::of(spot.standing);
    let any = move |place: usize| {
        let count = |figure| counts.cell(counts.cell_index(place, category, figure));
        by < 0 || figures.first().is_some_and(|figure| count(*figure) > 0)
    };
    let useful = move |site: usize| {
        let there = Spot { site, standing: spot.standing };
        counts.spot(there, category) >= by && !counts.places_of(site).contains(&place)
    };
    let wider = shared.iter().enumerate().filter(move |(_, shared)| any(**shared));
    let sites = wider.flat_map(move |(nearer, place)| {
        let nearer = shared.get(..nearer).unwrap_or_default();
        let seen = move |site| counts.places_of(site).iter().any(|place| nearer.contains(place));
        let sites = counts.sites_of(*place).iter().copied();
        sites.filter(move |site| useful(*site) && !seen(*site))
    });
    sites.take(NEIGHBOURS)
}

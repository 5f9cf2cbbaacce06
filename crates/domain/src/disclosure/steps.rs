//! Steps from one world to another: a referral more at some spots and a referral fewer at others,
//! so arranged that few cells notice.

use super::counts::{Counts, Spot};

/// How many neighbours of a site are tried. More of them find a world that needs a little less
/// hiding, in more time.
const NEIGHBOURS: usize = 12;

/// One more at a spot, and for each of site and standings that has a counterpart, one fewer there:
/// one spot, two, or four with alternating signs. A cell changes by the product of the signs of
/// its place and its figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountStep {
    spot: Spot,
    to_site: Option<usize>,
    to_standings: Option<usize>,
}

impl CountStep {
    pub fn spots(self) -> impl Iterator<Item = (Spot, i64)> {
        let Spot { site, standings } = self.spot;
        let sites = [(site, 1)].into_iter().chain(self.to_site.map(|site| (site, -1)));
        sites.flat_map(move |(site, sign)| {
            let others = self.to_standings.map(|standings| (standings, -1));
            let all = [(standings, 1)].into_iter().chain(others);
            all.map(move |(standings, by)| (Spot { site, standings }, sign * by))
        })
    }

    /// The cells of a category that notice, each with its sign.
    pub fn cells(self, counts: &Counts, category: usize) -> impl Iterator<Item = (usize, i64)> {
        let Spot { site, standings } = self.spot;
        let to_places = self.to_site.map_or(&[][..], |site| counts.places_of(site));
        let to_figures = self.to_standings.map_or(&[][..], |other| counts.figures_of(other));
        apart(counts.places_of(site), to_places).flat_map(move |(place, sign)| {
            apart(counts.figures_of(standings), to_figures)
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
pub(super) fn moving(counts: &Counts, cell: usize, by: i64) -> impl Iterator<Item = CountStep> {
    counts.parts(cell).into_iter().flat_map(move |(place, category, figure)| {
        let raises = move |standings: usize| counts.figures_of(standings).contains(&figure);
        let spots = counts.sites_of(place).iter().flat_map(move |site| {
            let own = counts.standings().filter(move |standings| raises(*standings));
            own.map(|standings| Spot { site: *site, standings })
        });
        let can_move = move |spot: &Spot| counts.spot(*spot, category) + by >= 0;
        spots.filter(can_move).flat_map(move |spot| {
            let to_sites = neighbours(counts, spot, place, category, by).map(Some);
            [None].into_iter().chain(to_sites).flat_map(move |to_site| {
                let others = counts.standings().filter(move |other| !raises(*other));
                let all = [None].into_iter().chain(others.map(Some));
                all.map(move |to_standings| CountStep { spot, to_site, to_standings })
            })
        })
    })
}

/// Sites outside of the place to which the spot can give a referral of the category (or take one
/// from), those first that share a smaller place with it.
fn neighbours(
    counts: &Counts,
    spot: Spot,
    place: usize,
    category: usize,
    by: i64,
) -> impl Iterator<Item = usize> {
    let shared = counts.places_of(spot.site);
    let figures = counts.figures_of(spot.standings);
    let any = move |place: usize| {
        let count = |figure| counts.cell(counts.cell_index(place, category, figure));
        by < 0 || figures.first().is_some_and(|figure| count(*figure) > 0)
    };
    let useful = move |site: usize| {
        let there = Spot { site, ..spot };
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

//! Which carts a `pick` may choose from, in which order, and why the others are not among them.

use jiff::civil::Date;

use crate::library::{Cart, Catalogue, Defect, Priority, Sound, Status};
use crate::planner::History;
use crate::rundown::Why;
use crate::schedule::Pick;

/// A cart that can air.
pub(super) type Candidate<'a> = (&'a Cart, &'a Sound);

/// What a pick finds in the catalogue on one day.
pub(super) struct Choice<'a> {
    pub candidates: Vec<Candidate<'a>>,
    /// Those of the set that cannot air, with the reason.
    pub unfit: Vec<(&'a Cart, Why)>,
}

/// Sorts the carts of a set into those that can air on `date` and those that cannot.
///
/// Ordinary picks of bulletins take priority bulletins along where the session has no pick of its own for these.
pub(super) fn choose(catalogue: &Catalogue, from: Pick, priority_apart: bool, date: Date) -> Choice<'_> {
    let belongs = |cart: &&Cart| match from {
        Pick::Ministry => true,
        Pick::Priority => cart.priority == Priority::Priority,
        Pick::Bulletins => {
            cart.priority == Priority::Normal || (cart.priority == Priority::Priority && !priority_apart)
        }
    };
    let mut choice = Choice { candidates: Vec::new(), unfit: Vec::new() };
    for cart in catalogue.of(from.kind()).filter(belongs) {
        match (cart.airs_on(date), hindrance(cart, date)) {
            (Some(sound), None) => choice.candidates.push((cart, sound)),
            (_, Some(why)) => choice.unfit.push((cart, why)),
            (None, None) => {}
        }
    }
    choice
}

/// The first to air comes first: least aired today, then stressed ones, then longest ago; priority by its own order.
pub(super) fn in_order<'a, 'c>(
    candidates: &'c [Candidate<'a>],
    from: Pick,
    history: &History,
) -> Vec<&'c Candidate<'a>> {
    let mut ordered: Vec<_> = candidates.iter().collect();
    match from {
        Pick::Priority => ordered.sort_by_key(|(cart, _)| (cart.order, &cart.path)),
        _ => ordered.sort_by_cached_key(|(cart, _)| rank(cart, history)),
    }
    ordered
}

/// Smaller airs sooner.
pub(super) fn rank(cart: &Cart, history: &History) -> impl Ord + use<> {
    (history.times_today(&cart.path), !cart.emphasis, history.last(&cart.path), cart.path.clone())
}

/// Why a cart cannot air on `date`; none if it can.
#[must_use]
pub fn hindrance(cart: &Cart, date: Date) -> Option<Why> {
    match cart.status(date) {
        Status::Ok if cart.valid.contains(date) => None,
        Status::Ok | Status::Expired { .. } => Some(Why::OutOfDate),
        Status::Missing => Some(Why::Missing),
        Status::Copying => Some(Why::Copying),
        Status::Changed | Status::NotAsListed => Some(Why::Changed),
        Status::Unapproved { .. } => Some(Why::Unapproved),
        Status::BadSidecar => Some(Why::BadSidecar),
        Status::Broken(defect) => Some(Why::Unplayable(defect)),
        Status::Silent => Some(Why::Unplayable(Defect::Silent)),
        Status::Unsupported { format } => Some(Why::Unplayable(Defect::Unsupported { format })),
        Status::Odd(oddity) => Some(Why::Odd(oddity)),
    }
}

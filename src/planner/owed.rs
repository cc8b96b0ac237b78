//! What is owed on a day: each obligation in force, item by item.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::library::{Cart, CartPath, Catalogue, Kind, Priority, Status};
use crate::schedule::{Orders, Pick};
use crate::time::{Frames, Window};

/// One obligation on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owed {
    /// Title of the schedule that orders it.
    pub schedule: String,
    pub directive: String,
    pub set: Pick,
    pub at_least: u32,
    /// Where a swallowed airing may be made up; of no interest once the day is over.
    #[serde(skip)]
    pub make_up: Vec<Window>,
    pub items: Vec<OwedItem>,
    /// Expected ministry files that are not there and that no manifest names.
    pub nameless: u32,
}

/// One item of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwedItem {
    pub path: CartPath,
    pub title: String,
    /// How long one airing of it is; zero where neither the file nor the manifest says.
    pub length: Frames,
    /// Whether it can air on that day at all.
    pub playable: bool,
}

/// What is owed on `date` while `level` is in force.
#[must_use]
pub fn owed_on(orders: &Orders, catalogue: &Catalogue, date: Date, level: Option<&str>) -> Vec<Owed> {
    let owed = orders.obligations(date, level).map(|(schedule, obligation)| {
        let items: Vec<_> = members(catalogue, obligation.set, date).map(|cart| owed_item(cart, date)).collect();
        let known = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let expected = if obligation.set == Pick::Ministry { catalogue.expected } else { 0 };
        Owed {
            schedule: schedule.title.clone(),
            directive: schedule.directive.clone(),
            set: obligation.set,
            at_least: obligation.at_least,
            make_up: obligation.make_up.clone(),
            items,
            nameless: expected.saturating_sub(known),
        }
    });
    owed.collect()
}

/// The carts that belong to a set on `date`, playable or not.
///
/// Of the ministry set, all that are there or expected. Of bulletins, those that are fit and whose days these are: a
/// bulletin nobody approved is owed to nobody.
fn members(catalogue: &Catalogue, set: Pick, date: Date) -> impl Iterator<Item = &Cart> {
    catalogue.of(set.kind()).filter(move |cart| match set {
        Pick::Ministry => cart.kind == Kind::Ministry,
        Pick::Bulletins => cart.airs_on(date).is_some() && cart.priority != Priority::Emergency,
        Pick::Priority => cart.airs_on(date).is_some() && cart.priority == Priority::Priority,
    })
}

fn owed_item(cart: &Cart, date: Date) -> OwedItem {
    let playable = cart.airs_on(date).is_some() && cart.status(date) == Status::Ok;
    OwedItem { path: cart.path.clone(), title: cart.title.clone(), length: cart.length(), playable }
}

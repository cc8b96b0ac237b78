//! Phát bù: airing what an outage swallowed, where the schedule allows it.
//!
//! When the day's sessions cannot bring every item to its minimum any more, the free stretches of the `make_up`
//! windows carry what is missing, and nothing else.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::planner::layout::{Laid, lay_from, piece};
use crate::planner::owed::{Owed, owed_on};
use crate::planner::{Desk, History, choice};
use crate::rundown::{Origin, Rundown};
use crate::schedule::{MAKE_UP_SESSION, SlotKey};
use crate::time::{Frames, Span, Window};

/// Plans the make-ups of `date` from `now` on and takes them into `history`.
pub(super) fn plan(
    desk: &Desk<'_>,
    date: Date,
    now: Timestamp,
    begun: &HashSet<SlotKey>,
    history: &mut History,
) -> Vec<Rundown> {
    let owed = owed_on(desk.orders, desk.catalogue, date, desk.level);
    let mut rundowns: Vec<Rundown> = Vec::new();
    for window in windows(&owed) {
        let mut taken = sessions_around(desk, date);
        taken.extend(rundowns.iter().map(|rundown| rundown.span));
        for free in window.on(date, &desk.orders.zone).without(&taken) {
            let key = SlotKey { date, session: name(free, desk) };
            let (allowed, _) = desk.orders.outside_quiet_hours(Span { start: free.start.max(now), end: free.end });
            if begun.contains(&key) || allowed.is_empty() {
                continue;
            }
            rundowns.extend(fill(desk, key, allowed, window, &owed, history));
        }
    }
    rundowns
}

/// The sessions of the day, and of the days beside it: a window or a session may reach across midnight.
fn sessions_around(desk: &Desk<'_>, date: Date) -> Vec<Span> {
    let days = date.yesterday().unwrap_or(date).series(jiff::Span::new().days(1)).take(3);
    days.flat_map(|day| desk.orders.slots(day, desk.level)).map(|slot| slot.ordered).collect()
}

/// The windows of all obligations, each once, earliest first.
fn windows(owed: &[Owed]) -> Vec<Window> {
    let mut windows: Vec<Window> = owed.iter().flat_map(|owed| owed.make_up.iter().copied()).collect();
    windows.sort_by_key(|window| (window.from, window.until));
    windows.dedup();
    windows
}

/// `phat-bu-1100`: by the instant at which the free stretch begins, so that it is the same whenever it is asked for.
fn name(free: Span, desk: &Desk<'_>) -> String {
    format!("{MAKE_UP_SESSION}{}", desk.orders.zone.to_datetime(free.start).strftime("%H%M"))
}

/// Fills one free stretch with what is short; none if nothing is.
fn fill(
    desk: &Desk<'_>,
    key: SlotKey,
    span: Span,
    window: Window,
    owed: &[Owed],
    history: &mut History,
) -> Option<Rundown> {
    let mut laid = Vec::new();
    let mut used = Frames::ZERO;
    while let Some((owed, cart)) = most_short(desk, key.date, window, owed, history, span.length() - used) {
        let sound = cart.sound.as_ref().expect("a candidate has sound");
        let at = crate::time::later(span.start, used);
        history.note(key.date, &cart.path, at);
        laid.push(Laid::new(piece(cart, desk, &owed.directive), sound.length));
        used += sound.length;
    }
    if laid.is_empty() {
        return None;
    }
    let mut items = Vec::new();
    lay_from(Frames::ZERO, laid, false, &mut items);
    Some(Rundown {
        slot: key,
        title: String::new(),
        origin: Origin::MakeUp,
        note: String::new(),
        span,
        zones: Vec::new(),
        items,
        left_out: Vec::new(),
    })
}

/// The item whose turn it is among those that are short, may be made up in this window, and fit into `room`.
fn most_short<'a>(
    desk: &'a Desk<'_>,
    date: Date,
    window: Window,
    owed: &'a [Owed],
    history: &History,
    room: Frames,
) -> Option<(&'a Owed, &'a crate::library::Cart)> {
    let allowed = owed.iter().filter(|owed| owed.make_up.contains(&window));
    let short = allowed.flat_map(|owed| {
        let missing = owed.items.iter().filter(|item| history.times_today(&item.path) < owed.at_least);
        missing.filter_map(move |item| Some((owed, desk.catalogue.get(&item.path)?)))
    });
    let fits = short.filter(|(_, cart)| cart.airs_on(date).is_some_and(|sound| sound.length <= room));
    fits.min_by_key(|(_, cart)| choice::rank(cart, history))
}

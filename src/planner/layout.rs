//! Laying out one session: from its template to a rundown, frame by frame.
//!
//! What has a length of its own is laid first, in the template's order; what `fill`s gets the room that is left; the
//! back-timed closing is looked back from the end. Lengths are frames, nothing rounds. What does not fit is left out
//! whole, never faded away under a speaking voice.

use crate::library::{Cart, CartPath, Kind, Priority, Sound};
use crate::planner::choice::{self, Candidate};
use crate::planner::{Desk, History};
use crate::rundown::{Instead, Item, LeftOut, Origin, Piece, Rundown, Why};
use crate::schedule::{Element, Emphasis, Pick, Relay, Slot};
use crate::time::{self, Frames};

/// Kept free before a back-timed closing, so that a sound card running slow (100 ppm is 0.3 s in 45 minutes) does not
/// push it over the hard end.
const SLACK: Frames = Frames::from_millis(500);
/// A relay cut shorter than this by the room that is left is left out.
const RELAY_LEAST: Frames = Frames::from_secs(60);

/// Lays out one slot, given what has aired before it.
#[must_use]
pub fn plan_session(desk: &Desk<'_>, slot: &Slot<'_>, history: &History) -> Rundown {
    let mut sheet = Sheet::new(desk, slot, history);
    let parts: Vec<Part> = slot.session.rundown.iter().map(|element| sheet.part(element)).collect();
    let mut placed = Vec::new();
    for part in parts {
        match part {
            Part::Laid(pieces) => placed.extend(pieces),
            Part::Fill { from, limit, emphasis } => {
                let room = limit.map_or(sheet.left, |limit| limit.min(sheet.left));
                let filled = sheet.fill(from, emphasis, room, total(&placed));
                placed.extend(filled);
            }
        }
    }
    sheet.rundown(placed)
}

/// A piece with its length, not yet timed.
pub(super) struct Laid {
    pub piece: Piece,
    pub length: Frames,
    instead: Option<Box<Instead>>,
}

impl Laid {
    pub fn new(piece: Piece, length: Frames) -> Self {
        Self { piece, length, instead: None }
    }
}

/// An element, once it is known what it brings.
enum Part<'a> {
    Laid(Vec<Laid>),
    Fill { from: Pick, limit: Option<Frames>, emphasis: Option<&'a Emphasis> },
}

fn total(laid: &[Laid]) -> Frames {
    laid.iter().map(|laid| laid.length).sum()
}

/// The sheet a session is laid out on.
struct Sheet<'a> {
    desk: &'a Desk<'a>,
    slot: &'a Slot<'a>,
    /// What has aired, with what this session has planned so far.
    history: History,
    /// Airtime not yet given away.
    left: Frames,
    closing: Vec<Laid>,
    left_out: Vec<LeftOut>,
}

impl<'a> Sheet<'a> {
    fn new(desk: &'a Desk<'a>, slot: &'a Slot<'a>, history: &History) -> Self {
        let left = slot.allowed.length();
        let mut sheet =
            Self { desk, slot, history: history.at(slot.key.date), left, closing: Vec::new(), left_out: Vec::new() };
        sheet.lay_closing();
        sheet
    }

    /// The closing goes first, since its place is fixed by the end.
    fn lay_closing(&mut self) {
        for element in &self.slot.session.rundown {
            if let Element::Play { path, at_end: true } = element
                && let Some(laid) = self.lay_named(path)
            {
                self.closing.push(laid);
            }
        }
        if !self.closing.is_empty() {
            self.left = self.left.saturating_sub(SLACK);
        }
    }

    fn part(&mut self, element: &'a Element) -> Part<'a> {
        match element {
            Element::Play { at_end: true, .. } => Part::Laid(Vec::new()),
            Element::Play { path, at_end: false } => Part::Laid(self.lay_named(path).into_iter().collect()),
            Element::Relay(relay) => Part::Laid(self.lay_relay(relay).into_iter().collect()),
            Element::Pick { from, limit, fill: true, emphasis } => {
                self.name_unfit(*from);
                Part::Fill { from: *from, limit: *limit, emphasis: emphasis.as_ref() }
            }
            Element::Pick { from, limit, .. } => {
                self.name_unfit(*from);
                Part::Laid(self.lay_once(*from, *limit))
            }
        }
    }

    /// A file the template names.
    fn lay_named(&mut self, path: &CartPath) -> Option<Laid> {
        let Some(cart) = self.desk.catalogue.get(path) else {
            let piece = missing_piece(path, &self.slot.schedule.directive);
            self.leave_out(piece, Frames::ZERO, Why::Missing, true);
            return None;
        };
        let hindrance = choice::hindrance(cart, self.slot.key.date);
        match (&cart.sound, hindrance) {
            (Some(sound), None) => self.lay(cart, sound, true),
            (sound, why) => {
                let length = sound.as_ref().map_or(Frames::ZERO, |sound| sound.length);
                self.leave_out(self.piece(cart), length, why.unwrap_or(Why::Missing), true);
                None
            }
        }
    }

    /// A relay has the length it is given: what it asks for, or as much of it as is left.
    fn lay_relay(&mut self, relay: &Relay) -> Option<Laid> {
        let piece = relay_piece(relay, &self.slot.schedule.directive);
        let length = relay.length.min(self.left);
        if length < relay.length.min(RELAY_LEAST) {
            let why = if self.slot.meets_quiet_hours { Why::QuietHours } else { Why::NoTime };
            self.leave_out(piece, relay.length, why, true);
            return None;
        }
        self.left = self.left - length;
        let instead = relay.fallback.as_ref().and_then(|path| self.stand_in(path));
        Some(Laid { piece, length, instead })
    }

    /// What airs when a relay dies. It is no airing yet, so it is owed to nobody and takes nobody's turn.
    fn stand_in(&mut self, path: &CartPath) -> Option<Box<Instead>> {
        let Some(cart) = self.desk.catalogue.get(path) else {
            let piece = missing_piece(path, &self.slot.schedule.directive);
            self.leave_out(piece, Frames::ZERO, Why::Missing, false);
            return None;
        };
        match (&cart.sound, choice::hindrance(cart, self.slot.key.date)) {
            (Some(sound), None) => Some(Box::new(Instead { piece: self.piece(cart), length: sound.length })),
            (_, why) => {
                self.leave_out(self.piece(cart), Frames::ZERO, why.unwrap_or(Why::Missing), false);
                None
            }
        }
    }

    /// Every cart of a set once, as far as the limit and the session allow.
    fn lay_once(&mut self, from: Pick, limit: Option<Frames>) -> Vec<Laid> {
        let choice = choice::choose(self.desk.catalogue, from, self.priority_apart(), self.slot.key.date);
        let mut laid = Vec::new();
        for (cart, sound) in choice::in_order(&choice.candidates, from, &self.history.clone()) {
            let within = limit.is_none_or(|limit| total(&laid) + sound.length <= limit);
            if within {
                laid.extend(self.lay(cart, sound, false));
            } else {
                self.leave_out(self.piece(cart), sound.length, Why::NoTime, false);
            }
        }
        laid
    }

    /// Takes the airtime for one cart, or leaves it out.
    fn lay(&mut self, cart: &Cart, sound: &Sound, owed: bool) -> Option<Laid> {
        let piece = self.piece(cart);
        if sound.length > self.left {
            let why = if self.slot.meets_quiet_hours { Why::QuietHours } else { Why::NoTime };
            self.leave_out(piece, sound.length, why, owed);
            return None;
        }
        self.left = self.left - sound.length;
        self.note(cart);
        Some(Laid::new(piece, sound.length))
    }

    fn note(&mut self, cart: &Cart) {
        self.history.note(self.slot.key.date, &cart.path, self.slot.allowed.start);
    }

    /// As many of a set as fit into `room`, least aired first, with the stressed messages in between.
    fn fill(&mut self, from: Pick, emphasis: Option<&Emphasis>, room: Frames, begins: Frames) -> Vec<Laid> {
        let choice = choice::choose(self.desk.catalogue, from, self.priority_apart(), self.slot.key.date);
        let candidates: Vec<_> = choice.candidates.into_iter().filter(|(_, sound)| sound.length <= room).collect();
        let mut refrains = self.refrains(emphasis);
        let mut laid = Vec::new();
        let mut room = room;
        while let Some((cart, sound)) =
            next_refrain(&refrains, total(&laid), room).or_else(|| self.next_in_turn(&candidates, room))
        {
            for refrain in refrains.iter_mut().filter(|refrain| refrain.cart.path == cart.path) {
                refrain.last_end = total(&laid) + sound.length;
            }
            room = room - sound.length;
            self.left = self.left - sound.length;
            let at = time::later(self.slot.allowed.start, begins + total(&laid));
            self.history.note(self.slot.key.date, &cart.path, at);
            laid.push(Laid::new(self.piece(cart), sound.length));
        }
        self.name_unheard(&candidates, &laid);
        laid
    }

    /// The one whose turn it is among those that fit; none when every one that fits is already ahead of its turn.
    fn next_in_turn(&self, candidates: &[Candidate<'a>], room: Frames) -> Option<Candidate<'a>> {
        let times = |cart: &Cart| self.history.times_today(&cart.path);
        let least = candidates.iter().map(|(cart, _)| times(cart)).min()?;
        let fits = candidates.iter().filter(|(cart, sound)| sound.length <= room && times(cart) <= least + 1);
        fits.min_by_key(|(cart, _)| choice::rank(cart, &self.history)).copied()
    }

    /// Messages to be heard again and again: the template's emphasis, and bulletins that say so themselves.
    fn refrains(&self, emphasis: Option<&Emphasis>) -> Vec<Refrain<'a>> {
        let date = self.slot.key.date;
        let stressed = emphasis.and_then(|emphasis| Some((self.desk.catalogue.get(&emphasis.play)?, emphasis.every)));
        let picks_bulletins = self.picks(Pick::Bulletins) || self.picks(Pick::Priority);
        let bulletins = self.desk.catalogue.of(Kind::Bulletin).filter(|_| picks_bulletins);
        let repeating = bulletins.filter(|cart| cart.priority != Priority::Emergency);
        let repeating = repeating.filter_map(|cart| Some((cart, cart.repeat_every?)));
        let refrain = |(cart, every): (&'a Cart, Frames)| {
            let sound = cart.airs_on(date)?;
            Some(Refrain { cart, sound, every, last_end: Frames::ZERO })
        };
        stressed.into_iter().chain(repeating).filter_map(refrain).collect()
    }

    fn picks(&self, wanted: Pick) -> bool {
        self.slot.session.rundown.iter().any(|element| matches!(element, Element::Pick { from, .. } if *from == wanted))
    }

    fn priority_apart(&self) -> bool {
        self.picks(Pick::Priority)
    }

    /// Names those of a set that cannot air. What is merely out of date is named, but owed to nobody.
    fn name_unfit(&mut self, from: Pick) {
        let choice = choice::choose(self.desk.catalogue, from, self.priority_apart(), self.slot.key.date);
        for (cart, why) in choice.unfit {
            let length = cart.sound.as_ref().map_or(Frames::ZERO, |sound| sound.length);
            let owed = why != Why::OutOfDate;
            if !self.left_out.iter().any(|left_out| left_out.piece.path == cart.path) {
                self.leave_out(self.piece(cart), length, why, owed);
            }
        }
    }

    /// Names those that had no turn in this session and have not reached the turn of the others.
    fn name_unheard(&mut self, candidates: &[Candidate<'a>], laid: &[Laid]) {
        for (cart, sound) in candidates {
            let heard = laid.iter().any(|laid| laid.piece.path == cart.path);
            if !heard && self.history.times_today(&cart.path) == 0 {
                self.leave_out(self.piece(cart), sound.length, Why::NoTime, false);
            }
        }
    }

    fn leave_out(&mut self, piece: Piece, length: Frames, why: Why, owed: bool) {
        self.left_out.push(LeftOut { piece, length, why, owed });
    }

    fn piece(&self, cart: &Cart) -> Piece {
        piece(cart, self.desk, &self.slot.schedule.directive)
    }

    fn rundown(self, placed: Vec<Laid>) -> Rundown {
        let closing_at = self.slot.allowed.length().saturating_sub(total(&self.closing));
        let mut items = Vec::new();
        lay_from(Frames::ZERO, placed, false, &mut items);
        lay_from(closing_at, self.closing, true, &mut items);
        Rundown {
            slot: self.slot.key.clone(),
            title: self.slot.session.title.clone(),
            origin: Origin::Scheduled,
            note: String::new(),
            zones: self.slot.session.zones.iter().map(|zone| zone.name.clone()).collect(),
            span: self.slot.allowed,
            items,
            left_out: self.left_out,
        }
    }
}

/// Lays pieces end to end from `offset` on; the first of a back-timed row keeps its instant.
pub(super) fn lay_from(mut offset: Frames, laid: Vec<Laid>, anchored: bool, items: &mut Vec<Item>) {
    let mut anchored = anchored;
    for Laid { piece, length, instead } in laid {
        items.push(Item { offset, length, piece, anchored, instead });
        offset += length;
        anchored = false;
    }
}

/// A message to be heard again whenever `every` has passed since its last end.
struct Refrain<'a> {
    cart: &'a Cart,
    sound: &'a Sound,
    every: Frames,
    last_end: Frames,
}

fn next_refrain<'a>(refrains: &[Refrain<'a>], elapsed: Frames, room: Frames) -> Option<Candidate<'a>> {
    let due = |refrain: &&Refrain| elapsed >= refrain.last_end + refrain.every && refrain.sound.length <= room;
    refrains.iter().find(due).map(|refrain| (refrain.cart, refrain.sound))
}

/// Copies what the log will need of a cart. The file's own directive outranks the schedule's.
pub(super) fn piece(cart: &Cart, desk: &Desk<'_>, directive: &str) -> Piece {
    let own = if cart.directive.is_empty() { directive } else { &cart.directive };
    Piece {
        kind: cart.kind,
        path: cart.path.clone(),
        title: cart.title.clone(),
        language: cart.language.clone(),
        directive: own.to_owned(),
        hash: cart.sound.as_ref().map(|sound| sound.hash.clone()),
        lufs: cart.sound.as_ref().and_then(|sound| sound.loudness.lufs),
        gain_db: cart.sound.as_ref().map_or(0.0, |sound| desk.loudness.gain_db(&sound.loudness)),
        address: None,
    }
}

fn missing_piece(path: &CartPath, directive: &str) -> Piece {
    Piece { directive: directive.to_owned(), ..Piece::unread(path.clone()) }
}

fn relay_piece(relay: &Relay, directive: &str) -> Piece {
    let (_, name) = relay.address.split_once("://").unwrap_or(("", &relay.address));
    // The log names a relay by where it comes from; `relay/` keeps it apart from every file's path.
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let path = CartPath::new(&format!("relay/{}", parts.join("/"))).or_else(|| CartPath::new("relay"));
    let path = path.expect("a plain name is a path");
    Piece {
        kind: Kind::Relay,
        title: relay.title.clone().unwrap_or_else(|| name.trim_end_matches('/').to_owned()),
        address: Some(relay.address.clone()),
        ..missing_piece(&path, directive)
    }
}

//! The catalogue: every file that is there, and every file that ought to be, each with its status.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::library::{
    Analysis, Approvals, Cart, CartPath, ContentHash, Defect, Kind, Manifest, Oddity, Priority, Sidecar, Sound, Status,
    Verdict,
};
use crate::time::{DateRange, Frames};

/// A file as the folder scan found it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub path: CartPath,
    /// When this content was first seen here.
    pub first_seen: Timestamp,
    pub state: FoundState,
}

/// How far the scan came with a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundState {
    /// Still being written.
    Copying,
    /// It is no file that could be taken up; `path` shows its name as far as it can be shown.
    Odd(Oddity),
    /// It could not even be read.
    Unreadable(Defect),
    /// Read to its end.
    Read { hash: ContentHash, analysis: Result<Analysis, Defect> },
}

/// What station.yaml rules about the library.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Whether a bulletin needs an approval.
    pub approval_required: bool,
    /// How long a bulletin without an end of its own may air, from its approval (or, where none is needed, from when
    /// it was first seen).
    pub expire_after: Option<Frames>,
    /// Whether the station trusts keys: then a ministry file airs only if a signed manifest names its content, or a named
    /// person approved it. Lying there first is not enough.
    pub signatures_asked: bool,
    /// Tags of this station; content for other tags does not belong to its catalogue.
    pub tags: Vec<String>,
    pub zone: TimeZone,
}

/// All carts by path, and what the manifest says of the set as a whole.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    carts: BTreeMap<CartPath, Cart>,
    pub manifest_title: String,
    /// How many files the ministry set should have.
    pub expected: u32,
}

impl Catalogue {
    #[must_use]
    pub fn get(&self, path: &CartPath) -> Option<&Cart> {
        self.carts.get(path)
    }

    pub fn carts(&self) -> impl Iterator<Item = &Cart> {
        self.carts.values()
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Cart> {
        self.carts().filter(move |cart| cart.kind == kind)
    }

    /// The names of all carts, for suggestions.
    pub fn paths(&self) -> impl Iterator<Item = &CartPath> {
        self.carts.keys()
    }
}

impl FromIterator<Cart> for Catalogue {
    fn from_iter<I: IntoIterator<Item = Cart>>(carts: I) -> Self {
        let carts = carts.into_iter().map(|cart| (cart.path.clone(), cart)).collect();
        Self { carts, ..Self::default() }
    }
}

/// Puts together what was found, what is expected and what people decided.
///
/// `sidecars` holds what each bulletin's sidecar says; a sidecar with mistakes stands as `None` and keeps its bulletin
/// off the air.
#[must_use]
pub fn assemble(
    found: &[Found],
    manifest: &Manifest,
    sidecars: &HashMap<CartPath, Option<Sidecar>>,
    approvals: &Approvals,
    rules: &Rules,
) -> Catalogue {
    let mut carts: BTreeMap<CartPath, Cart> = BTreeMap::new();
    for file in found {
        let cart = match file.path.kind() {
            Kind::Ministry => ministry_cart(file, manifest, approvals, rules),
            Kind::Bulletin => match bulletin_cart(file, sidecars.get(&file.path), approvals, rules) {
                Some(cart) => cart,
                None => continue,
            },
            _ => plain_cart(file),
        };
        carts.insert(cart.path.clone(), cart);
    }
    let present: HashSet<CartPath> = carts.keys().cloned().collect();
    for item in manifest.items.iter().filter(|item| !present.contains(&item.path)) {
        let mut cart = blank_cart(&item.path, Status::Missing);
        cart.title = item.title.clone().unwrap_or(cart.title);
        cart.language = item.language.clone().unwrap_or_default();
        cart.told_length = item.length;
        cart.directive.clone_from(&manifest.directive);
        carts.insert(item.path.clone(), cart);
    }
    Catalogue { carts, manifest_title: manifest.title.clone(), expected: manifest.expected }
}

fn blank_cart(path: &CartPath, fitness: Status) -> Cart {
    Cart {
        path: path.clone(),
        kind: path.kind(),
        title: path.title(),
        language: String::new(),
        directive: String::new(),
        valid: DateRange::default(),
        emphasis: false,
        priority: Priority::Normal,
        order: 0,
        repeat_every: None,
        fitness,
        sound: None,
        told_length: None,
    }
}

fn plain_cart(file: &Found) -> Cart {
    let blank = |fitness| blank_cart(&file.path, fitness);
    match &file.state {
        FoundState::Copying => blank(Status::Copying),
        FoundState::Odd(oddity) => blank(Status::Odd(oddity.clone())),
        FoundState::Unreadable(defect) | FoundState::Read { analysis: Err(defect), .. } => blank(unfit(defect)),
        FoundState::Read { hash, analysis: Ok(analysis) } => Cart {
            title: analysis.title.clone().unwrap_or_else(|| file.path.title()),
            language: analysis.language.clone().unwrap_or_default(),
            sound: Some(Sound {
                hash: hash.clone(),
                length: analysis.length,
                loudness: analysis.loudness,
                channels: analysis.channels,
                opposed: analysis.opposed,
            }),
            ..blank(if analysis.silent { Status::Silent } else { Status::Ok })
        },
    }
}

fn unfit(defect: &Defect) -> Status {
    match defect {
        Defect::Silent => Status::Silent,
        Defect::Unsupported { format } => Status::Unsupported { format: format.clone() },
        other => Status::Broken(other.clone()),
    }
}

fn ministry_cart(file: &Found, manifest: &Manifest, approvals: &Approvals, rules: &Rules) -> Cart {
    let mut cart = plain_cart(file);
    cart.directive.clone_from(&manifest.directive);
    cart.valid = manifest.valid;
    let item = manifest.item(&file.path);
    if let Some(item) = item {
        cart.title = item.title.clone().unwrap_or(cart.title);
        cart.language = item.language.clone().unwrap_or(cart.language);
        cart.emphasis = item.emphasis;
        cart.told_length = item.length;
    }
    let (Status::Ok, Some(sound)) = (&cart.fitness, &cart.sound) else { return cart };
    let told = item.and_then(|item| item.length).filter(|&length| shorter(sound.length, length));
    cart.fitness = match (told, item.and_then(|item| item.hash.as_ref())) {
        (Some(length), _) => {
            let (expected_secs, found_secs) = (length.as_secs_f64(), sound.length.as_secs_f64());
            Status::Broken(Defect::Truncated { expected_secs, found_secs })
        }
        (None, Some(hash)) if *hash == sound.hash => Status::Ok,
        (None, Some(_)) => Status::NotAsListed,
        (None, None) => approvals.standing(&file.path, &sound.hash, !rules.signatures_asked),
    };
    cart
}

/// Whether a file is so much shorter than the manifest says that it must be a half-copied one.
fn shorter(found: Frames, expected: Frames) -> bool {
    found + Frames::from_secs(1) < expected
}

fn bulletin_cart(
    file: &Found,
    sidecar: Option<&Option<Sidecar>>,
    approvals: &Approvals,
    rules: &Rules,
) -> Option<Cart> {
    let mut cart = plain_cart(file);
    let sidecar = match sidecar {
        Some(Some(sidecar)) => sidecar.clone(),
        Some(None) => {
            cart.fitness = Status::BadSidecar;
            Sidecar::default()
        }
        None => Sidecar::default(),
    };
    if !sidecar.tags.is_empty() && !sidecar.tags.iter().any(|tag| rules.tags.contains(tag)) {
        return None;
    }
    cart.title = sidecar.title.unwrap_or(cart.title);
    cart.language = sidecar.language.unwrap_or(cart.language);
    cart.directive = sidecar.directive.unwrap_or_default();
    cart.valid = sidecar.valid;
    (cart.priority, cart.order) = (sidecar.priority, sidecar.order);
    cart.repeat_every = sidecar.repeat_every;
    if sidecar.silence && cart.fitness == Status::Silent {
        cart.fitness = Status::Ok;
    }
    let mut counts_since = file.first_seen;
    if let (Status::Ok, Some(sound)) = (&cart.fitness, &cart.sound) {
        match approvals.on(&cart.path, &sound.hash) {
            Some(decision) if decision.verdict == Verdict::Approved => counts_since = decision.at,
            Some(decision) => cart.fitness = Status::Unapproved { rejected_by: Some(decision.by.clone()) },
            None if !rules.approval_required => {}
            None if approvals.was_approved(&cart.path) => cart.fitness = Status::Changed,
            None => cart.fitness = Status::Unapproved { rejected_by: None },
        }
    }
    if let (None, Some(after)) = (cart.valid.until, rules.expire_after) {
        let last = counts_since.checked_add(after.duration()).unwrap_or(Timestamp::MAX);
        cart.valid.until = Some(rules.zone.to_datetime(last).date());
    }
    Some(cart)
}

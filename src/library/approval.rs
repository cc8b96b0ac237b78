//! Which content may air at a path: what a named person decided on it, and what was accepted there before.
//!
//! A programme a commune makes itself airs only when approved by a named person (e.g. Huế 29/2021/QĐ-UBND); the approval
//! holds for the very bytes that were heard by that person. A ministry file was approved upstream: nobody has to listen
//! to it, so the content that was taken first is pinned, and whatever comes after it under the same name has to be
//! approved like a bulletin.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::library::{Cart, CartPath, Catalogue, ContentHash, Kind, Manifest, Status};
use crate::time::Frames;

/// What somebody decided about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    Rejected,
}

/// One decision, bound to the content that was decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub path: CartPath,
    pub hash: ContentHash,
    pub verdict: Verdict,
    pub by: String,
    pub at: Timestamp,
}

/// The content that was accepted of a ministry file: as it was first seen whole, or as a manifest named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    pub path: CartPath,
    pub hash: ContentHash,
    pub length: Frames,
    pub at: Timestamp,
}

/// A copy that stalls looks like a whole file. For so long after it was pinned a longer content counts as the rest of
/// the same copy.
const STILL_ARRIVING: SignedDuration = SignedDuration::from_mins(10);

impl Pin {
    /// Whether what is there now can be the rest of a copy that stalled when it was pinned.
    fn grew_into(&self, length: Frames, now: Timestamp) -> bool {
        let since = now.duration_since(self.at);
        length > self.length && !since.is_negative() && since <= STILL_ARRIVING
    }
}

/// The latest decision on each content, which paths were ever approved, and what is pinned.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    latest: HashMap<(CartPath, ContentHash), Approval>,
    known: HashMap<CartPath, ContentHash>,
    pinned: HashMap<CartPath, Pin>,
}

impl Approvals {
    /// From all decisions, oldest first; of two on the same content the later counts.
    #[must_use]
    pub fn from_history(history: impl IntoIterator<Item = Approval>) -> Self {
        let mut approvals = Self::default();
        for decision in history {
            if decision.verdict == Verdict::Approved {
                approvals.known.insert(decision.path.clone(), decision.hash.clone());
            }
            approvals.latest.insert((decision.path.clone(), decision.hash.clone()), decision);
        }
        approvals
    }

    /// With these pins, oldest first; of two at one path the later counts.
    #[must_use]
    pub fn with_pins(mut self, pins: impl IntoIterator<Item = Pin>) -> Self {
        self.pinned.extend(pins.into_iter().map(|pin| (pin.path.clone(), pin)));
        self
    }

    /// The decision on this very content at this path.
    #[must_use]
    pub fn on(&self, path: &CartPath, hash: &ContentHash) -> Option<&Approval> {
        self.latest.get(&(path.clone(), hash.clone()))
    }

    /// Whether some content at this path was approved once.
    #[must_use]
    pub fn was_approved(&self, path: &CartPath) -> bool {
        self.known.contains_key(path)
    }

    /// The content pinned at this path.
    #[must_use]
    pub fn pinned(&self, path: &CartPath) -> Option<&Pin> {
        self.pinned.get(path)
    }

    /// All that is pinned, in no order.
    pub fn pins(&self) -> impl Iterator<Item = &Pin> {
        self.pinned.values()
    }

    /// How a ministry file stands of which no manifest names the content. With `first_sight_counts` a content airs at a
    /// path where nothing was accepted before.
    #[must_use]
    pub fn standing(&self, path: &CartPath, hash: &ContentHash, first_sight_counts: bool) -> Status {
        match (self.on(path, hash), self.pinned(path)) {
            (Some(decision), _) if decision.verdict == Verdict::Approved => Status::Ok,
            (Some(decision), _) => Status::Unapproved { rejected_by: Some(decision.by.clone()) },
            (None, Some(pin)) if pin.hash == *hash => Status::Ok,
            (None, Some(_)) => Status::Changed,
            (None, None) if self.was_approved(path) => Status::Changed,
            (None, None) if first_sight_counts => Status::Ok,
            (None, None) => Status::Unapproved { rejected_by: None },
        }
    }
}

/// What of the ministry set is to be pinned, as the catalogue has it: what is seen whole for the first time, what the
/// manifest names other than it was before, and what was still being copied when it was pinned.
///
/// What a person approved is not pinned: the approval names it already.
#[must_use]
pub fn to_be_pinned(
    catalogue: &Catalogue,
    manifest: &Manifest,
    approvals: &Approvals,
    first_sight_counts: bool,
    now: Timestamp,
) -> Vec<Pin> {
    let pin = |cart: &Cart| {
        let sound = cart.sound.as_ref()?;
        let pinned = approvals.pinned(&cart.path);
        let named = manifest.hash_of(&cart.path) == Some(&sound.hash);
        let due = match (&cart.fitness, pinned) {
            (Status::Ok, None) => named || approvals.on(&cart.path, &sound.hash).is_none(),
            (Status::Ok, Some(pin)) => named && pin.hash != sound.hash,
            (Status::Changed, Some(pin)) => first_sight_counts && pin.grew_into(sound.length, now),
            _ => false,
        };
        let (path, hash, length) = (cart.path.clone(), sound.hash.clone(), sound.length);
        due.then_some(Pin { path, hash, length, at: now })
    };
    catalogue.of(Kind::Ministry).filter_map(pin).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use jiff::tz::TimeZone;

    use super::*;
    use crate::library::{Analysis, Found, FoundState, Loudness, ManifestItem, Rules, assemble};

    const PATH: &str = "ministry/05.mp3";

    fn path() -> CartPath {
        CartPath::new(PATH).unwrap()
    }

    fn hash(digit: &str) -> ContentHash {
        ContentHash::new(&digit.repeat(64)).unwrap()
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_second(1_600_000_000 + secs).unwrap()
    }

    /// A home with one ministry file.
    struct Set {
        manifest: Manifest,
        approvals: Approvals,
        signatures_asked: bool,
    }

    impl Set {
        fn new() -> Self {
            Self { manifest: Manifest::default(), approvals: Approvals::default(), signatures_asked: false }
        }

        fn naming(mut self, digit: Option<&str>) -> Self {
            let hash = digit.map(hash);
            let item = ManifestItem { path: path(), title: None, language: None, length: None, hash, emphasis: false };
            self.manifest.items = vec![item];
            self
        }

        fn decided(mut self, digit: &str, verdict: Verdict) -> Self {
            let decision = Approval { path: path(), hash: hash(digit), verdict, by: "A".to_owned(), at: at(0) };
            let pins: Vec<Pin> = self.approvals.pins().cloned().collect();
            self.approvals = Approvals::from_history([decision]).with_pins(pins);
            self
        }

        /// What becomes of the file with this content, as the station looks at it.
        fn sees(&mut self, digit: &str, secs: u64, now: i64) -> &'static str {
            let loudness = Loudness { lufs: Some(-18.0), true_peak_dbtp: -6.0 };
            let length = Frames::from_secs(secs);
            let analysis =
                Analysis { length, loudness, channels: 1, opposed: false, silent: false, title: None, language: None };
            let state = FoundState::Read { hash: hash(digit), analysis: Ok(analysis) };
            let found = [Found { path: path(), first_seen: at(0), state }];
            let rules = Rules {
                approval_required: true,
                expire_after: None,
                signatures_asked: self.signatures_asked,
                tags: Vec::new(),
                zone: TimeZone::UTC,
            };
            let look = |set: &Self| assemble(&found, &set.manifest, &HashMap::new(), &set.approvals, &rules);
            let catalogue = look(self);
            let pins = to_be_pinned(&catalogue, &self.manifest, &self.approvals, !self.signatures_asked, at(now));
            self.approvals = std::mem::take(&mut self.approvals).with_pins(pins);
            let catalogue = look(self);
            catalogue.get(&path()).unwrap().fitness.name()
        }
    }

    #[test]
    fn first_sight_pins_and_other_bytes_have_to_be_approved() {
        let mut set = Set::new();
        assert_eq!(set.sees("a", 60, 0), "ok");
        assert_eq!(set.sees("b", 60, 1), "changed");
        assert_eq!(set.sees("a", 60, 2), "ok", "the same bytes again are no change");
        let mut set = set.decided("b", Verdict::Approved);
        assert_eq!(set.sees("b", 60, 3), "ok");
        assert_eq!(set.approvals.pinned(&path()).unwrap().hash, hash("a"), "the approval names it already");
        let mut set = set.decided("a", Verdict::Rejected);
        assert_eq!(set.sees("a", 60, 4), "unapproved", "a wrong file that was there first is turned away by name");
    }

    #[test]
    fn what_was_approved_before_anybody_looked_counts_as_the_first() {
        let mut set = Set::new().decided("a", Verdict::Approved);
        assert_eq!(set.sees("b", 60, 0), "changed");
        assert_eq!(set.sees("a", 60, 0), "ok");
    }

    #[test]
    fn the_manifest_rules_over_pins_and_approvals() {
        let mut set = Set::new();
        assert_eq!(set.sees("a", 60, 0), "ok");
        let mut set = set.naming(Some("b")).decided("a", Verdict::Approved);
        assert_eq!(set.sees("a", 60, 1), "changed");
        let mut set = set.decided("b", Verdict::Rejected);
        assert_eq!(set.sees("b", 60, 2), "ok");
        let mut set = set.naming(None).decided("c", Verdict::Rejected);
        assert_eq!(set.sees("b", 60, 3), "ok", "a manifest that names no content any more leaves what was accepted");
        assert_eq!(set.sees("a", 60, 4), "changed");
    }

    #[test]
    fn a_copy_that_stalled_goes_on() {
        let mut set = Set::new();
        assert_eq!(set.sees("a", 20, 0), "ok", "half of it, and nobody can tell");
        assert_eq!(set.sees("b", 60, 30), "ok");
        assert_eq!(set.sees("c", 60, 40), "changed", "no longer, but other");
        assert_eq!(set.sees("c", 90, 30 + 601), "changed", "too late to be the same copy");
        assert_eq!(set.sees("c", 90, 29), "changed", "a clock that was set back proves nothing");
    }

    #[test]
    fn where_signatures_are_asked_for_lying_there_is_not_enough() {
        let mut set = Set { signatures_asked: true, ..Set::new() };
        assert_eq!(set.sees("a", 60, 0), "unapproved");
        assert_eq!(set.approvals.pinned(&path()), None);
        let mut set = set.naming(Some("a"));
        assert_eq!(set.sees("a", 60, 0), "ok");
        let mut set = Set { manifest: Manifest::default(), ..set };
        assert_eq!(set.sees("a", 60, 1), "ok", "accepted with the manifest of before");
        assert_eq!(set.sees("b", 90, 2), "changed", "nothing grows by itself there");
        let mut set = set.decided("b", Verdict::Approved);
        assert_eq!(set.sees("b", 90, 3), "ok", "a named person vouches");
    }
}

//! What comes next: asking the planner, and beginning a session when it is due.

use jiff::{SignedDuration, Timestamp};

use crate::airtime::Reason;
use crate::planner::{DayPlan, Desk, plan_day};
use crate::rundown::{Origin, Rundown};
use crate::station::on_air::OnAir;
use crate::time;
use crate::words::Notice;

/// A session that began so long ago is joined in the middle.
const LATE: SignedDuration = SignedDuration::from_secs(1);

impl OnAir {
    /// What planning looks at.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            orders: &self.papers.orders,
            catalogue: &self.catalogue,
            level: self.level.as_deref(),
            loudness: self.papers.config.loudness,
        }
    }

    /// The plan of the day the next session belongs to.
    #[must_use]
    pub fn plan(&self) -> Option<&DayPlan> {
        self.plan.as_ref()
    }

    /// The next session, as planned from now on.
    pub(in crate::station) fn next(&mut self, now: Timestamp) -> Option<&Rundown> {
        let today = self.today(now);
        let gone = |plan: &DayPlan| plan.rundowns.first().is_some_and(|next| next.span.end <= now);
        let of_the_past = |plan: &DayPlan| plan.date < today && plan.rundowns.is_empty();
        if self.plan.as_ref().is_none_or(|plan| of_the_past(plan) || gone(plan)) {
            self.plan = Some(self.plan_ahead(now));
            self.note_plan();
            self.announce_next();
        }
        self.plan.as_ref().and_then(|plan| plan.rundowns.first())
    }

    /// Says what comes next, when that is news.
    fn announce_next(&mut self) {
        let next = self.plan.as_ref().and_then(|plan| plan.rundowns.first());
        let notice = match next {
            Some(next) => Notice::Next { title: next.title.clone(), at: self.shown(next.span.start) },
            None => Notice::NothingAhead,
        };
        if self.announced.as_ref() != Some(&notice) {
            self.notices.push(notice.clone());
            self.announced = Some(notice);
        }
    }

    /// The first of today, tomorrow and the day after that still has a session; today if none has. Before them
    /// yesterday, as far as a session of it reaches across midnight.
    fn plan_ahead(&self, now: Timestamp) -> DayPlan {
        let ready_at = time::later(now, self.lead());
        let today = self.today(now);
        let plan = |date| {
            let mut plan = plan_day(&self.desk(), date, ready_at, &self.begun, &self.history);
            // What yesterday fell short of is not made up today.
            plan.rundowns.retain(|rundown| date >= today || rundown.origin == Origin::Scheduled);
            plan
        };
        let yesterday = today.yesterday().unwrap_or(today);
        let mut days = yesterday.series(jiff::Span::new().days(1)).take(4).map(plan);
        days.find(|plan| !plan.rundowns.is_empty()).unwrap_or_else(|| plan(today))
    }

    /// When the next session begins, as far as it is planned.
    #[must_use]
    pub fn next_start(&self) -> Option<Timestamp> {
        self.plan.as_ref().and_then(|plan| plan.rundowns.first()).map(|next| next.span.start)
    }

    /// Whether the next session begins within the output's lead. Never while the station is being stopped.
    pub(super) fn next_is_near(&mut self, now: Timestamp) -> bool {
        let ready_at = time::later(now, self.lead());
        !self.stopping && self.next(now).is_some_and(|next| next.span.start <= ready_at)
    }

    /// Whether a zone has to stay open for the next session.
    pub(super) fn is_wanted_soon(&mut self, zone: usize, now: Timestamp) -> bool {
        let near = !self.is_silenced() && self.next_is_near(now);
        near && self.next(now).cloned().is_some_and(|next| self.zones_of(&next).contains(&zone))
    }

    pub(super) fn begin_what_is_due(&mut self, now: Timestamp) {
        if !self.next_is_near(now) {
            return;
        }
        let ready_at = time::later(now, self.lead());
        // Planned afresh from what has aired by now, and from the files that are there by now.
        self.plan = None;
        let Some(rundown) = self.next(now).cloned() else { return };
        if rundown.span.start <= ready_at {
            self.plan = None;
            if self.has_begun(&rundown) {
                return;
            }
            if rundown.span.start.checked_add(LATE).is_ok_and(|late| late < now) {
                self.join(now, rundown, Reason::Clock);
            } else {
                self.begin(now, rundown);
            }
        }
    }
}

//! What people write: YAML in which every value knows its place, and every mistake that can be made in it.
//!
//! Schedules, sidecars, the manifest and station.yaml are read through this room. It knows the notation and the
//! mistakes; what the values mean is known to the stage that reads them. A mistake is a value ([`Problem`]), its
//! wording stands in `words`.

mod fault;
mod problem;
mod source;
mod standing;
mod values;

pub use fault::{CronFault, Fault, TrustFault};
pub use problem::{Place, Problem, Severity};
pub(crate) use source::nearest;
pub use source::{Placed, Source};
pub use standing::Standing;
pub use values::{MISTAKES_MAX, ValidFile, Values};

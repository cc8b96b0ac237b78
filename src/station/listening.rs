//! `proof:` in station.yaml: which input listens to what the loudspeakers say.

use serde::Deserialize;

use crate::written::{Placed, Values};

/// `proof: { capture: ID }`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofFile {
    capture: Option<Placed<String>>,
}

impl ProofFile {
    /// The id of the input; none where nothing listens.
    pub(super) fn capture(&self, values: &mut Values) -> Option<String> {
        self.capture.as_ref().and_then(|id| values.text("capture", id))
    }
}

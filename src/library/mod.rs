//! What can be played: files with what is known of them, the ministry's manifest and who signed it, bulletins, and which
//! content was approved or accepted.
//!
//! The equipment finds files and measures them; the operator's words come from sidecars and the manifest; this room
//! puts both together into a [`Catalogue`] in which every file, present or only expected, has a status and a reason.

mod approval;
mod arrival;
mod bulletin;
mod cart;
mod catalogue;
mod defect;
mod loudness;
mod manifest;
mod oddity;
mod signature;

pub use approval::{Approval, Approvals, Pin, Verdict, to_be_pinned};
pub use arrival::{Refusal, fits_a_disk, kept_path, refused_by_manifest, same_name_key};
pub use bulletin::{Priority, Sidecar, read_sidecar};
pub use cart::{Analysis, Cart, CartPath, Caution, ContentHash, Kind, Sound, Status};
pub use catalogue::{Catalogue, Found, FoundState, Rules, assemble};
pub use defect::{Defect, Undoing};
pub use loudness::{Level, Loudness, factor};
pub use manifest::{Accepted, Manifest, ManifestItem, Trust, read_manifest, read_trusted};
pub use oddity::Oddity;
pub use signature::{KeyId, TrustedKey};

//! What can be played: files with what is known of them, the ministry's manifest, bulletins and their approval.
//!
//! The equipment finds files and measures them; the operator's words come from sidecars and the manifest; this room
//! puts both together into a [`Catalogue`] in which every file, present or only expected, has a status and a reason.

mod arrival;
mod bulletin;
mod cart;
mod catalogue;
mod defect;
mod loudness;
mod manifest;

pub use arrival::{Refusal, fits_a_disk, kept_path, refused_by_manifest, same_name_key};
pub use bulletin::{Approval, Approvals, Priority, Sidecar, Verdict, read_sidecar};
pub use cart::{Analysis, Cart, CartPath, Caution, ContentHash, Kind, Sound, Status};
pub use catalogue::{Catalogue, Found, FoundState, Rules, assemble};
pub use defect::{Defect, Undoing};
pub use loudness::{Level, Loudness, factor};
pub use manifest::{Manifest, ManifestItem, read_manifest};

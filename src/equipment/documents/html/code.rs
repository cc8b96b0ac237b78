//! A QR code as a drawing (SVG).

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::report::Qr;

/// The code, one unit a module; what it is about, for whoever listens to the page.
pub fn code(qr: &Qr, about: &str) -> Markup {
    let side = qr.side() + 2 * Qr::BORDER;
    html! {
        svg.code viewBox={ "0 0 " (side) " " (side) } role="img" aria-label={ "QR: " (about) } {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(outline(qr)) fill="#000" shape-rendering="crispEdges" {}
        }
    }
}

/// Each stretch of dark modules as a bar one module high.
fn outline(qr: &Qr) -> String {
    let mut path = String::new();
    for (x, y, length) in qr.runs() {
        let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + Qr::BORDER, y + Qr::BORDER);
    }
    path
}

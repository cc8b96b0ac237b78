//! Pages become the bytes of a PDF. The same pages give the same bytes: nothing here knows the day.

use krilla::Data;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::equipment::documents::fonts::Face;
use crate::equipment::documents::pdf::form::{BLACK, Colour, LEFT, TOP, sheet};
use crate::equipment::documents::pdf::lines::{Line, plain};
use crate::equipment::documents::pdf::pages::Page;
use crate::equipment::documents::pdf::strip::{Area, Mark, Strip};
use crate::report::Document;

/// The pages of the document, its fonts and properties, as one file.
///
/// # Errors
/// What the library cannot write, in its words.
pub fn print(document: &Document, pages: &[Page]) -> Result<Vec<u8>, String> {
    let fonts = fonts()?;
    let mut file = krilla::Document::new();
    file.set_metadata(properties(document));
    let (width, height) = sheet(document.orientation);
    for page in pages {
        let settings = PageSettings::from_wh(width, height).ok_or("no sheet has this size")?;
        let mut sheet = file.start_page_with(settings);
        let mut press = Press { surface: sheet.surface(), fonts: &fonts };
        for (depth, strip) in page {
            press.strip(strip, TOP + depth);
        }
    }
    file.finish().map_err(|error| error.to_string())
}

fn fonts() -> Result<[Font; 4], String> {
    let [regular, bold, italic, bold_italic] =
        Face::ALL.map(|face| Font::new(Data::from(face.file()), 0).ok_or("a font cannot be read"));
    Ok([regular?, bold?, italic?, bold_italic?])
}

/// A property is one line.
fn properties(document: &Document) -> Metadata {
    let line = |text: &str| plain(text).replace('\n', " ");
    Metadata::new()
        .title(line(&document.title))
        .authors(vec![line(&document.author)])
        .language(document.language.to_owned())
        .creator("loaphuong".to_owned())
}

struct Press<'a> {
    surface: Surface<'a>,
    fonts: &'a [Font; 4],
}

impl Press<'_> {
    /// Prints a strip this far below the upper edge of the sheet.
    fn strip(&mut self, strip: &Strip, y: f32) {
        for mark in &strip.marks {
            match mark {
                Mark::Text { x, foot, line } => self.text(LEFT + x, y + foot, line),
                Mark::Rule { from, to, width, colour } => {
                    self.rule((LEFT + from.0, y + from.1), (LEFT + to.0, y + to.1), *width, *colour);
                }
                Mark::Fill { boxes, colour } => self.fill(boxes, (LEFT, y), *colour),
            }
        }
    }

    fn text(&mut self, x: f32, foot: f32, line: &Line) {
        let glyphs: Vec<KrillaGlyph> = line
            .glyphs
            .iter()
            .map(|glyph| {
                let (x, y) = glyph.shift;
                KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, x, y, 0.0, glyph.bytes.clone(), None)
            })
            .collect();
        let face = self.fonts[line.set.face as usize].clone();
        self.ink(Some(solid(BLACK)), None);
        self.surface.draw_glyphs(Point::from_xy(x, foot), &glyphs, face, &line.text, line.set.size, false);
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Colour) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        self.ink(None, Some(Stroke { paint: solid(colour).paint, width, ..Stroke::default() }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// As one path: between boxes that touch no seam can be seen.
    fn fill(&mut self, boxes: &[Area], (left, top): (f32, f32), colour: Colour) {
        let mut path = PathBuilder::new();
        for area in boxes {
            if let Some(rect) = Rect::from_xywh(left + area.x, top + area.y, area.width, area.height) {
                path.push_rect(rect);
            }
        }
        self.ink(Some(solid(colour)), None);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn ink(&mut self, fill: Option<Fill>, stroke: Option<Stroke>) {
        self.surface.set_fill(fill);
        self.surface.set_stroke(stroke);
    }
}

fn solid([red, green, blue]: Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

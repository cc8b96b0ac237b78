//! Texts become glyphs: which of the font's shapes stand for them, and how wide each is.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use harfrust::{Direction, Feature, FontRef, ShaperData, Tag, UnicodeBuffer, script};

use crate::equipment::documents::fonts::Face;

/// What a text is set in: a face, and its size in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    pub face: Face,
    pub size: f32,
}

impl Type {
    /// From the line the letters stand on up to the top of the highest and down to the foot of the lowest, in sizes.
    const ASCENT: f32 = 0.891;
    const DESCENT: f32 = 0.216;

    pub fn ascent(self) -> f32 {
        self.size * Self::ASCENT
    }

    pub fn descent(self) -> f32 {
        self.size * Self::DESCENT
    }

    /// The same size in another face.
    pub const fn face(self, face: Face) -> Self {
        Self { face, ..self }
    }

    /// The same face in another size.
    pub const fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }
}

/// One shape of the font. Lengths in sizes of the type.
#[derive(Clone, Debug)]
pub struct Glyph {
    pub id: u32,
    pub advance: f32,
    /// From where it would stand by itself: a mark over its letter.
    pub shift: (f32, f32),
    /// The letters it stands for, as bytes of the text.
    pub bytes: Range<usize>,
}

/// The four faces, ready to set texts in. Words that came before are remembered.
pub struct Letters {
    cuts: [Cut; 4],
}

struct Cut {
    font: FontRef<'static>,
    shaper: ShaperData,
    /// Units of the font in one size of the type.
    units: f32,
    known: RefCell<HashMap<String, Rc<[Glyph]>>>,
}

impl Letters {
    /// # Errors
    /// A font that cannot be read, in the library's words.
    pub fn new() -> Result<Self, String> {
        let [regular, bold, italic, bold_italic] = Face::ALL.map(Cut::new);
        Ok(Self { cuts: [regular?, bold?, italic?, bold_italic?] })
    }

    /// The glyphs of a text without line breaks. A letter the font lacks becomes the font's empty box.
    pub fn shape(&self, face: Face, text: &str) -> Rc<[Glyph]> {
        let cut = &self.cuts[face as usize];
        if let Some(glyphs) = cut.known.borrow().get(text) {
            return Rc::clone(glyphs);
        }
        let glyphs: Rc<[Glyph]> = cut.shape(text).into();
        cut.known.borrow_mut().insert(text.to_owned(), Rc::clone(&glyphs));
        glyphs
    }

    /// How wide a text is in one line, in points.
    pub fn width(&self, text: &str, set: Type) -> f32 {
        self.shape(set.face, text).iter().map(|glyph| glyph.advance).sum::<f32>() * set.size
    }

    /// The type, made smaller as far as `least` points if the widest of the texts needs it.
    pub fn fitted<'a>(&self, texts: impl Iterator<Item = &'a str>, set: Type, width: f32, least: f32) -> Type {
        let widest = texts.map(|text| self.width(text, set)).fold(0.0, f32::max);
        if widest <= width { set } else { set.size((set.size * width / widest).max(least)) }
    }
}

impl Cut {
    fn new(face: Face) -> Result<Self, String> {
        let font = FontRef::new(face.file()).map_err(|error| error.to_string())?;
        let shaper = ShaperData::new(&font);
        #[expect(clippy::cast_precision_loss, reason = "2,048 in this font, at most 16,384 in any")]
        let units = shaper.shaper(&font).build().units_per_em() as f32;
        Ok(Self { font, shaper, units, known: RefCell::default() })
    }

    /// Without ligatures: other programs set Times New Roman without, and a search for "fi" finds its letters.
    fn shape(&self, text: &str) -> Vec<Glyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_script(script::LATIN);
        buffer.set_direction(Direction::LeftToRight);
        let options = harfrust::ShapeOptions::new();
        let plain = [Feature::new(Tag::new(b"liga"), 0, ..)];
        let shaped = self.shaper.shaper(&self.font).build().shape(buffer, options.features(&plain));
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let after = |index: usize| starts[index..].iter().copied().find(|&next| next > starts[index]);
        let ends = (0..starts.len()).map(|index| after(index).unwrap_or(text.len()));
        let places = shaped.glyph_positions().iter().zip(shaped.glyph_infos());
        places
            .zip(starts.iter().zip(ends))
            .map(|((place, info), (&start, end))| Glyph {
                id: info.glyph_id,
                advance: self.in_sizes(place.x_advance),
                shift: (self.in_sizes(place.x_offset), self.in_sizes(place.y_offset)),
                bytes: start..end,
            })
            .collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "a glyph is some thousand units wide")]
    fn in_sizes(&self, units: i32) -> f32 {
        units as f32 / self.units
    }
}

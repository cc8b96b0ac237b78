//! Texts become lines: broken where Unicode allows it (UAX #14), and anywhere where a word is longer than a line.

use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::UnicodeNormalization as _;

use crate::equipment::documents::pdf::form::times;
use crate::equipment::documents::pdf::letters::{Glyph, Letters, Type};

/// A hair more than a line's width is no reason to break it: sums of widths are rounded.
const TOLERANCE: f32 = 0.01;
/// More lines than this are running text, which nobody balances.
const BALANCED_MOST: usize = 6;

/// One line, as it will be printed.
#[derive(Clone, Debug)]
pub struct Line {
    pub set: Type,
    pub text: String,
    pub glyphs: Vec<Glyph>,
    /// In points, as it is set by itself.
    pub width: f32,
    /// How far in it begins.
    pub indent: f32,
    /// The last of its paragraph, never stretched.
    pub ends: bool,
}

impl Line {
    fn new(set: Type, indent: f32) -> Self {
        Self { set, text: String::new(), glyphs: Vec::new(), width: 0.0, indent, ends: false }
    }

    fn push(&mut self, text: &str, glyphs: &[Glyph]) {
        let offset = self.text.len();
        self.text.push_str(text);
        self.width += width(glyphs) * self.set.size;
        self.glyphs.extend(glyphs.iter().map(|glyph| {
            let bytes = glyph.bytes.start + offset..glyph.bytes.end + offset;
            Glyph { bytes, ..glyph.clone() }
        }));
    }

    /// Widens the spaces until the line is as long as the column.
    pub fn stretch_to(&mut self, column: f32) {
        let text = &self.text;
        // What binds a dash or a number to the next word stays as it is.
        let is_space = |glyph: &Glyph| &text[glyph.bytes.clone()] == " ";
        let spaces = self.glyphs.iter().filter(|glyph| is_space(glyph)).count();
        let missing = column - self.indent - self.width;
        if spaces == 0 || missing <= 0.0 {
            return;
        }
        let each = missing / times(spaces) / self.set.size;
        for glyph in self.glyphs.iter_mut().filter(|glyph| is_space(glyph)) {
            glyph.advance += each;
        }
        self.width += missing;
    }
}

fn width(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}

/// The text as it is set: composed letters (NFC), so that a search finds them, and no control characters but line
/// breaks.
pub fn plain(text: &str) -> String {
    let one_break = text.replace("\r\n", "\n");
    let visible = one_break.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c });
    visible.nfc().collect()
}

impl Letters {
    /// The lines of a text in a column of this width, in points; none for an empty text.
    pub fn lines(&self, text: &str, set: Type, width: f32) -> Vec<Line> {
        self.paragraph(text, set, width, 0.0)
    }

    /// The same number of lines, as equal in length as can be: centred texts leave no single word behind.
    pub fn balanced(&self, text: &str, set: Type, width: f32) -> Vec<Line> {
        let mut best = self.lines(text, set, width);
        if !(2..=BALANCED_MOST).contains(&best.len()) {
            return best;
        }
        let (mut narrow, mut wide) = (0.0, width);
        while wide - narrow > 1.0 {
            let middle = f32::midpoint(narrow, wide);
            let lines = self.lines(text, set, middle);
            if lines.len() == best.len() {
                (best, wide) = (lines, middle);
            } else {
                narrow = middle;
            }
        }
        best
    }

    /// The same with the first line indented.
    pub fn paragraph(&self, text: &str, set: Type, width: f32, indent: f32) -> Vec<Line> {
        let text = plain(text);
        let mut composer =
            Composer { letters: self, width, line: Line::new(set, indent), spaces: "", lines: Vec::new() };
        let mut start = 0;
        for (end, opportunity) in linebreaks(&text) {
            composer.word(&text[start..end]);
            if opportunity == BreakOpportunity::Mandatory {
                composer.end_line(true);
            }
            start = end;
        }
        composer.lines
    }
}

/// Fills line after line, each as far as it goes.
struct Composer<'a> {
    letters: &'a Letters,
    width: f32,
    line: Line,
    /// What comes before the next word, unless the line ends there.
    spaces: &'a str,
    lines: Vec<Line>,
}

impl<'a> Composer<'a> {
    /// Takes a word with the spaces after it.
    fn word(&mut self, word: &'a str) {
        let word = word.trim_end_matches(['\n', '\u{2028}', '\u{2029}']);
        let letters = word.trim_end_matches(' ');
        let glyphs = self.letters.shape(self.line.set.face, letters);
        let spaces = self.letters.shape(self.line.set.face, self.spaces);
        let needed = (width(&spaces) + width(&glyphs)) * self.line.set.size;
        if !self.line.glyphs.is_empty() && needed > self.room() {
            self.end_line(false);
        } else {
            self.line.push(self.spaces, &spaces);
        }
        if width(&glyphs) * self.line.set.size > self.room() {
            self.torn(letters, &glyphs);
        } else {
            self.line.push(letters, &glyphs);
        }
        self.spaces = &word[letters.len()..];
    }

    /// A word that is longer than a line: as many letters in each as it takes, at least one.
    fn torn(&mut self, word: &str, glyphs: &[Glyph]) {
        for cluster in glyphs.chunk_by(|one, next| one.bytes == next.bytes) {
            if !self.line.glyphs.is_empty() && width(cluster) * self.line.set.size > self.room() {
                self.end_line(false);
            }
            let bytes = cluster[0].bytes.clone();
            let own = |glyph: &Glyph| Glyph { bytes: 0..bytes.len(), ..glyph.clone() };
            self.line.push(&word[bytes.clone()], &cluster.iter().map(own).collect::<Vec<_>>());
        }
    }

    fn room(&self) -> f32 {
        self.width - self.line.indent - self.line.width + TOLERANCE
    }

    fn end_line(&mut self, ends: bool) {
        let next = Line::new(self.line.set, 0.0);
        self.lines.push(Line { ends, ..std::mem::replace(&mut self.line, next) });
        self.spaces = "";
    }
}

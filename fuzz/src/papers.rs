//! What people write, read as the station reads it, with every mistake said.

use loaphuong::words::{Lang, Say};
use loaphuong::written::{MISTAKES_MAX, Problem, Source};

/// The bytes as a file of the home; none if it is no text of ours.
pub fn source(name: &str, bytes: &[u8]) -> Option<Source> {
    Source::new(name, bytes.to_vec()).map_err(|problem| tell(&problem)).ok()
}

/// A text of our own as a file of the home.
pub fn text(name: &str, text: &str) -> Source {
    source(name, text.as_bytes()).expect("a text")
}

/// What `reader` makes of a file. What is refused has a reason, and the reason a place in the file.
pub fn read<T>(source: &Source, reader: impl Fn(&Source) -> Result<T, Vec<Problem>>) -> Option<T> {
    match reader(source) {
        Ok(meant) => Some(meant),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason");
            assert!(problems.len() <= MISTAKES_MAX + 1, "more than anybody reads");
            let lines = source.text().lines().count() as u64;
            for problem in problems {
                // A file may end too early: right behind its last line.
                assert!(problem.place.is_none_or(|place| place.line <= lines + 1), "{}", problem.spot());
                tell(&problem);
            }
            None
        }
    }
}

/// Says it in both languages.
pub fn tell(what: &impl Say) {
    for lang in [Lang::Vi, Lang::En] {
        assert!(!what.say(lang).is_empty());
    }
}

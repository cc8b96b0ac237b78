//! Holds the house in order: which room may name which, and habits that a compiler does not check.
//!
//! The rooms stand in the order the data flows. A stage names only stages before it; nothing but the station joins
//! stages and equipment. Each message says which line offends, why, and where the thing belongs.

use std::fs;
use std::path::{Path, PathBuf};

/// Pure: no clock, disk, network or thread. Each may name those before it.
const STAGES: [&str; 14] = [
    "time",
    "written",
    "library",
    "schedule",
    "rundown",
    "planner",
    "proof",
    "airtime",
    "playout",
    "amplifier",
    "alarm",
    "doctor",
    "words",
    "report",
];
/// What stands around the stages; each may name everything before it.
const AROUND: [&str; 3] = ["equipment", "station", "cli"];
/// Macros stand at the root of the crate, but belong to a room.
const MACROS: [(&str, &str); 2] = [("say", "words"), ("closed_set", "airtime")];
/// What all equipment shares.
const EQUIPMENT_SHARED: [&str; 6] = ["Live", "News", "Owner", "Pcm", "Stamp", "StationTime"];
const LINES_MAX: usize = 400;
const NO_NAMES: [&str; 6] = ["utils", "util", "helpers", "common", "misc", "manager"];

/// One file of `src/`, with comments blanked out and everything from its tests on cut off.
struct File {
    /// Relative to `src/`.
    path: String,
    text: String,
    code: String,
}

impl File {
    fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let code = without_comments(&text);
        let tests = code.find("#[cfg(test)]\nmod tests {").unwrap_or(code.len());
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let is_tests = path.ends_with("tests.rs") || path.contains("/tests/");
        let code = if is_tests { String::new() } else { code[..tests].to_owned() };
        Self { path, text, code }
    }

    /// The room: the first folder, or the file itself.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The piece of equipment this is, by file or folder.
    fn piece(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("equipment/")?;
        Some(inside.split('/').next()?.trim_end_matches(".rs")).filter(|&piece| piece != "mod")
    }

    fn spot(&self, at: usize) -> String {
        format!("src/{}:{}", self.path, self.code[..at].matches('\n').count() + 1)
    }

    /// Where `pattern` stands in the code.
    fn all(&self, pattern: &str) -> impl Iterator<Item = usize> {
        self.code.match_indices(pattern).map(|(at, _)| at)
    }

    /// Every path below `crate::`, with its place; `use crate::a::{b, c}` is two.
    fn crate_paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut paths = Vec::new();
        for at in self.all("crate::") {
            let mut tree = Tree { rest: &self.code[at + "crate::".len()..] };
            paths.extend(tree.paths().into_iter().map(|path| (at, path)));
        }
        paths
    }
}

/// The rest of a `use` tree or of a path in an expression.
struct Tree<'a> {
    rest: &'a str,
}

impl Tree<'_> {
    fn paths(&mut self) -> Vec<Vec<String>> {
        self.rest = self.rest.trim_start();
        if let Some(inside) = self.rest.strip_prefix('{') {
            self.rest = inside;
            return self.group();
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        if let Some(below) = self.rest.strip_prefix("::") {
            self.rest = below;
            let further = self.paths().into_iter();
            return further.map(|path| [vec![name.clone()], path].concat()).collect();
        }
        vec![vec![name]]
    }

    fn group(&mut self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            if self.rest.is_empty() || self.rest.starts_with('}') {
                self.rest = self.rest.strip_prefix('}').unwrap_or("");
                return paths;
            }
            paths.extend(self.paths());
            // `as name`
            let next = self.rest.find([',', '}']).unwrap_or(self.rest.len());
            self.rest = &self.rest[next..];
        }
    }
}

/// The text with comments as blanks, so that places stay where they are. Cheap: a `//` inside a text counts as one.
fn without_comments(text: &str) -> String {
    let line = |line: &str| match line.find("//") {
        Some(at) => format!("{}{}", &line[..at], " ".repeat(line.len() - at)),
        None => line.to_owned(),
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

fn source_files() -> Vec<File> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), found);
            } else if entry.path().extension().is_some_and(|ending| ending == "rs") {
                found.push(entry.path());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    found.iter().map(|path| File::read(&root, path)).collect()
}

/// Fails with every offence, one a line.
fn hold(offences: impl IntoIterator<Item = String>) {
    let offences: Vec<String> = offences.into_iter().collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

fn rank(room: &str) -> Option<usize> {
    STAGES.iter().chain(&AROUND).position(|known| *known == room)
}

fn room_of(path: &[String]) -> &str {
    let first = path[0].as_str();
    MACROS.iter().find(|(name, _)| *name == first).map_or(first, |(_, room)| room)
}

#[test]
fn every_room_is_known() {
    let rooms = source_files().into_iter().filter(|file| file.path != "lib.rs" && file.path != "main.rs");
    hold(rooms.filter(|file| rank(file.room()).is_none()).map(|file| {
        format!(
            "src/{}: no room of the house; give it to one of {STAGES:?} or {AROUND:?}, or write down where it stands",
            file.path
        )
    }));
}

#[test]
fn a_room_names_only_rooms_before_it() {
    let mut offences = Vec::new();
    for file in source_files() {
        let Some(own) = rank(file.room()) else { continue };
        for (at, path) in file.crate_paths() {
            let named = room_of(&path);
            if rank(named).is_none_or(|other| other > own) {
                offences.push(format!(
                    "{}: crate::{} – {} comes before {named}; what needs both belongs in {named} or behind it",
                    file.spot(at),
                    path.join("::"),
                    file.room(),
                ));
            }
        }
    }
    hold(offences);
}

#[test]
fn nothing_is_named_by_another_way() {
    hold(source_files().into_iter().flat_map(|file| {
        let places = file.all("super::").map(|at| file.spot(at)).collect::<Vec<_>>();
        let advice = format!("super:: hides what is named; write crate::{}:: instead", file.room());
        places.into_iter().map(move |spot| format!("{spot}: {advice}"))
    }));
}

#[test]
fn one_piece_of_equipment_never_names_another() {
    let mut offences = Vec::new();
    for file in source_files() {
        let Some(piece) = file.piece().map(str::to_owned) else { continue };
        for (at, path) in file.crate_paths() {
            let other = path.get(1).map(String::as_str).filter(|_| path[0] == "equipment");
            if other.is_some_and(|other| other != piece && !EQUIPMENT_SHARED.contains(&other)) {
                offences.push(format!(
                    "{}: crate::{} – {piece} knows no other equipment; the station joins the two",
                    file.spot(at),
                    path.join("::"),
                ));
            }
        }
    }
    hold(offences);
}

#[test]
fn only_the_one_loop_turns_an_action_into_sound() {
    // The gate for quiet hours hands on what it lets through.
    let outside = |file: &File| {
        let gate = file.path == "station/quiet_gate.rs";
        !file.path.starts_with("station/on_air/") && !gate && file.piece() != Some("sound")
    };
    let mut offences = Vec::new();
    for file in source_files().into_iter().filter(outside) {
        for at in file.all(".cue(").filter(|at| !file.code[*at..].starts_with(".cue()")) {
            offences.push(format!(
                "{}: a cue is given by station::on_air alone, to an Action of the machine",
                file.spot(at)
            ));
        }
    }
    hold(offences);
}

#[test]
fn only_the_command_line_ends_the_program() {
    let mut offences = Vec::new();
    for file in source_files().into_iter().filter(|file| file.path != "main.rs" && file.room() != "cli") {
        for at in ["process::exit", "process::abort", ".exit()"].iter().flat_map(|word| file.all(word)) {
            offences.push(format!("{}: return what went wrong; cli makes the exit code of it", file.spot(at)));
        }
    }
    hold(offences);
}

#[test]
fn unwrap_is_for_tests() {
    let mut offences = Vec::new();
    for file in source_files() {
        for at in file.all(".unwrap()") {
            offences.push(format!(
                "{}: unwrap(); say why it holds with expect(\"…\"), or hand the error on",
                file.spot(at)
            ));
        }
    }
    hold(offences);
}

#[test]
fn a_file_is_read_in_one_sitting() {
    let files = source_files().into_iter().map(|file| (file.text.lines().count(), file));
    hold(files.filter(|(lines, _)| *lines > LINES_MAX).map(|(lines, file)| {
        format!("src/{}: {lines} lines, at most {LINES_MAX}; what in it is a thing of its own?", file.path)
    }));
}

#[test]
fn a_file_says_what_it_is_for() {
    let silent = |file: &File| !file.text.starts_with("//!") && file.path != "lib.rs";
    hold(source_files().into_iter().filter(silent).map(|file| {
        format!("src/{}: begin with a module doc: what the room is for, why it exists, what is not in it", file.path)
    }));
}

#[test]
fn names_say_something() {
    let mut offences = Vec::new();
    for file in source_files() {
        let named = file.path.split('/').map(|part| part.trim_end_matches(".rs"));
        if let Some(name) = named.into_iter().find(|name| NO_NAMES.contains(name)) {
            offences.push(format!("src/{}: \"{name}\" names nothing; name the thing it is about", file.path));
        }
        for name in NO_NAMES {
            for at in file.all(&format!("mod {name}")) {
                offences.push(format!("{}: \"{name}\" names nothing; name the thing it is about", file.spot(at)));
            }
        }
    }
    hold(offences);
}

#[test]
fn the_scan_sees_every_shape_of_import() {
    let code = "use crate::a::{B, c::{D, E as F}};\nlet x = crate::g::h(1);\nuse crate::{i, j::K};\n";
    let file = File { path: "x.rs".to_owned(), text: String::new(), code: code.to_owned() };
    let seen: Vec<String> = file.crate_paths().into_iter().map(|(_, path)| path.join("::")).collect();
    assert_eq!(seen, ["a::B", "a::c::D", "a::c::E", "g::h", "i", "j::K"]);
    assert_eq!(without_comments("a // use crate::b\nc\n"), "a                \nc\n");
}

//! `loa library`: every file, expected or present, with its status.

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::{Outcome, output};
use crate::library::{Cart, Kind, Sound, Status};
use crate::report::{Cell, Column, Sheet};
use crate::words::{state, word};

pub fn run(context: &Context) -> Outcome {
    let papers = context.papers()?;
    let store = context.existing_store()?;
    let catalogue = context.catalogue(&papers, store.as_ref())?;
    let today = context.today(&papers);
    let (expected, mut present, mut playable) = (catalogue.expected, 0_u32, 0_u32);
    for cart in catalogue.of(Kind::Ministry) {
        let status = cart.status(today);
        present += u32::from(status != Status::Missing);
        playable += u32::from(status == Status::Ok);
    }
    let carts: Vec<(&Cart, Status)> = catalogue.carts().map(|cart| (cart, cart.status(today))).collect();
    if context.json {
        let items: Vec<Value> = carts.iter().map(|(cart, status)| item(context, cart, status)).collect();
        let set = json!({ "expected": expected, "present": present, "playable": playable, "items": items });
        return output::print_json(context, &set);
    }
    output::print_sheet(context, &sheet(context, &carts, &catalogue.manifest_title, (expected, present, playable)))
}

fn item(context: &Context, cart: &Cart, status: &Status) -> Value {
    let sound = cart.sound.as_ref();
    let rounded = |number: f64| (number * 10.0).round() / 10.0;
    json!({
        "path": cart.path.as_str(),
        "kind": cart.kind.name(),
        "title": cart.title,
        "duration": sound.map(|sound| sound.length.as_secs_rounded()),
        "lufs": sound.and_then(Sound::file_lufs).map(rounded),
        "true_peak_dbtp": sound.map(|sound| rounded(sound.loudness.true_peak_dbtp)),
        "content_hash": sound.map(|sound| sound.hash.as_str()),
        "language": cart.language,
        "valid_from": cart.valid.from.map(|date| date.to_string()),
        "valid_until": cart.valid.until.map(|date| date.to_string()),
        "status": status.name(),
        "reason": reason(cart, status, context),
    })
}

/// Why it cannot air, or what to know of it although it can.
fn reason(cart: &Cart, status: &Status, context: &Context) -> String {
    match cart.caution(status) {
        Some(caution) => context.say(&caution),
        None => context.say(status),
    }
}

fn sheet(context: &Context, carts: &[(&Cart, Status)], title: &str, set: (u32, u32, u32)) -> Sheet {
    let lang = context.lang();
    let column = |vi, en| Column { name: word(lang, vi, en).to_owned(), width: 20 };
    let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
    let row = |(cart, status): &(&Cart, Status)| {
        let sound = cart.sound.as_ref();
        vec![
            text(cart.path.to_string()),
            text(cart.title.clone()),
            text(sound.map_or_else(String::new, |sound| sound.length.to_string())),
            sound.and_then(Sound::file_lufs).map_or(Cell::Empty, |lufs| Cell::Number(lufs, 1)),
            text(state(status, lang).to_owned()),
            text(reason(cart, status, context)),
        ]
    };
    let (expected, present, playable) = set;
    let counted = match lang {
        crate::words::Lang::Vi => {
            format!("{title}: phải có {expected} tệp, có {present}, phát được {playable}/{expected}")
        }
        crate::words::Lang::En => {
            format!("{title}: {expected} expected, {present} present, {playable} of {expected} playable")
        }
    };
    Sheet {
        title: counted.trim_start_matches(": ").to_owned(),
        columns: vec![
            column("Tệp", "File"),
            column("Tên", "Title"),
            column("Dài", "Length"),
            column("LUFS", "LUFS"),
            column("Trạng thái", "Status"),
            column("Lý do", "Reason"),
        ],
        rows: carts.iter().map(row).collect(),
        remarks: Vec::new(),
    }
}

//! `loa library`: every file, expected or present, with its status.

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::{Outcome, output};
use crate::library::{Cart, Manifest, Sound, Status};
use crate::report::{Cell, Column, Sheet};
use crate::station::snapshot::SetState;
use crate::words::{manifest_standing, set_counted, state, word};

pub fn run(context: &Context) -> Outcome {
    let papers = context.papers()?;
    let store = context.existing_store()?;
    let catalogue = context.catalogue(&papers, store.as_ref())?;
    let today = context.today(&papers);
    let set = SetState::of(&catalogue, &papers.manifest, today);
    let carts: Vec<(&Cart, Status)> = catalogue.carts().map(|cart| (cart, cart.status(today))).collect();
    if context.json {
        let items: Vec<Value> = carts.iter().map(|(cart, status)| item(context, cart, status)).collect();
        let mut document = serde_json::to_value(&set).unwrap_or_default();
        document["items"] = items.into();
        return output::print_json(context, &document);
    }
    output::print_sheet(context, &sheet(context, &carts, &papers.manifest, &set))
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

fn sheet(context: &Context, carts: &[(&Cart, Status)], manifest: &Manifest, set: &SetState) -> Sheet {
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
    let counted = set_counted(set.expected.into(), set.present.into(), set.playable.into(), lang);
    let title = &manifest.title;
    Sheet {
        title: if title.is_empty() { counted } else { format!("{title}: {counted}") },
        columns: vec![
            column("Tệp", "File"),
            column("Tên", "Title"),
            column("Dài", "Length"),
            column("LUFS", "LUFS"),
            column("Trạng thái", "Status"),
            column("Lý do", "Reason"),
        ],
        rows: carts.iter().map(row).collect(),
        remarks: manifest_standing(manifest, lang).into_iter().collect(),
    }
}

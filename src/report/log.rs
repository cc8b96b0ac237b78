//! The airtime log as it is handed out.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::airtime::{Airing, COLUMNS, Field};
use crate::report::{Cell, Column, Sheet};
use crate::words::{Lang, word};

/// The rows with every column of the log, in its fixed order.
#[must_use]
pub fn log_sheet(rows: &[Airing], zone: &TimeZone, lang: Lang) -> Sheet {
    let column = |name: &str| Column { name: name.to_owned(), width: width(name) };
    let cell = |field: Field| match field {
        Field::Text(text) => Cell::Text(text),
        Field::Number(number, decimals) => Cell::Number(number, decimals),
        Field::Empty => Cell::Empty,
    };
    Sheet {
        title: word(lang, "Nhật ký phát sóng", "Airtime log").to_owned(),
        columns: COLUMNS.iter().map(|name| column(name)).collect(),
        rows: rows.iter().map(|row| row.fields(zone).map(cell).to_vec()).collect(),
        remarks: Vec::new(),
    }
}

fn width(name: &str) -> u16 {
    match name {
        "title" | "path" | "planned_at" | "aired_at" | "ended_at" | "station" => 28,
        "content_hash" | "entry_hash" => 20,
        _ => 12,
    }
}

/// The rows as JSON: one object a row, its keys the columns; what is empty is `null` or an empty text.
#[must_use]
pub fn log_json(rows: &[Airing], zone: &TimeZone) -> Value {
    let row = |airing: &Airing| {
        let pairs = COLUMNS.iter().zip(airing.fields(zone));
        Value::Object(pairs.map(|(name, field)| ((*name).to_owned(), value(name, field))).collect::<Map<_, _>>())
    };
    Value::Array(rows.iter().map(row).collect())
}

fn value(name: &str, field: Field) -> Value {
    match field {
        Field::Text(text) => json!(text),
        Field::Number(_, 0) => field.text().parse::<u64>().map_or(Value::Null, |number| json!(number)),
        Field::Number(..) => field.text().parse::<f64>().map_or(Value::Null, |number| json!(number)),
        Field::Empty if matches!(name, "aired_at" | "ended_at" | "lufs") => Value::Null,
        Field::Empty => json!(""),
    }
}

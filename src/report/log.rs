//! The airtime log as it is handed out.

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use crate::airtime::{COLUMNS, NUMBER_COLUMNS, Row, TIME_COLUMNS};
use crate::report::{Column, Sheet};
use crate::words::{Lang, word};

/// The rows with every column of the log, in its fixed order.
#[must_use]
pub fn log_sheet(rows: &[Row], zone: &TimeZone, lang: Lang) -> Sheet {
    let column = |name: &str| Column { name: name.to_owned(), width: width(name) };
    Sheet {
        title: word(lang, "Nhật ký phát sóng", "Airtime log").to_owned(),
        columns: COLUMNS.iter().map(|name| column(name)).collect(),
        rows: rows.iter().map(|row| row.cells(zone).to_vec()).collect(),
        remarks: Vec::new(),
    }
}

fn width(name: &str) -> u16 {
    match name {
        "title" | "path" | "station" | "note" => 28,
        name if TIME_COLUMNS.contains(&name) => 28,
        "content_hash" | "entry_hash" | "previous_hash" => 20,
        _ => 12,
    }
}

/// The rows as JSON: one object a row, its keys the columns; what is empty is `null` or an empty text.
#[must_use]
pub fn log_json(rows: &[Row], zone: &TimeZone) -> Value {
    let row = |row: &Row| {
        let pairs = COLUMNS.iter().zip(row.cells(zone));
        Value::Object(
            pairs.map(|(name, field)| ((*name).to_owned(), log_value(name, &field.text()))).collect::<Map<_, _>>(),
        )
    };
    Value::Array(rows.iter().map(row).collect())
}

/// The text of a cell as the JSON of its column: numbers as numbers, what is empty as `null` or an empty text.
#[must_use]
pub fn log_value(name: &str, text: &str) -> Value {
    let decimals = NUMBER_COLUMNS.iter().find(|(column, _)| *column == name).map(|(_, decimals)| *decimals);
    match decimals {
        _ if text.is_empty() && (decimals.is_some() || TIME_COLUMNS.contains(&name)) => Value::Null,
        Some(0) => text.parse::<u64>().map_or_else(|_| json!(text), |number| json!(number)),
        Some(_) => text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number)),
        None => json!(text),
    }
}

//! Framed tables: header repeated in print, groups as bodies of their own.

use maud::{Markup, html};

use crate::equipment::documents::letters::clean;
use crate::report::{Align, Table, TableColumn, TableRow};

/// On a narrow screen the table is pushed sideways in its own frame, not the page.
pub fn table(table: &Table) -> Markup {
    let whole: u32 = table.columns.iter().map(|column| u32::from(column.share)).sum();
    let percent = |column: &TableColumn| u32::from(column.share) * 100 / whole.max(1);
    html! {
        div.wide tabindex="0" {
            table {
                colgroup { @for column in &table.columns { col style={ "width:" (percent(column)) "%" }; } }
                thead {
                    tr { @for column in &table.columns { th scope="col" { (clean(&column.name)) } } }
                }
                @for group in groups(&table.rows) {
                    tbody { @for row in group { (line(row, &table.columns)) } }
                }
            }
        }
    }
}

/// The rows cut before each title of a group, whose scope is its body.
fn groups(rows: &[TableRow]) -> impl Iterator<Item = &[TableRow]> {
    rows.chunk_by(|_, next| !matches!(next, TableRow::Group(_)))
}

fn line(row: &TableRow, columns: &[TableColumn]) -> Markup {
    match row {
        TableRow::Plain(texts) => html! { tr { (cells(texts, columns)) } },
        TableRow::Sum(texts) => html! { tr.sum { (cells(texts, columns)) } },
        TableRow::Group(text) => html! {
            tr.group { th colspan=(columns.len()) scope="rowgroup" { (clean(text)) } }
        },
    }
}

/// One cell a column, whatever the number of texts.
fn cells(texts: &[String], columns: &[TableColumn]) -> Markup {
    let texts = texts.iter().map(String::as_str).chain(std::iter::repeat(""));
    html! {
        @for (column, text) in columns.iter().zip(texts) {
            td.(side(column.align)) { (clean(text)) }
        }
    }
}

fn side(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Centre => "centre",
        Align::Right => "right",
    }
}

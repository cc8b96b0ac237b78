//! Heat maps: a table of small coloured cells, each with its number, so that it can be read without colour as well.

use crate::equipment::documents::docx::grid::{Cell, Frame, Row, grid, row, shading};
use crate::equipment::documents::docx::markup::{Xml, el};
use crate::equipment::documents::docx::paragraph::{Paragraph, Style, Weight, run};
use crate::equipment::documents::docx::sheet::mm;
use crate::report::{Align, Heat, HeatMap, HeatRow};

/// A day is no wider, however few there are.
const DAY_WIDEST: u32 = mm(8);
/// What the titles get at least, in hundredths of the line.
const TITLES_LEAST: u32 = 28;
/// What the titles get at most.
const TITLES_MOST: u32 = 60;

/// Caption, legend and the field itself, kept together at its beginning.
pub fn heat_map(map: &HeatMap, text_width: u32) -> Vec<Xml> {
    let caption = Paragraph::of(Style::Caption, &map.caption).keep_next(true);
    let days = u32::try_from(map.days.len()).unwrap_or(u32::MAX);
    let day = (text_width * (100 - TITLES_LEAST) / 100 / days.max(1)).min(DAY_WIDEST);
    let titles = (text_width - day * days).min(text_width * TITLES_MOST / 100);
    let widths: Vec<u32> = std::iter::once(titles).chain(map.days.iter().map(|_| day)).collect();
    let rows = map.rows.iter().map(|item| row(Row::Body, cells(item, &widths)));
    let field = grid(Frame::Lines, mm(1) / 4, &widths, std::iter::once(header(map, &widths)).chain(rows));
    vec![caption.xml(), legend(&map.legend).xml(), field]
}

fn header(map: &HeatMap, widths: &[u32]) -> Xml {
    let days = map.days.iter().map(|day| Paragraph::empty(Style::HeatCell).run(Weight::Bold, day));
    let items = Paragraph::empty(Style::HeatCell).run(Weight::Bold, &map.items);
    let names = std::iter::once(items).chain(days).zip(widths);
    row(Row::Header, names.map(|(name, width)| Cell::of(*width, [name.keep_next(true)]).middle()))
}

/// What is too little is bold as well as red.
fn cells(item: &HeatRow, widths: &[u32]) -> Vec<Cell> {
    let title = Paragraph::of(Style::HeatCell, &item.title).align(Align::Left);
    let day = |(&(times, heat), width): (&(u32, Heat), &u32)| {
        let weight = if matches!(heat, Heat::None | Heat::Short) { Weight::Bold } else { Weight::Style };
        let number = Paragraph::empty(Style::HeatCell).run(weight, &heat.number(times));
        Cell::of(*width, [number]).ground(heat.colour()).middle()
    };
    let days = item.days.iter().zip(&widths[1..]).map(day);
    // A row short of days would tear the frame.
    let blank = widths[1..].iter().skip(item.days.len()).map(|width| Cell::of(*width, []));
    std::iter::once(Cell::of(widths[0], [title]).middle()).chain(days).chain(blank).collect()
}

/// Each meaning behind a little field of its colour.
fn legend(entries: &[(Heat, String)]) -> Paragraph {
    entries.iter().fold(Paragraph::empty(Style::Legend).keep_next(true), |line, (heat, meaning)| {
        line.push(swatch(*heat)).run(Weight::Style, &format!(" {meaning}    "))
    })
}

/// In the order of `CT_RPr` (ECMA-376-1, 17.3.2.28): bdr, shd.
fn swatch(heat: Heat) -> Xml {
    let frame = el("w:bdr").attr("w:val", "single").attr("w:sz", 4).attr("w:space", 0).attr("w:color", "000000");
    run(Some(el("w:rPr").with(frame).with(shading(heat.colour()))), "\u{a0}\u{a0}\u{a0}\u{a0}")
}

//! One page of a workbook on one worksheet: title, header, table, remarks, chart.

use rust_xlsxwriter::{ColNum, ConditionalFormatFormula, Format, Formula, RowNum, Worksheet, XlsxError};

use crate::equipment::documents::xlsx::chart;
use crate::equipment::documents::xlsx::looks::{BODY_POINTS, LINE_POINTS, Looks, TITLE_POINTS, ground};
use crate::equipment::documents::xlsx::spelling::{HEADER_ROW, corners, formula, worth};
use crate::report::{Cell, Field, Line, Orientation, Page, Rule, Workbook};

/// The number of A4 among a printer's papers.
const A4: u8 = 9;
/// In inches: 20 mm at the edge that is filed, 15 mm elsewhere.
const FILED_MARGIN: f64 = 0.79;
const MARGIN: f64 = 0.59;
/// What is at most so many lines high, upright and across, is made to fit on one sheet of paper.
const LINES_UPRIGHT: usize = 56;
const LINES_ACROSS: usize = 42;
/// How high a chart is, with the room about it, in lines.
const CHART_LINES: usize = 18;

/// Writes the page of this number on its worksheet.
pub fn write(sheet: &mut Worksheet, number: usize, workbook: &Workbook, looks: &Looks) -> Result<(), XlsxError> {
    let page = &workbook.pages[number];
    sheet.set_name(page.tab.as_str())?;
    paper(sheet, page);
    header(sheet, page, looks)?;
    let mut row = HEADER_ROW + 1;
    for line in &page.rows {
        for (column, field) in (0..).zip(line.fields()) {
            write_field(sheet, (row, column), field, looks.of(line, field.shown()), |worked| {
                formula(worked, number, workbook)
            })?;
        }
        sheet.set_row_height(row, height(line, page))?;
        row += 1;
    }
    for rule in &page.rules {
        colour(sheet, rule)?;
    }
    for remark in &page.remarks {
        row += 1;
        across(sheet, row, remark, &looks.remark, BODY_POINTS, page)?;
    }
    if let Some(chart) = &page.chart {
        chart::insert(sheet, chart, row + 2, page, workbook)?;
    }
    Ok(())
}

fn paper(sheet: &mut Worksheet, page: &Page) {
    let room = match page.orientation {
        Orientation::Landscape => {
            sheet.set_landscape();
            LINES_ACROSS
        }
        Orientation::Portrait => {
            sheet.set_portrait();
            LINES_UPRIGHT
        }
    };
    let lines = page.rows.len() + if page.chart.is_some() { CHART_LINES } else { 0 };
    let on_one_sheet = lines <= room;
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, u16::from(on_one_sheet));
    sheet.set_margins(FILED_MARGIN, MARGIN, MARGIN, MARGIN, MARGIN / 2.0, MARGIN / 2.0);
    sheet.set_footer("&C&\"Times New Roman\"&P/&N");
}

/// Title and names of the columns, which stay in sight on the screen and stand on each sheet of paper.
fn header(sheet: &mut Worksheet, page: &Page, looks: &Looks) -> Result<(), XlsxError> {
    across(sheet, 0, &page.title, &looks.title, TITLE_POINTS, page)?;
    for (index, column) in (0..).zip(&page.columns) {
        sheet.write_string_with_format(HEADER_ROW, index, &column.name, &looks.header)?;
        match column.width {
            0 => sheet.set_column_hidden(index)?,
            width => sheet.set_column_width(index, f64::from(width))?,
        };
    }
    let names = page.columns.iter().filter(|column| column.width > 0);
    // Bold, and broken between words: a name needs more room than a text.
    let lines = names.map(|column| lines_of(&column.name, column.width.saturating_sub(2))).max().unwrap_or(1);
    sheet.set_row_height(HEADER_ROW, LINE_POINTS * f64::from(lines))?;
    sheet.set_freeze_panes(HEADER_ROW + 1, page.key_columns)?.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    Ok(())
}

fn write_field(
    sheet: &mut Worksheet,
    (row, column): (RowNum, ColNum),
    field: &Field,
    look: &Format,
    spelled: impl FnOnce(crate::report::Formula) -> String,
) -> Result<(), XlsxError> {
    match field {
        Field::Given(Cell::Text(text)) => sheet.write_string_with_format(row, column, text, look)?,
        Field::Given(Cell::Number(number, _)) => sheet.write_number_with_format(row, column, *number, look)?,
        Field::Given(Cell::Empty) => sheet.write_blank(row, column, look)?,
        Field::Worked(worked, result) => {
            let formula = Formula::new(spelled(*worked)).set_result(result.text());
            sheet.write_formula_with_format(row, column, formula, look)?
        }
    };
    Ok(())
}

fn colour(sheet: &mut Worksheet, rule: &Rule) -> Result<(), XlsxError> {
    let ((top, left), (bottom, right)) = corners(rule.cells);
    for heat in rule.shown {
        let when = worth(*heat, rule.cells.first, rule.minimum_after);
        let format = ConditionalFormatFormula::new().set_rule(when.as_str()).set_format(ground(*heat));
        sheet.add_conditional_format(top, left, bottom, right, &format)?;
    }
    Ok(())
}

/// A text as wide as the table, on as many lines as it takes.
fn across(
    sheet: &mut Worksheet,
    row: RowNum,
    text: &str,
    look: &Format,
    points: u16,
    page: &Page,
) -> Result<(), XlsxError> {
    let seen = page.columns.iter().filter(|column| column.width > 0);
    let (columns, width) = seen.fold((0, 0_u16), |(count, width), column| (count + 1, width + column.width));
    match columns {
        0 | 1 => sheet.write_string_with_format(row, 0, text, look)?,
        _ => sheet.merge_range(row, 0, row, columns - 1, text, look)?,
    };
    let lines = f64::from(lines_of(text, width * BODY_POINTS / points));
    sheet.set_row_height(row, lines * LINE_POINTS * f64::from(points) / f64::from(BODY_POINTS))?;
    Ok(())
}

/// The height of a row in points. A reader that does not measure text itself would cut wrapped lines off.
fn height(line: &Line, page: &Page) -> f64 {
    let seen = line.fields().iter().zip(&page.columns).filter(|(_, column)| column.width > 0);
    let lines = seen.map(|(field, column)| match field.shown() {
        Cell::Text(text) => lines_of(text, column.width),
        Cell::Number(..) | Cell::Empty => 1,
    });
    LINE_POINTS * f64::from(lines.max().unwrap_or(1))
}

/// How many lines a text takes in a column of so many characters. The type is narrow: some 13 of its letters take the
/// room of 10 digits, which columns are measured in; a little is left for words that are not broken.
fn lines_of(text: &str, width: u16) -> u32 {
    let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    characters.saturating_mul(9).div_ceil(u32::from(width).max(1) * 10).clamp(1, 20)
}

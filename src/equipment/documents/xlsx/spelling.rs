//! How a spreadsheet spells formulas and places: `'Theo ngày'!B4:B17`.

use rust_xlsxwriter::utility::row_col_to_cell;
use rust_xlsxwriter::{ColNum, RowNum};

use crate::report::{Area, Formula, Heat, Spot, Workbook};

/// The line of the header; the title and an empty line stand above.
pub const HEADER_ROW: RowNum = 2;

/// A row and a column of the sheet, counted from 0.
pub type Place = (RowNum, ColNum);

/// Where a spot lies on its page. A row beyond the last is refused by the library when it is written.
pub fn place(spot: Spot) -> Place {
    let row = RowNum::try_from(spot.row).unwrap_or(RowNum::MAX).saturating_add(HEADER_ROW + 1);
    (row, ColNum::try_from(spot.column).unwrap_or(ColNum::MAX))
}

/// The first and the last cell of an area.
pub fn corners(area: Area) -> (Place, Place) {
    let Spot { page, row, column } = area.first;
    let last = Spot { page, row: row + area.rows.max(1) - 1, column: column + area.columns.max(1) - 1 };
    (place(area.first), place(last))
}

/// The formula as it is written on `page`: places of other pages carry their tab.
pub fn formula(formula: Formula, page: usize, workbook: &Workbook) -> String {
    let spot = |spot: Spot| format!("{}{}", tab(spot.page, page, workbook), cell(spot));
    let area = |area: Area| {
        let ((top, left), (bottom, right)) = corners(area);
        let (first, last) = (row_col_to_cell(top, left), row_col_to_cell(bottom, right));
        format!("{}{first}:{last}", tab(area.first.page, page, workbook))
    };
    match formula {
        Formula::Same(other) => spot(other),
        Formula::More { than, by } => format!("{}+{by}", spot(than)),
        Formula::Sum(cells) => format!("SUM({})", area(cells)),
        Formula::Capped { values, minima } => {
            let (values, minima) = (area(values), area(minima));
            format!("SUMPRODUCT(({values}<{minima})*{values}+({values}>={minima})*{minima})")
        }
        Formula::Count { area: cells, reading } => format!("COUNTIF({},{})", area(cells), quoted(reading)),
        Formula::Reaches { value, minimum, yes, no } => {
            format!("IF({}>={},{},{})", spot(value), spot(minimum), quoted(yes), quoted(no))
        }
        // Whole numbers up to the division: 28.999… instead of 29 would lose a hundredth.
        Formula::PercentDown { part, whole } => format!("INT({}*10000/{})/100", spot(part), spot(whole)),
    }
}

/// What makes the first cell of an area worth `heat`; the other cells take their own places by themselves.
pub fn worth(heat: Heat, value: Spot, minimum_after: usize) -> String {
    let minimum = cell(Spot { column: value.column + minimum_after, ..value });
    let value = cell(value);
    match heat {
        Heat::Free => format!("={minimum}=0"),
        Heat::None => format!("=AND({minimum}>0,{value}=0)"),
        Heat::Short => format!("=AND({value}>0,{value}<{minimum})"),
        Heat::Met => format!("=AND({minimum}>0,{value}={minimum})"),
        Heat::Surplus => format!("=AND({minimum}>0,{value}>{minimum})"),
    }
}

fn cell(spot: Spot) -> String {
    let (row, column) = place(spot);
    row_col_to_cell(row, column)
}

/// The tab before a place of another page.
fn tab(named: usize, page: usize, workbook: &Workbook) -> String {
    match workbook.pages.get(named) {
        Some(other) if named != page => format!("'{}'!", other.tab.as_str().replace('\'', "''")),
        _ => String::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Page, Sheet, Tab};

    #[test]
    fn formulas_are_spelled_with_the_tabs_of_other_pages() {
        let page = |tab: &str| Page {
            tab: Tab::new(tab),
            ..Page::from(Sheet { title: String::new(), columns: Vec::new(), rows: Vec::new(), remarks: Vec::new() })
        };
        let book = Workbook { title: String::new(), pages: vec![page("Biểu mẫu"), page("Ngày 'lễ' 1")] };
        let spot = |page, column| Spot { page, row: 0, column };
        let spelled = |what| formula(what, 0, &book);
        assert_eq!(spelled(Formula::Same(spot(1, 27))), "'Ngày ''lễ'' 1'!AB4");
        assert_eq!(spelled(Formula::More { than: spot(0, 1), by: 12 }), "B4+12");
        assert_eq!(spelled(Formula::Sum(spot(0, 1).area(14, 2))), "SUM(B4:C17)");
        let (values, minima) = (spot(0, 0).area(2, 1), spot(0, 1).area(2, 1));
        assert_eq!(spelled(Formula::Capped { values, minima }), "SUMPRODUCT((A4:A5<B4:B5)*A4:A5+(A4:A5>=B4:B5)*B4:B5)");
        let (part, whole) = (spot(0, 0), spot(0, 1));
        assert_eq!(spelled(Formula::PercentDown { part, whole }), "INT(A4*10000/B4)/100");
        let reaches = Formula::Reaches { value: part, minimum: whole, yes: "đạt", no: "chưa \"đạt\"" };
        assert_eq!(spelled(reaches), "IF(A4>=B4,\"đạt\",\"chưa \"\"đạt\"\"\")");
        assert_eq!(worth(Heat::Short, spot(0, 1), 3), "=AND(B4>0,B4<E4)");
    }
}

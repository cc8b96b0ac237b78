//! The chart of a page: columns, and a line that they should reach.

use rust_xlsxwriter::{
    Chart as Drawing, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker, ChartSeries, ChartSolidFill,
    ChartType, RowNum, Worksheet, XlsxError,
};

use crate::equipment::documents::xlsx::looks::FONT;
use crate::equipment::documents::xlsx::spelling::corners;
use crate::report::{Area, Chart, Page, Series, Workbook};

/// In pixels of 1/96 inch.
const HEIGHT: u32 = 300;
/// What one label along the axis takes, in pixels; the chart of a long period is wider than its table.
const LABEL_WIDTH: u32 = 16;
/// A blue and a red that differ in grey as well.
const COLUMNS: u32 = 0x008F_B4D9;
const LINE: u32 = 0x00B0_2A1E;
const GRID: u32 = 0x00D9_D9D9;

/// Puts the chart on the sheet, its upper edge at `row`.
pub fn insert(
    sheet: &mut Worksheet,
    chart: &Chart,
    row: RowNum,
    page: &Page,
    workbook: &Workbook,
) -> Result<(), XlsxError> {
    let mut drawing = Drawing::new(ChartType::Column);
    let filled = ChartSolidFill::new().set_color(COLUMNS).clone();
    let columns = drawing.add_series();
    name(columns, &chart.columns, chart.labels, workbook).set_gap(60);
    columns.set_format(ChartFormat::new().set_solid_fill(&filled));
    drawing.combine(&line(chart, workbook));
    drawing.title().set_name(&chart.title).set_font(font(13).set_bold());
    let grid = ChartLine::new().set_color(GRID).clone();
    let axis = drawing.y_axis().set_name(&chart.unit).set_name_font(&font(11)).set_font(&font(10));
    axis.set_min(0).set_num_format("0").set_major_gridlines_line(&grid);
    drawing.x_axis().set_font(font(10).set_rotation(-45));
    drawing.legend().set_position(ChartLegendPosition::Bottom).set_font(&font(11));
    drawing.set_width(width(page, chart)).set_height(HEIGHT);
    sheet.insert_chart(row, 0, &drawing)?;
    Ok(())
}

fn line(chart: &Chart, workbook: &Workbook) -> Drawing {
    let mut drawing = Drawing::new(ChartType::Line);
    let line = drawing.add_series();
    name(line, &chart.line, chart.labels, workbook);
    line.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(LINE).set_width(2.25)));
    line.set_marker(ChartMarker::new().set_none());
    drawing
}

fn name<'a>(drawn: &'a mut ChartSeries, series: &Series, labels: Area, workbook: &Workbook) -> &'a mut ChartSeries {
    let range = |area: Area| {
        let ((top, left), (bottom, right)) = corners(area);
        let tab = workbook.pages.get(area.first.page).map_or("", |page| page.tab.as_str());
        (tab, top, left, bottom, right)
    };
    drawn.set_name(&series.name).set_categories(range(labels)).set_values(range(series.values))
}

fn font(points: u32) -> ChartFont {
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(points);
    font
}

/// As wide as the table, or as the labels need, in pixels.
fn width(page: &Page, chart: &Chart) -> u32 {
    let seen = page.columns.iter().filter(|column| column.width > 0);
    // Seven pixels a character and five of padding: the library's own measure of a column.
    let table = seen.map(|column| u32::from(column.width) * 7 + 5).sum::<u32>();
    let labels = u32::try_from(chart.labels.rows).unwrap_or(0).saturating_mul(LABEL_WIDTH);
    table.max(labels)
}

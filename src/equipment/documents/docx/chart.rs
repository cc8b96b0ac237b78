//! Bars: a chart of Word's own, so that the clerk can edit it (its numbers are in a small workbook inside the file),
//! with the minimum as a line across the bars.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::equipment::documents::docx::attached::Attached;
use crate::equipment::documents::docx::markup::{Xml, el, hex, val};
use crate::equipment::documents::docx::package::DECLARATION;
use crate::equipment::documents::docx::paragraph::{Paragraph, Style};
use crate::equipment::documents::docx::sheet::mm;
use crate::report::{Align, Bar, Bars, Heat};

/// How high the chart stands on the paper.
const HEIGHT: u32 = mm(70);
const AXES: &str = r#"<c:axId val="1"/><c:axId val="2"/>"#;
/// Thin black line, for axes and the minimum.
const AXIS_LINE: &str =
    r#"<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr>"#;
const GRID_LINE: &str = r#"<c:majorGridlines><c:spPr><a:ln w="3175"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>"#;
/// The minimum: black, and a dash at each day, so that it is seen with a single day too.
const MINIMUM_LOOK: &str = concat!(
    r#"<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr>"#,
    r#"<c:marker><c:symbol val="dash"/><c:size val="5"/><c:spPr><a:solidFill><a:srgbClr val="000000"/></a:solidFill>"#,
    r#"<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"#
);

/// Caption and chart. No chart for no bars: a reader would make up its own.
pub fn bars(bars: &Bars, text_width: u32, attached: &mut Attached) -> Result<Vec<Xml>, String> {
    let caption = Paragraph::of(Style::Caption, &bars.caption).keep_next(true).xml();
    if bars.bars.is_empty() {
        return Ok(vec![caption]);
    }
    let workbook = workbook(bars).map_err(|error| error.to_string())?;
    let description = format!("{} ({})", bars.caption, bars.unit);
    let chart = attached.chart(chart(bars), workbook, (text_width, HEIGHT), &description);
    Ok(vec![caption, Paragraph::empty(Style::Figure).push(chart).align(Align::Centre).xml()])
}

/// The chart's part, in the order of `CT_ChartSpace` (ECMA-376-1, 21.2.2.29).
fn chart(bars: &Bars) -> String {
    let plot = el("c:plotArea")
        .with(el("c:layout"))
        .with(columns(bars))
        .with(minimum_line(bars))
        .with(category_axis())
        .with(value_axis(&bars.unit));
    let chart = el("c:chart")
        .with(val("c:autoTitleDeleted", 1))
        .with(plot)
        .markup(r#"<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/>"#)
        .with(val("c:dispBlanksAs", "gap"));
    let space = el("c:chartSpace")
        .attr("xmlns:c", "http://schemas.openxmlformats.org/drawingml/2006/chart")
        .attr("xmlns:a", "http://schemas.openxmlformats.org/drawingml/2006/main")
        .attr("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
        .with(val("c:roundedCorners", 0))
        .with(chart)
        .markup(r#"<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>"#)
        .with(letters(900))
        .with(el("c:externalData").attr("r:id", "rId1").with(val("c:autoUpdate", 0)));
    format!("{DECLARATION}{space}")
}

/// The bars; those below their minimum in the red of the heat map.
fn columns(bars: &Bars) -> Xml {
    let short = (0..).zip(&bars.bars).filter(|(_, bar)| bar.is_short);
    let short = short.map(|(index, _)| point(index).with(val("c:invertIfNegative", 0)).with(filled(Heat::None)));
    let series = series(0, 'B', &bars.bars_name)
        .with(filled(Heat::Surplus))
        .with(val("c:invertIfNegative", 0))
        .all(short)
        .with(labels(bars))
        .all(numbers(bars, 'B', |bar| bar.value));
    el("c:barChart")
        .with(val("c:barDir", "col"))
        .with(val("c:grouping", "clustered"))
        .with(val("c:varyColors", 0))
        .with(series)
        .with(val("c:gapWidth", 40))
        .markup(AXES)
}

fn minimum_line(bars: &Bars) -> Xml {
    let series = series(1, 'C', &bars.minimum_name)
        .markup(MINIMUM_LOOK)
        .all(numbers(bars, 'C', |bar| bar.minimum))
        .with(val("c:smooth", 0));
    el("c:lineChart")
        .with(val("c:grouping", "standard"))
        .with(val("c:varyColors", 0))
        .with(series)
        .with(val("c:marker", 1))
        .markup(AXES)
}

/// A series up to its name, which stands at the head of a column of the workbook.
fn series(index: u32, column: char, name: &str) -> Xml {
    let cached = el("c:strCache").with(val("c:ptCount", 1)).with(point_value(0, name));
    let name = el("c:strRef").with(el("c:f").text(&format!("Sheet1!${column}$1"))).with(cached);
    el("c:ser").with(val("c:idx", index)).with(val("c:order", index)).with(el("c:tx").with(name))
}

/// Days and values, by reference and as they are now.
fn numbers(bars: &Bars, column: char, value: impl Fn(&Bar) -> u64) -> [Xml; 2] {
    let last = bars.bars.len() + 1;
    let range = |column: char| el("c:f").text(&format!("Sheet1!${column}$2:${column}${last}"));
    let count = || val("c:ptCount", bars.bars.len());
    let days = (0..).zip(&bars.bars).map(|(index, bar)| point_value(index, &bar.label));
    let values = (0..).zip(&bars.bars).map(|(index, bar)| point_value(index, &value(bar).to_string()));
    let days = el("c:strRef").with(range('A')).with(el("c:strCache").with(count()).all(days));
    let format = el("c:formatCode").text("General");
    let values = el("c:numRef").with(range(column)).with(el("c:numCache").with(format).with(count()).all(values));
    [el("c:cat").with(days), el("c:val").with(values)]
}

/// The values over the bars. One that is not written as its plain digits has a text of its own; the others follow the
/// number when it is edited.
fn labels(bars: &Bars) -> Xml {
    const SHOWN: &str = concat!(
        r#"<c:dLblPos val="inBase"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>"#,
        r#"<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>"#
    );
    let written = (0..).zip(&bars.bars).filter(|(_, bar)| bar.text != bar.value.to_string());
    let written = written.map(|(index, bar)| {
        let run = el("a:r").markup(r#"<a:rPr sz="700"/>"#).with(el("a:t").text(&bar.text));
        let text = el("c:rich").markup("<a:bodyPr/>").with(el("a:p").with(run));
        el("c:dLbl").with(val("c:idx", index)).with(el("c:tx").with(text)).markup(SHOWN)
    });
    let plain = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>";
    el("c:dLbls").all(written).markup(plain).with(letters(700)).markup(SHOWN)
}

fn category_axis() -> Xml {
    el("c:catAx")
        .markup(r#"<c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>"#)
        .markup(r#"<c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>"#)
        .markup(r#"<c:minorTickMark val="none"/><c:tickLblPos val="low"/>"#)
        .markup(AXIS_LINE)
        .markup(r#"<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblOffset val="100"/>"#)
        .markup(r#"<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/>"#)
}

/// Begins at nothing, or the bars would lie.
fn value_axis(unit: &str) -> Xml {
    let run = el("a:r").markup(r#"<a:rPr b="0"/>"#).with(el("a:t").text(unit));
    let paragraph = el("a:p").markup(r#"<a:pPr><a:defRPr b="0"/></a:pPr>"#).with(run);
    let text = el("c:rich").markup(r#"<a:bodyPr rot="-5400000" vert="horz"/>"#).with(paragraph);
    let title = el("c:title").with(el("c:tx").with(text)).with(val("c:overlay", 0));
    el("c:valAx")
        .markup(r#"<c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>"#)
        .markup(r#"<c:delete val="0"/><c:axPos val="l"/>"#)
        .markup(GRID_LINE)
        .with(title)
        .markup(r##"<c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="out"/>"##)
        .markup(r#"<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>"#)
        .markup(AXIS_LINE)
        .markup(r#"<c:crossAx val="1"/><c:crosses val="autoZero"/><c:crossBetween val="between"/>"#)
}

/// Type of the paper, in hundredths of a point.
fn letters(size: u32) -> Xml {
    let ink = el("a:solidFill").with(val("a:srgbClr", "000000"));
    let font = el("a:latin").attr("typeface", "Times New Roman");
    let letters = el("a:defRPr").attr("sz", size).with(ink).with(font);
    el("c:txPr").markup("<a:bodyPr/>").with(el("a:p").with(el("a:pPr").with(letters)))
}

fn filled(heat: Heat) -> Xml {
    el("c:spPr").with(el("a:solidFill").with(val("a:srgbClr", hex(heat.colour()))))
}

fn point(index: u32) -> Xml {
    el("c:dPt").with(val("c:idx", index))
}

fn point_value(index: u32, text: &str) -> Xml {
    el("c:pt").attr("idx", index).with(el("c:v").text(text))
}

/// The numbers as Word opens them for editing: days, values and minima in three columns. Its date of creation is a
/// fixed one, as those of the parts are.
fn workbook(bars: &Bars) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(1980, 1, 1)?));
    let page = workbook.add_worksheet();
    page.write_string(0, 1, &bars.bars_name)?.write_string(0, 2, &bars.minimum_name)?;
    for (line, bar) in (1..).zip(&bars.bars) {
        page.write_string(line, 0, &bar.label)?.write(line, 1, bar.value)?.write(line, 2, bar.minimum)?;
    }
    workbook.save_to_buffer()
}

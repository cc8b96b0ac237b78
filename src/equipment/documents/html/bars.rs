//! Bars as a drawing (SVG) with a title and a description; the numbers stand in it as text.

use maud::{Markup, html};

use crate::equipment::documents::letters::clean;
use crate::report::{Bar, Bars};
use crate::words::{Lang, whole};

/// The drawing in its own units, four to a millimetre of a portrait sheet.
const WIDTH: u64 = 660;
const HEIGHT: u64 = 256;
const LEFT: u64 = 48;
const TOP: u64 = 24;
/// What the bars stand on.
const FLOOR: u64 = 232;

/// Caption, drawing, legend. `number` makes the names within the page unique.
pub fn bars(bars: &Bars, number: u32, language: Lang) -> Markup {
    html! {
        figure.bars {
            figcaption { (clean(&bars.caption)) }
            @if !bars.bars.is_empty() {
                div.wide tabindex="0" { (drawing(bars, number, language)) }
                ul.legend {
                    li { span.swatch.surplus {} " " (clean(&bars.bars_name)) }
                    li { span.swatch.minimum {} " " (clean(&bars.minimum_name)) }
                }
            }
        }
    }
}

fn drawing(bars: &Bars, number: u32, language: Lang) -> Markup {
    let scale = Scale::of(bars);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby={ "title-" (number) " values-" (number) } {
            title id={ "title-" (number) } { (clean(&bars.caption)) }
            desc id={ "values-" (number) } { (description(bars)) }
            text.unit x="0" y="12" { (clean(&bars.unit)) }
            @for tick in (0..=scale.top).step_by(scale.step) { (grid_line(tick, &scale, language)) }
            @for (day, bar) in (0..).zip(&bars.bars) { (column(day, bar, &scale)) }
            @for (day, bar) in (0..).zip(&bars.bars) {
                path.minimum d={ "M" (scale.left(day)) " " (scale.y(bar.minimum)) "h" (scale.slot) } {}
            }
        }
    }
}

/// Every value in words, for whoever listens to the page.
fn description(bars: &Bars) -> String {
    let days: Vec<String> = bars.bars.iter().map(|bar| clean(&format!("{}: {}", bar.label, bar.text))).collect();
    format!("{} ({}): {}", clean(&bars.bars_name), clean(&bars.unit), days.join("; "))
}

fn grid_line(tick: u64, scale: &Scale, language: Lang) -> Markup {
    let y = scale.y(tick);
    html! {
        path d={ "M" (LEFT) " " (y) "H" (WIDTH) } {}
        text.tick x=(LEFT - 6) y=(y + 4) { (whole(tick, language)) }
    }
}

/// The bar, its day beneath and its value at its foot; red where the day did not meet what it owed.
fn column(day: u64, bar: &Bar, scale: &Scale) -> Markup {
    let ground = if bar.is_short { "none" } else { "surplus" };
    let gap = scale.slot / 6;
    let (left, y) = (scale.left(day), scale.y(bar.value));
    let middle = left + scale.slot / 2;
    html! {
        rect.(ground) x=(left + gap) y=(y) width=(scale.slot - 2 * gap) height=(FLOOR - y) {}
        text x=(middle) y=(FLOOR - 4) { (clean(&bar.text)) }
        text x=(middle) y=(FLOOR + 14) { (clean(&bar.label)) }
    }
}

/// From values to places in the drawing. It begins at nothing, or the bars would lie.
struct Scale {
    /// The highest line of the grid.
    top: u64,
    step: usize,
    /// Room for one day.
    slot: u64,
}

impl Scale {
    /// From zero to the first line of the axis that nothing rises above.
    fn of(bars: &Bars) -> Self {
        let step = bars.step();
        let days = u64::try_from(bars.bars.len()).unwrap_or(u64::MAX).max(1);
        let slot = ((WIDTH - LEFT) / days).clamp(1, 60);
        let top = bars.highest().max(1).div_ceil(step).saturating_mul(step);
        Self { top, step: usize::try_from(step).unwrap_or(usize::MAX), slot }
    }

    fn left(&self, day: u64) -> u64 {
        LEFT + day * self.slot
    }

    fn y(&self, value: u64) -> u64 {
        let height = u128::from(value.min(self.top)) * u128::from(FLOOR - TOP) / u128::from(self.top);
        FLOOR - u64::try_from(height).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(values: &[u64]) -> Scale {
        let bar = |&value: &u64| Bar { label: String::new(), value, minimum: 0, is_short: false, text: String::new() };
        let text = String::new;
        let bars = values.iter().map(bar).collect();
        Scale::of(&Bars { caption: text(), unit: text(), bars_name: text(), minimum_name: text(), bars })
    }

    #[test]
    fn the_scale_ends_on_a_line_of_the_grid() {
        let lines = |values: &[u64]| (scale(values).top, scale(values).step);
        assert_eq!(lines(&[3, 76]), (80, 20));
        assert_eq!(lines(&[0]), (1, 1));
        assert_eq!(lines(&[351]), (400, 100));
        assert_eq!(
            (scale(&[80]).y(0), scale(&[80]).y(40), scale(&[80]).y(80)),
            (FLOOR, u64::midpoint(FLOOR, TOP), TOP)
        );
        assert!(scale(&[u64::MAX]).top > 0);
    }
}

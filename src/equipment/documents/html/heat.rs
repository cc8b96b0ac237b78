//! Heat maps: a table that is coloured, each field with its number, so that it can be read without colour as well.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::equipment::documents::letters::clean;
use crate::report::{Heat, HeatMap, HeatRow};

const HEATS: [Heat; 5] = [Heat::Free, Heat::None, Heat::Short, Heat::Met, Heat::Surplus];

/// Legend, then items by days. The name of the figure is its caption.
pub fn heat_map(map: &HeatMap, number: u32) -> Markup {
    html! {
        figure.heat aria-labelledby={ "caption-" (number) } {
            figcaption id={ "caption-" (number) } { (clean(&map.caption)) }
            ul.legend {
                @for (heat, meaning) in &map.legend {
                    li { span.swatch.(class(*heat)) {} " " (clean(meaning)) }
                }
            }
            div.wide tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { (clean(&map.items)) }
                            @for day in &map.days { th scope="col" { (clean(day)) } }
                        }
                    }
                    tbody { @for item in &map.rows { (line(item)) } }
                }
            }
        }
    }
}

fn line(item: &HeatRow) -> Markup {
    html! {
        tr {
            th scope="row" { (clean(&item.title)) }
            @for (times, heat) in &item.days { td.(class(*heat)) { (heat.number(*times)) } }
        }
    }
}

fn class(heat: Heat) -> &'static str {
    match heat {
        Heat::Free => "free",
        Heat::None => "none",
        Heat::Short => "short",
        Heat::Met => "met",
        Heat::Surplus => "surplus",
    }
}

/// The grounds as rules, from the one place where the colours stand.
pub fn colours() -> String {
    HEATS.into_iter().fold(String::new(), |mut rules, heat| {
        let [red, green, blue] = heat.colour();
        let _ = writeln!(
            rules,
            ".{0} {{ background: rgb({red} {green} {blue}); fill: rgb({red} {green} {blue}) }}",
            class(heat)
        );
        rules
    })
}

//! Numbers and dates as Vietnamese administrative papers write them: 51.974; 8,35 %; 06/8/2020.

use jiff::civil::Date;

use crate::words::Lang;

/// A whole number with its thousands grouped: `51.974`, in English `51,974`.
#[must_use]
pub fn whole(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let separator = if lang == Lang::Vi { '.' } else { ',' };
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A number with at most `places` decimals, none that are zero: `8,35`, in English `8.35`.
#[must_use]
pub fn decimal(number: f64, places: usize, lang: Lang) -> String {
    let rounded = format!("{:.places$}", number.abs());
    let (units, fraction) = rounded.split_once('.').unwrap_or((&rounded, ""));
    let mut text = whole(units.parse().unwrap_or(0), lang);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        text.push(if lang == Lang::Vi { ',' } else { '.' });
        text.push_str(fraction);
    }
    if number < 0.0 { format!("-{text}") } else { text }
}

/// A share that is given in percent already: `8,35 %`.
#[must_use]
pub fn percent(number: f64, lang: Lang) -> String {
    let space = if lang == Lang::Vi { " " } else { "" };
    format!("{}{space}%", decimal(number, 2, lang))
}

/// A date after Decree 30/2020/NĐ-CP, a day under 10 and the months 1 and 2 with a leading 0: `06/8/2020`.
#[must_use]
pub fn day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi if date.month() <= 2 => format!("{:02}/{:02}/{}", date.day(), date.month(), date.year()),
        Lang::Vi => format!("{:02}/{}/{}", date.day(), date.month(), date.year()),
        Lang::En => date.strftime("%-d %B %Y").to_string(),
    }
}

/// A month: `tháng 8 năm 2020`.
#[must_use]
pub fn month(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi if date.month() <= 2 => format!("tháng {:02} năm {}", date.month(), date.year()),
        Lang::Vi => format!("tháng {} năm {}", date.month(), date.year()),
        Lang::En => date.strftime("%B %Y").to_string(),
    }
}

/// The day of the week: `Thứ Hai`.
#[must_use]
pub fn weekday(date: Date, lang: Lang) -> &'static str {
    const NAMES: [(&str, &str); 7] = [
        ("Thứ Hai", "Monday"),
        ("Thứ Ba", "Tuesday"),
        ("Thứ Tư", "Wednesday"),
        ("Thứ Năm", "Thursday"),
        ("Thứ Sáu", "Friday"),
        ("Thứ Bảy", "Saturday"),
        ("Chủ nhật", "Sunday"),
    ];
    let (vi, en) = NAMES[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    crate::words::word(lang, vi, en)
}

/// A date without its year, where columns are narrow: `06/8`, in English `6 Aug`.
#[must_use]
pub fn short_day(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => day(date, lang).rsplit_once('/').map_or_else(String::new, |(day, _)| day.to_owned()),
        Lang::En => date.strftime("%-d %b").to_string(),
    }
}

/// A number as people write it: `6306`, `7.904`, `12,452`, `8,35`, `8.35 %`. None for what is no number.
///
/// A separator before exactly three last digits groups thousands (nobody reports thousandths), any other is a decimal.
#[must_use]
pub fn read_number(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('%').trim();
    let groups: Vec<&str> = text.split(['.', ',', ' ', '\u{a0}']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.iter().all(digits) {
        return None;
    }
    let (last, before) = groups.split_last()?;
    let grouped = !before.is_empty() && before[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let inner_grouped = before.len() < 2 || before[1..].iter().all(|group| group.len() == 3);
    match before.len() {
        _ if grouped && before[0] != "0" => groups.concat().parse().ok(),
        0 => text.parse().ok(),
        _ if inner_grouped => format!("{}.{last}", before.concat()).parse().ok(),
        _ => None,
    }
}

/// A percentage as people write it: one separator in it is a decimal, `99.999` too, since nobody reports thousands of
/// percent.
#[must_use]
pub fn read_percent(text: &str) -> Option<f64> {
    let bare = text.trim().trim_end_matches('%').trim();
    let separators = bare.chars().filter(|c| ['.', ','].contains(c)).count();
    if separators == 1 && bare.starts_with(|c: char| c.is_ascii_digit()) {
        return bare.replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite());
    }
    read_number(text)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_as_the_papers_write_them() {
        assert_eq!(whole(51_974, Lang::Vi), "51.974");
        assert_eq!(whole(999, Lang::Vi), "999");
        assert_eq!(whole(1_234_567, Lang::En), "1,234,567");
        assert_eq!(percent(8.35, Lang::Vi), "8,35 %");
        assert_eq!(percent(100.0, Lang::Vi), "100 %");
        assert_eq!(percent(8.35, Lang::En), "8.35%");
        assert_eq!(day(date(2020, 8, 6), Lang::Vi), "06/8/2020");
        assert_eq!(day(date(2020, 2, 10), Lang::Vi), "10/02/2020");
        assert_eq!(short_day(date(2020, 2, 1), Lang::Vi), "01/02");
        assert_eq!(short_day(date(2020, 8, 6), Lang::En), "6 Aug");
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, number) in [
            ("6306", 6306.0),
            ("7.904", 7904.0),
            ("12,452", 12_452.0),
            ("1.234.567", 1_234_567.0),
            ("8,35", 8.35),
            ("8.35 %", 8.35),
            ("0,125", 0.125),
            ("1.234,5", 1_234.5),
            ("100", 100.0),
        ] {
            assert_eq!(read_number(text), Some(number), "{text}");
        }
        assert_eq!(read_percent("99.999 %"), Some(99.999));
        assert_eq!(read_percent("8,35"), Some(8.35));
        assert_eq!(read_percent("100"), Some(100.0));
        assert_eq!(read_percent("1.2.3"), None);
        for wrong in ["", "abc", "1,2,3", "-5", "1..2", "5 người"] {
            assert_eq!(read_number(wrong), None, "{wrong}");
        }
    }
}

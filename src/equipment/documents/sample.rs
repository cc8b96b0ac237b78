//! A paper with one of everything, for tests: all letters, markup in titles, control characters, a long table.

use crate::report::{
    Align, Bar, Bars, Block, Closing, Document, Heat, HeatMap, HeatRow, Masthead, Orientation, Proof, Qr, Signature,
    Table, TableColumn, TableRow,
};

/// Every letter of Vietnamese, each vowel with its six tones.
pub const LETTERS: &str = "AÀẢÃÁẠ ĂẰẲẴẮẶ ÂẦẨẪẤẬ BCDĐ EÈẺẼÉẸ ÊỀỂỄẾỆ GH IÌỈĨÍỊ KLMN OÒỎÕÓỌ ÔỒỔỖỐỘ ƠỜỞỠỚỢ PQRST UÙỦŨÚỤ ƯỪỬỮỨỰ VX \
    YỲỶỸÝỴ aàảãáạ ăằẳẵắặ âầẩẫấậ bcdđ eèẻẽéẹ êềểễếệ gh iìỉĩíị klmn oòỏõóọ ôồổỗốộ ơờởỡớợ pqrst uùủũúụ ưừửữứự vx yỳỷỹýỵ";

/// What a title may hold to break a file.
pub const NASTY: &str = "Tin <b>\"nóng\"</b> & 'gấp' \u{7}]]> Lê Thi\u{323}";

/// How many plain rows the table has.
pub const ROWS: usize = 200;

pub fn document(orientation: Orientation) -> Document {
    let blocks = vec![
        Block::Masthead(masthead()),
        Block::Title {
            kind: "BÁO CÁO".to_owned(),
            subject: vec![
                "Kết quả tuyên truyền phòng, chống dịch COVID-19".to_owned(),
                "trên hệ thống truyền thanh cơ sở tháng 8 năm 2020".to_owned(),
            ],
        },
        Block::Addressees {
            label: "Kính gửi:".to_owned(), names: vec!["Ủy ban nhân dân thị xã Phú Lợi".to_owned()]
        },
        Block::Addressees {
            label: "Kính gửi:".to_owned(),
            names: vec!["Sở Thông tin và Truyền thông;".to_owned(), "Phòng Văn hóa và Thông tin.".to_owned()],
        },
        Block::Paragraph(format!(
            "Thực hiện Công văn số 2841/BTTTT-TTCS, đài truyền thanh xã đã phát sóng 51.974 lượt, đạt 98,35 % chỉ tiêu; \
             mọi số liệu lấy từ nhật ký phát sóng, có dấu niêm phong từng dòng. {NASTY}"
        )),
        Block::Paragraph(LETTERS.to_owned()),
        Block::List(vec!["Mỗi ngày ba buổi phát;".to_owned(), "Phát bù trong giờ cho phép.".to_owned()]),
        Block::Heading("I. KẾT QUẢ".to_owned()),
        Block::Table(table()),
        Block::HeatMap(heat_map()),
        Block::Heading("II. THỜI LƯỢNG".to_owned()),
        Block::Bars(bars()),
        Block::Proof(proof()),
        Block::Closing(closing()),
    ];
    let title = format!("Báo cáo tháng 8 năm 2020 {NASTY}");
    Document { language: "vi", title, author: "Đài truyền thanh xã Phú Lợi".to_owned(), orientation, blocks }
}

fn masthead() -> Masthead {
    Masthead {
        parent: "ỦY BAN NHÂN DÂN XÃ PHÚ LỢI".to_owned(),
        issuer: "ĐÀI TRUYỀN THANH".to_owned(),
        number: "Số:        /BC-ĐTT".to_owned(),
        nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
        motto: "Độc lập - Tự do - Hạnh phúc".to_owned(),
        place_and_day: "Phú Lợi, ngày 05 tháng 9 năm 2020".to_owned(),
    }
}

fn table() -> Table {
    let column = |name: &str, share, align| TableColumn { name: name.to_owned(), share, align };
    let columns = vec![
        column("TT", 1, Align::Centre),
        column("Tên tệp", 12, Align::Left),
        column("Số lượng", 4, Align::Right),
        column("Tỷ lệ %", 4, Align::Right),
        column("Ghi chú", 6, Align::Left),
    ];
    let row = |number: usize| {
        let title = if number == 3 {
            NASTY.to_owned()
        } else {
            format!("Thông điệp số {number} về khẩu trang, khử khuẩn")
        };
        TableRow::Plain(vec![
            number.to_string(),
            title,
            "1.234".to_owned(),
            "98,35".to_owned(),
            if number.is_multiple_of(7) { "Mất điện 40 phút, đã phát bù".to_owned() } else { String::new() },
        ])
    };
    let sum = ["", "Cộng", "246.800", "98,35", ""].map(str::to_owned).to_vec();
    let rows = std::iter::once(TableRow::Group("Bộ 32 tệp của Bộ".to_owned()))
        .chain((1..=ROWS / 2).map(row))
        .chain([TableRow::Group("Bản tin của xã".to_owned())])
        .chain((ROWS / 2 + 1..=ROWS).map(row))
        .chain([TableRow::Sum(sum)])
        .collect();
    Table { columns, rows }
}

fn heat_map() -> HeatMap {
    let worth = |times: u32| match times {
        0 => Heat::None,
        1 => Heat::Short,
        2 => Heat::Met,
        _ => Heat::Surplus,
    };
    let day = |item: u32, day: u32| {
        let times = (item * 7 + day * 3) % 11 % 4;
        (times, if day > 28 { Heat::Free } else { worth(times) })
    };
    let row = |item: u32| HeatRow {
        title: format!("Thông điệp số {item} về khẩu trang"),
        days: (1..=31).map(|number| day(item, number)).collect(),
    };
    let meanings = [
        (Heat::None, "không phát"),
        (Heat::Short, "thiếu"),
        (Heat::Met, "đủ"),
        (Heat::Surplus, "vượt"),
        (Heat::Free, "không giao"),
    ];
    HeatMap {
        caption: "Số lượt phát từng tệp theo ngày".to_owned(),
        items: "Tệp".to_owned(),
        days: (1..=31).map(|day| day.to_string()).collect(),
        rows: (1..=32).map(row).collect(),
        legend: meanings.map(|(heat, meaning)| (heat, meaning.to_owned())).to_vec(),
    }
}

fn bars() -> Bars {
    let bar = |day: u64| {
        let value = 40 + day * 13 % 37;
        let text = if day == 5 { format!("{value}*") } else { value.to_string() };
        Bar { label: day.to_string(), value, minimum: 45, is_short: value < 45, text }
    };
    Bars {
        caption: "Thời lượng phát <mỗi ngày>".to_owned(),
        unit: "phút".to_owned(),
        bars_name: "Đã phát".to_owned(),
        minimum_name: "Mức tối thiểu".to_owned(),
        bars: (1..=31).map(bar).collect(),
    }
}

fn proof() -> Proof {
    Proof {
        lines: vec![
            "Nhật ký đến hết ngày 31/8/2020: 51.974 dòng.".to_owned(),
            "Dấu niêm phong dòng cuối: 9f2c 41d0 88ab 7e10 5c33 0b6e 12fd a9e4".to_owned(),
        ],
        qr: Qr::of("loa:51974:9f2c41d088ab7e105c330b6e12fda9e4").expect("a short text"),
    }
}

fn closing() -> Closing {
    let signature = |function: &[&str], hint: &str, name: &str| Signature {
        function: function.iter().map(|&line| line.to_owned()).collect(),
        hint: hint.to_owned(),
        name: name.to_owned(),
    };
    Closing {
        label: "Nơi nhận:".to_owned(),
        recipients: ["- Như trên;", "- UBND xã (để báo cáo);", "- Lưu: VT."].map(str::to_owned).to_vec(),
        signatures: vec![
            signature(&["NGƯỜI LẬP"], "(Ký, ghi rõ họ tên)", ""),
            signature(&["KT. TRƯỞNG ĐÀI", "PHÓ TRƯỞNG ĐÀI"], "(Ký tên, đóng dấu)", "Nguyễn Thị Ngọc Hoành"),
        ],
    }
}

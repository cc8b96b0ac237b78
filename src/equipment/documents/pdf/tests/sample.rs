//! A paper with every kind of block.

use crate::report::{
    Align, Bar, Bars, Block, Closing, Document, Heat, HeatMap, HeatRow, Masthead, Orientation, Proof, Qr, Signature,
    Table, TableColumn, TableRow,
};

/// Every letter of the alphabet with every tone.
pub const LETTERS: &str = "AÁÀẢÃẠ ĂẮẰẲẴẶ ÂẤẦẨẪẬ EÉÈẺẼẸ ÊẾỀỂỄỆ IÍÌỈĨỊ OÓÒỎÕỌ ÔỐỒỔỖỘ ƠỚỜỞỠỢ UÚÙỦŨỤ ƯỨỪỬỮỰ YÝỲỶỸỴ Đ \
                           aáàảãạ ăắằẳẵặ âấầẩẫậ eéèẻẽẹ êếềểễệ iíìỉĩị oóòỏõọ ôốồổỗộ ơớờởỡợ uúùủũụ ưứừửữự yýỳỷỹỵ đ";

const HASH: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn owned<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

pub fn report() -> Document {
    let mut blocks = head();
    blocks.extend(text());
    blocks.push(Block::Table(programme()));
    blocks.push(Block::Heading("II. Từng ngày".to_owned()));
    blocks.push(Block::HeatMap(days()));
    blocks.push(Block::Bars(minutes()));
    blocks.push(Block::Proof(proof()));
    blocks.push(Block::Closing(closing()));
    Document {
        language: "vi",
        title: "Báo cáo kết quả tuyên truyền".to_owned(),
        author: "Đài truyền thanh xã Tân Thạnh".to_owned(),
        orientation: Orientation::Portrait,
        blocks,
    }
}

fn head() -> Vec<Block> {
    vec![
        Block::Masthead(Masthead {
            parent: "ỦY BAN NHÂN DÂN XÃ TÂN THẠNH".to_owned(),
            issuer: "ĐÀI TRUYỀN THANH".to_owned(),
            number: "Số: …/BC-ĐTT".to_owned(),
            nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM".to_owned(),
            motto: "Độc lập - Tự do - Hạnh phúc".to_owned(),
            place_and_day: "Tân Thạnh, ngày 06 tháng 8 năm 2020".to_owned(),
        }),
        Block::Title {
            kind: "BÁO CÁO".to_owned(),
            subject: owned([
                "Kết quả tuyên truyền phòng, chống dịch bệnh trên hệ thống loa",
                "(từ ngày 01/8/2020 đến ngày 31/8/2020)",
            ]),
        },
        Block::Addressees {
            label: "Kính gửi:".to_owned(), names: owned(["Phòng Văn hóa và Thông tin huyện"])
        },
        Block::Addressees {
            label: "Kính gửi:".to_owned(),
            names: owned(["Sở Thông tin và Truyền thông;", "Ủy ban nhân dân huyện."]),
        },
    ]
}

fn text() -> Vec<Block> {
    vec![
        Block::Heading("I. Kết quả".to_owned()),
        Block::Paragraph(
            "Thực hiện Công văn số 1234/STTTT-TTBCXB ngày 30 tháng 7 năm 2020, Đài truyền thanh xã đã phát các nội \
             dung do Bộ Thông tin và Truyền thông cung cấp trên 12 cụm loa của xã, mỗi ngày hai buổi, sáng từ 5 giờ \
             đến 6 giờ, chiều từ 17 giờ đến 18 giờ, với tổng thời lượng 3.720 phút."
                .to_owned(),
        ),
        Block::Paragraph(LETTERS.to_owned()),
        Block::List(owned([
            "Phát đủ các tệp bắt buộc, không phát trong giờ nghỉ trưa;",
            "Nhật ký phát thanh lưu tại data/log/2020/thang-08/nhat-ky-phat-thanh-tan-thanh-2020-08-31.sqlite của máy \
             tính tại đài, chuỗi băm ở cuối văn bản này.",
        ])),
    ]
}

fn programme() -> Table {
    let column = |name: &str, share, align| TableColumn { name: name.to_owned(), share, align };
    let mut rows = vec![TableRow::Group("Tệp của Bộ".to_owned())];
    rows.extend((1..=24).map(|number| {
        let title = match number % 3 {
            0 => "Khuyến cáo 5K của Bộ Y tế: khẩu trang, khử khuẩn, khoảng cách, không tụ tập, khai báo y tế",
            1 => "Rửa tay đúng cách",
            _ => "bulletins/phong-chong-sot-xuat-huyet-trong-mua-mua-2020-08.mp3",
        };
        TableRow::Plain(vec![number.to_string(), title.to_owned(), (number * 7).to_string(), "100 %".to_owned()])
    }));
    rows.push(TableRow::Group("Bản tin của xã".to_owned()));
    rows.push(TableRow::Plain(owned(["25", "Vệ sinh chợ cuối buổi", "31", HASH])));
    rows.push(TableRow::Sum(owned(["", "Tổng cộng", "2.131", ""])));
    let columns = vec![
        column("TT", 6, Align::Centre),
        column("Nội dung", 40, Align::Left),
        column("Số lượt", 12, Align::Right),
        column("Tỷ lệ %, ghi chú", 20, Align::Left),
    ];
    Table { columns, rows }
}

fn days() -> HeatMap {
    let heats = [Heat::Met, Heat::Surplus, Heat::Short, Heat::Met, Heat::Met, Heat::None, Heat::Free];
    let row = |title: &str, shift: usize| HeatRow {
        title: title.to_owned(),
        days: (0..31)
            .map(|day| match heats[(day + shift) % 7] {
                Heat::None | Heat::Free => (0, heats[(day + shift) % 7]),
                Heat::Short => (1, Heat::Short),
                Heat::Met => (2, Heat::Met),
                Heat::Surplus => (12, Heat::Surplus),
            })
            .collect(),
    };
    let named = |(heat, name): (Heat, &str)| (heat, name.to_owned());
    HeatMap {
        caption: "Số lượt phát mỗi ngày, tháng 8 năm 2020".to_owned(),
        items: "Tệp".to_owned(),
        days: (1..=31).map(|day| day.to_string()).collect(),
        rows: vec![
            row("Rửa tay đúng cách", 0),
            row("Khuyến cáo 5K của Bộ Y tế: khẩu trang, khử khuẩn", 2),
            row("Ở nhà là yêu nước", 3),
        ],
        legend: [
            (Heat::Met, "đủ"),
            (Heat::Surplus, "nhiều hơn yêu cầu"),
            (Heat::Short, "thiếu"),
            (Heat::None, "không phát"),
            (Heat::Free, "không yêu cầu"),
        ]
        .map(named)
        .to_vec(),
    }
}

fn minutes() -> Bars {
    let bar = |day: u64| {
        let value = [120, 118, 60, 131, 95, 0, 124][usize::try_from(day % 7).expect("below seven")];
        let minimum = if day > 20 { 120 } else { 100 };
        Bar { label: day.to_string(), value, minimum, is_short: value < minimum, text: value.to_string() }
    };
    Bars {
        caption: "Thời lượng phát mỗi ngày".to_owned(),
        unit: "phút".to_owned(),
        bars_name: "thời lượng đã phát (đỏ: dưới mức tối thiểu)".to_owned(),
        minimum_name: "mức tối thiểu".to_owned(),
        bars: (1..=31).map(bar).collect(),
    }
}

fn proof() -> Proof {
    Proof {
        lines: vec![
            "Số liệu lấy từ nhật ký phát thanh, 1.284 dòng, dòng cuối ngày 31/8/2020 lúc 18:00.".to_owned(),
            format!("Mã băm dòng cuối (BLAKE3): {HASH}"),
            "Kiểm tra: loa log verify".to_owned(),
        ],
        qr: Qr::of(&format!("loa:1:1284:{HASH}")).expect("a short text fits a code"),
    }
}

fn closing() -> Closing {
    let signature = |function: Vec<String>, name: &str| Signature {
        function,
        hint: "(Ký, ghi rõ họ tên, đóng dấu)".to_owned(),
        name: name.to_owned(),
    };
    Closing {
        label: "Nơi nhận:".to_owned(),
        recipients: owned(["- Như trên;", "- Chủ tịch, các Phó Chủ tịch UBND xã;", "- Lưu: VT."]),
        signatures: vec![signature(owned(["KT. TRƯỞNG ĐÀI", "PHÓ TRƯỞNG ĐÀI"]), "Nguyễn Thị Hường")],
    }
}

/// Blocks of which nothing is known yet.
pub fn empty_blocks() -> Vec<Block> {
    let text = String::new;
    vec![
        Block::Masthead(Masthead {
            parent: text(),
            issuer: text(),
            number: text(),
            nation: text(),
            motto: text(),
            place_and_day: text(),
        }),
        Block::Title { kind: text(), subject: Vec::new() },
        Block::Addressees { label: text(), names: Vec::new() },
        Block::Heading(text()),
        Block::Paragraph(text()),
        Block::List(vec![text()]),
        Block::Table(Table { columns: Vec::new(), rows: vec![TableRow::Plain(Vec::new())] }),
        Block::HeatMap(HeatMap {
            caption: text(),
            items: text(),
            days: Vec::new(),
            rows: Vec::new(),
            legend: Vec::new(),
        }),
        Block::Bars(Bars {
            caption: text(),
            unit: text(),
            bars_name: text(),
            minimum_name: text(),
            bars: vec![Bar { label: text(), value: u64::MAX, minimum: 0, is_short: false, text: text() }],
        }),
        Block::Bars(Bars { caption: text(), unit: text(), bars_name: text(), minimum_name: text(), bars: Vec::new() }),
        Block::Closing(Closing { label: text(), recipients: Vec::new(), signatures: Vec::new() }),
    ]
}

//! What is handed in: plan, airtime log, report, and what people enter into it.

use std::fs;

use serde_json::{Value, json};

use crate::home::Home;

const SCHEDULE: &str = "title: Hằng ngày\ndirective: 2841/BTTTT-THH\nsessions:\n  - id: sang\n    title: Buổi sáng\n    at: \"05:00\"\n    \
    length: 1m\n    rundown:\n      - play: jingles/mo.wav\n      - pick: ministry\n        fill: true\n      - play: \
    jingles/dong.wav\n        anchor: end\nobligations:\n  - set: ministry\n    at_least: 2\n";

const LOG_HEADER: &str = "airing_id,station,date,session,planned_at,aired_at,ended_at,aired_seconds,duration_seconds,kind,path,\
    title,language,directive,level,zone,outcome,reason,content_hash,lufs,device,clock,entry_hash,predicted_at,noted_at,\
    corrects,by,note,previous_hash,sent_peak_dbfs,silent_seconds,confirmed_seconds,boot,uptime_seconds";

const METHODS: [&str; 8] = [
    "Phát thanh/truyền thanh",
    "Tin, bài/Truyền hình/video clip",
    "Chữ/hình trên màn hình LED của đơn vị",
    "Tin nhắn ZALO/SMS",
    "Tuyên truyền lưu động",
    "Internet",
    "Cộng tác viên tuyên truyền đã hoạt động",
    "Hình thức khác",
];

/// One minute in the morning, which holds three ministry files of ten seconds once or twice each.
fn home() -> Home {
    let home = Home::new();
    home.write("schedules/a.yaml", SCHEDULE);
    home.write(
        "audio/ministry/manifest.yaml",
        "expected: 3\nitems:\n  - {file: 01.wav, title: =Khẩu trang, language: vi}\n",
    );
    home.tone("jingles/mo.wav", 400, 2_000);
    home.tone("jingles/dong.wav", 500, 3_000);
    for name in ["01", "02", "03"] {
        home.tone(&format!("ministry/{name}.wav"), 600, 10_000);
    }
    home
}

/// The home with two days of log behind it.
fn home_with_a_log() -> Home {
    let home = home();
    let into = home.path("simulated");
    home.loa(&["simulate", "--from", "2020-08-10", "--days", "2", "--into", into.to_str().unwrap()]).with_code(0);
    home.path("data/loa.db").exists().then(|| panic!("a simulation leaves the station's own log alone"));
    fs::copy(into.join("data/loa.db"), home.path("data/loa.db")).unwrap();
    home
}

#[test]
fn the_plan_of_a_day() {
    let plan = home().loa(&["plan", "--json", "--date", "2020-08-10", "--days", "2"]).with_code(0).json();
    let days = plan["days"].as_array().unwrap();
    assert_eq!((days.len(), &days[1]["date"]), (2, &json!("2020-08-11")));
    let session = &days[0]["sessions"][0];
    assert_eq!(session["id"], "sang");
    assert_eq!(session["start"], "2020-08-10T05:00:00.000+07:00");
    assert_eq!(session["end"], "2020-08-10T05:01:00.000+07:00");
    let items = session["items"].as_array().unwrap();
    let first = json!({
        "planned_at": "2020-08-10T05:00:00.000+07:00", "kind": "jingle", "path": "jingles/mo.wav", "title": "mo",
        "duration": 2.0,
    });
    assert_eq!(items[0], first);
    let times: Vec<_> = items.iter().map(|item| item["planned_at"].as_str().unwrap()[17..23].to_owned()).collect();
    assert_eq!(times, ["00.000", "02.000", "12.000", "22.000", "32.000", "42.000", "57.000"]);
    let obligation = &days[0]["obligations"][0];
    assert_eq!(
        (&obligation["required"], &obligation["planned"], &obligation["short_of"]),
        (&json!(6), &json!(5), &json!(1))
    );
    assert!(days[0]["notes"].is_array());
    home().loa(&["plan", "--days", "0"]).with_code(2);
}

#[test]
fn the_log_as_csv_is_the_one_that_scripts_rely_on() {
    let home = home_with_a_log();
    let csv = home.loa(&["log", "--format", "csv"]).with_code(0).out;
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some(LOG_HEADER));
    let start = lines.next().unwrap();
    assert!(start.starts_with("1,Đài truyền thanh xã Tân Thanh,2020-08-10,,,,,0.000,0.000,start,,,"), "{start}");
    let first = lines.next().unwrap();
    assert!(
        first.starts_with(
            "2,Đài truyền thanh xã Tân Thanh,2020-08-10,sang,2020-08-10T05:00:00.000+07:00,2020-08-10T05:00:00.000+07:00,\
             2020-08-10T05:00:02.000+07:00,2.000,2.000,jingle,jingles/mo.wav,mo,,2841/BTTTT-THH,,all,aired,,"
        ),
        "{first}"
    );
    assert!(csv.contains(",'=Khẩu trang,vi,"), "no title is a formula to a spreadsheet");
    assert_eq!(lines.count() + 1, 15, "fourteen items and a stop");
    let one_day = home.loa(&["log", "--format", "csv", "--from", "2020-08-11", "--to", "2020-08-11"]).with_code(0).out;
    assert_eq!(one_day.lines().count(), 8);
    let rows = home.log();
    assert_eq!(rows.len(), 14);
    assert_eq!(rows[0].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(","), LOG_HEADER);
    assert_eq!(rows[1]["title"], "=Khẩu trang");
    let table = home.loa(&["log"]).with_code(0).out;
    assert!(table.contains("05:00:02") && table.contains("đã phát"), "{table}");
}

#[test]
fn the_report_has_the_eight_rows_of_the_form_in_every_format() {
    let home = home_with_a_log();
    let period = ["--from", "2020-08-10", "--to", "2020-08-11", "--round", "1"];
    let report = |more: &[&str]| home.loa(&[&["report"], &period[..], more].concat()).with_code(0).out;
    let json: Value = serde_json::from_str(&report(&["--json"])).unwrap();
    let rows = json["rows"].as_array().unwrap();
    for ((row, method), tt) in rows.iter().zip(METHODS).zip(1..) {
        assert_eq!((&row["tt"], &row["method"]), (&json!(tt), &json!(method)));
    }
    assert_eq!(rows.len(), 8);
    let totals = json!({
        "airings": 10, "sessions": 2, "items": 3, "minutes": 1.67, "days": 2, "days_met": 0, "made": 10,
    });
    assert_eq!(json["totals"], totals);
    assert_eq!((&json["round"], &json["required"], &rows[0]["count"]), (&json!("1"), &json!(12), &json!(10)));
    assert_eq!(rows[0]["ratio"], 83.33, "rounded down");
    assert_eq!(rows[1]["count"], Value::Null);
    let day = json!({
        "date": "2020-08-10", "airings": 5, "minutes": 0.83, "minimum_minutes": 1.0, "made": 5, "required": 6, "met": false,
    });
    assert_eq!((json["days"].as_array().unwrap().len(), &json["days"][0]), (2, &day));
    let items = json["items"].as_array().unwrap();
    assert_eq!((&items[0]["path"], &items[0]["title"]), (&json!("ministry/01.wav"), &json!("=Khẩu trang")));
    let both = [json!({"aired": 2, "required": 2}), json!({"aired": 1, "required": 2})];
    assert_eq!(items[0]["times"], json!([both[0], both[0]]));
    assert!(items[1]["times"] == json!(both) || items[2]["times"] == json!(both), "{items:?}");
    let short = json["short"].as_array().unwrap();
    assert_eq!(short.len(), 2);
    assert_eq!(
        (&short[0]["aired"], &short[0]["required"], &short[0]["reason"]),
        (&json!(1), &json!(2), &json!("no_time"))
    );
    let note = rows[0]["note"].as_str().unwrap();
    assert!(note.contains("10 lượt của 3 tin bài trong 2 buổi, 2 phút") && note.contains("83,33 %"), "{note}");

    let csv = report(&["--format", "csv"]);
    assert!(
        csv.starts_with("TT,Phương thức thông tin,Số lượng,Tỷ lệ %,Ghi chú\n1,Phát thanh/truyền thanh,10,83.33,"),
        "{csv}"
    );
    let table = report(&[]);
    assert!(METHODS.iter().all(|method| table.contains(method)), "{table}");
    assert!(table.contains("đợt 1"));
    home.loa(&[&["report"], &period[..], &["--strict"]].concat()).with_code(1);
    home.loa(&["report", "--from", "2020-08-11", "--to", "2020-08-10"]).with_code(2);
}

#[test]
fn the_workbook_opens_and_holds_the_form() {
    let home = home_with_a_log();
    let file = home.path("bao-cao.xlsx");
    let args = ["report", "--from", "2020-08-10", "--to", "2020-08-11", "-o", file.to_str().unwrap()];
    assert_eq!(home.loa(&args).with_code(0).err, format!("Đã ghi {}\n", file.display()));
    let mut archive = zip::ZipArchive::new(fs::File::open(&file).unwrap()).unwrap();
    let mut unzip = |part: &str| std::io::read_to_string(archive.by_name(part).unwrap()).unwrap();
    let texts = unzip("xl/sharedStrings.xml");
    assert!(METHODS.iter().all(|method| texts.contains(method)), "{texts}");
    assert!(texts.contains("<t>=Khẩu trang</t>"), "a title is no formula: {texts}");
    let [form, days, items, short] = ["1", "2", "3", "4"].map(|nth| unzip(&format!("xl/worksheets/sheet{nth}.xml")));
    assert!(form.contains("<f>SUM('Theo ngày'!B4:B5)</f><v>10</v>"), "row 1 adds up the days: {form}");
    assert!(form.contains("<f>INT('Theo ngày'!E6*10000/'Theo ngày'!F6)/100</f><v>83.33</v>"), "{form}");
    assert!(days.contains("<f>'Theo tệp'!B8</f><v>5</v>"), "a day adds up its files: {days}");
    assert!(days.contains("<f>IF(E4&gt;=F4,\"đạt\",\"chưa đạt\")</f><v>chưa đạt</v>"), "{days}");
    assert!(days.contains("<conditionalFormatting sqref=\"C4:C5\">") && days.contains("<drawing "), "{days}");
    assert!(items.contains("<f>SUMPRODUCT((B4:B6&lt;G4:G6)*B4:B6+(B4:B6&gt;=G4:G6)*G4:G6)</f><v>5</v>"), "{items}");
    assert!(items.contains("<conditionalFormatting sqref=\"B4:C6\">") && items.contains("hidden=\"1\""), "{items}");
    assert!(!short.contains("<f>") && short.contains("paperSize=\"9\""), "{short}");
    let chart = unzip("xl/charts/chart1.xml");
    assert!(chart.contains("<c:barChart>") && chart.contains("<c:lineChart>"), "columns and the line of the minimum");
    assert!(unzip("docProps/core.xml").contains("2020-01-01T00:00:00Z"), "no clock is asked");
    let again = home.path("lai.xlsx");
    home.loa(&["report", "--from", "2020-08-10", "--to", "2020-08-11", "-o", again.to_str().unwrap()]).with_code(0);
    assert_eq!(fs::read(&file).unwrap(), fs::read(&again).unwrap(), "the same report is the same bytes");
    let log = home.path("nhat-ky.xlsx");
    home.loa(&["log", "-o", log.to_str().unwrap()]).with_code(0);
    assert_eq!(fs::read(&log).unwrap()[..2], *b"PK");
}

#[test]
fn what_no_log_can_know_is_typed_in_as_vietnamese_papers_write_it() {
    let home = home();
    let set = ["report", "set", "4", "--count", "51.974", "--ratio", "8,35", "--note", "Zalo huyện", "--round", "1"];
    assert_eq!(home.loa(&set).with_code(0).err, "Đã ghi dòng 4 của báo cáo\n");
    home.loa(&["report", "set", "6", "--count", "12"]).with_code(0);
    let row = |round: &str, tt: usize| {
        let args = ["report", "--json", "--from", "2020-08-10", "--to", "2020-08-10", "--round", round];
        home.loa(&args).with_code(0).json()["rows"][tt - 1].clone()
    };
    let four = row("1", 4);
    assert_eq!((&four["count"], &four["ratio"], &four["note"]), (&json!(51_974), &json!(8.35), &json!("Zalo huyện")));
    assert_eq!(row("2", 4)["count"], Value::Null, "another round is another report");
    assert_eq!(row("2", 6)["count"], 12, "what belongs to no round counts in each");
    home.loa(&["report", "set", "4", "--count", "51.975", "--round", "1"]).with_code(0);
    assert_eq!(row("1", 4)["count"], 51_975, "the latest entry counts");
    assert_eq!((&row("1", 4)["ratio"], &row("1", 4)["note"]), (&json!(8.35), &json!("Zalo huyện")), "the rest stays");
    home.loa(&["report", "set", "4", "--clear", "--note", "nhập lại", "--round", "1"]).with_code(0);
    assert_eq!((&row("1", 4)["count"], &row("1", 4)["note"]), (&Value::Null, &json!("nhập lại")));
    home.loa(&["report", "set", "4", "--round", "1"]).with_code(2);
    home.loa(&["report", "set", "proposals", "--count", "3"]).with_code(2);
    home.loa(&["report", "set", "installs", "--count", "3"]).with_code(2);
    let install = ["report", "set", "installs", "--district", "Văn Lãng", "--count", "6306", "--population", "50.000"];
    home.loa(&install).with_code(0);
    home.loa(&["report", "set", "installs", "--district", "VĂN  LÃNG", "--count", "7.904"]).with_code(0);
    let form = ["report", "--form", "installs", "--json", "--from", "2020-08-10", "--to", "2020-08-10"];
    let installs = home.loa(&form).with_code(0).json();
    assert_eq!(installs["rows"].as_array().unwrap().len(), 1, "one district, however it is written: {installs}");
    assert_eq!((&installs["total"]["installs"], &installs["total"]["share"]), (&json!(7_904), &json!(15.81)));
    home.write("cai-dat.csv", "Huyện,Cài đặt\nA,nhiều\n");
    let csv = home.path("cai-dat.csv");
    let wrong = home.loa_en(&["report", "set", "installs", "--csv", csv.to_str().unwrap()]).with_code(1).err;
    assert!(wrong.contains("cai-dat.csv:2:3: \"nhiều\" is no number"), "{wrong}");
    let history = home.loa(&["report", "entries", "--json"]).with_code(0).json();
    assert_eq!(history.as_array().unwrap().len(), 6, "nothing that was entered is lost: {history}");
    let wrong = home.loa_en(&["report", "set", "4", "--count", "nhiều"]).with_code(2);
    assert_eq!(wrong.err, "loa: \"nhiều\" is no number; write it like 200000 or 8.35\n");
    home.loa(&["report", "set", "1", "--count", "5"]).with_code(2);
}

#[test]
fn levels() {
    let home = home();
    assert_eq!(
        home.loa_en(&["level"]).with_code(1).err,
        "loa: station.yaml names no levels; add `levels: [1, 2, 3]`\n"
    );
    home.configure("levels: [1, 2, 3]");
    assert_eq!(home.loa(&["level"]).with_code(0).out, "Cấp độ 1\n");
    let unknown = home.loa_en(&["level", "5"]).with_code(2);
    assert_eq!(unknown.err, "loa: there is no level \"5\" in station.yaml; known: 1, 2, 3\n");
    home.loa(&["level", "3", "--directive", "152/KH-STTTT"]).with_code(0);
    let level = home.loa(&["level", "--json"]).with_code(0).json();
    assert_eq!((&level["level"], &level["directive"]), (&json!("3"), &json!("152/KH-STTTT")));
}

#[test]
fn a_station_that_is_off_still_says_what_comes_next() {
    let home = home();
    let status = home.loa(&["status", "--json"]).with_code(0).json();
    assert_eq!((&status["state"], &status["on_air"]), (&json!("off"), &Value::Null));
    assert_eq!(status["next_session"]["session"], "sang");
    assert!(!home.path("data/loa.db").exists(), "looking leaves no log behind");
    let words = home.loa_en(&["status"]).with_code(0).out;
    assert!(words.contains("The program is not running; start it with `loa run`"), "{words}");
}

#[test]
fn a_pipe_that_is_closed_ends_a_command_quietly() {
    let home = home_with_a_log();
    let mut log = home.command(&["log", "--format", "csv"]);
    let mut child = log.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

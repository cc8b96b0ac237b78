//! Audio files from anybody's stick, each class of bad ones at the boundary where it comes in: what `loa library` says of each,
//! word for word, and that the good ones beside them air.

use std::fs;

use serde_json::Value;

use crate::bad_sounds::{Claim, SOUND, tone, wav, what_airs, what_cannot_air, write_flac_with_pictures};
use crate::home::Home;
use crate::tones::make_old;

fn item<'a>(library: &'a Value, name: &str) -> &'a Value {
    let path = format!("ministry/{name}");
    let items = library["items"].as_array().unwrap();
    items.iter().find(|item| item["path"] == path.as_str()).unwrap_or_else(|| panic!("no {name} in {library:#}"))
}

#[test]
fn each_bad_file_is_named_with_its_reason_and_the_good_ones_beside_it_can_air() {
    let home = Home::new();
    let bad = what_cannot_air();
    for (name, bytes, ..) in &bad {
        home.write(&format!("audio/ministry/{name}"), bytes);
    }
    let good = what_airs();
    for (name, bytes) in &good {
        home.write(&format!("audio/ministry/{name}"), bytes);
    }
    let library = home.loa_en(&["library", "--json"]).with_code(0).json();
    let said = |name: &str| {
        let item = item(&library, name);
        (item["status"].as_str().unwrap().to_owned(), item["reason"].as_str().unwrap().to_owned())
    };
    let wrong: Vec<_> = bad
        .iter()
        .map(|(name, _, status, reason)| (name, said(name), ((*status).to_owned(), reason.clone())))
        .filter(|(_, is, should)| is != should)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let silenced: Vec<_> = good.iter().map(|(name, _)| (name, said(name))).filter(|(_, said)| said.0 != "ok").collect();
    assert!(silenced.is_empty(), "{silenced:#?}");
    assert_eq!(library["playable"], good.len());
}

#[test]
fn twelve_hours_air_and_a_minute_more_does_not() {
    let home = Home::new();
    // At 1,000 Hz; all but the beginning is silence, and a hole on the disk.
    let hours = |name: &str, secs: u32| {
        let bytes = secs * 2_000;
        let begin = wav(Claim { rate: 1_000, length: Some(bytes), ..SOUND }, &tone(1_000, 6_000.0));
        let file = home.path("audio/ministry").join(name);
        fs::write(&file, &begin).unwrap();
        let header = begin.len() as u64 - 96_000;
        fs::File::options().append(true).open(&file).unwrap().set_len(header + u64::from(bytes)).unwrap();
        make_old(&file);
    };
    hours("12h.wav", 12 * 3_600);
    hours("12h01.wav", 12 * 3_600 + 60);
    let library = home.loa_en(&["library", "--json"]).with_code(0).json();
    assert_eq!(
        (&item(&library, "12h.wav")["status"], &item(&library, "12h.wav")["duration"]),
        (&"ok".into(), &43_200.0.into())
    );
    assert_eq!(item(&library, "12h01.wav")["reason"], "longer than 12 hours; cut it into parts");
}

#[test]
fn pictures_beyond_all_measure_cost_their_file() {
    let home = Home::new();
    home.tone("ministry/tot.wav", 600, 1_000);
    write_flac_with_pictures(&home.path("audio/ministry/mot-anh.flac"), 1, 8 << 20);
    write_flac_with_pictures(&home.path("audio/ministry/muoi-anh.flac"), 10, 15 << 20);
    for _ in 0..2 {
        let library = home.loa_en(&["library", "--json"]).with_code(0).json();
        for good in ["tot.wav", "mot-anh.flac"] {
            assert_eq!(item(&library, good)["status"], "ok", "{library:#}");
        }
        let bad = item(&library, "muoi-anh.flac");
        assert_eq!(bad["status"], "broken");
        assert_eq!(
            bad["reason"],
            "decoding it takes too much memory, most often for its pictures; take them out, or convert it to mp3 or wav"
        );
    }
    let table = home.loa(&["library"]).with_code(0).out;
    assert!(table.contains("giải mã tệp này cần quá nhiều bộ nhớ"), "{table}");
}

const TWO_SILENT: &str = "sessions:\n  - id: thu\n    cron: \"0 0 30 2 *\"\n    length: 1m\n    rundown:\n\
                       \u{20}     - play: bulletins/im-lang.wav\n      - play: bulletins/mac-niem.wav\n";

#[test]
fn a_minute_of_silence_airs_where_its_sidecar_says_that_it_is_meant() {
    let home = Home::new();
    home.write("schedules/thu.yaml", TWO_SILENT);
    let status = |home: &Home, name: &str| {
        let library = home.loa_en(&["library", "--json"]).with_code(0).json();
        let items = library["items"].as_array().unwrap().clone();
        let item = items.into_iter().find(|item| item["path"] == format!("bulletins/{name}")).unwrap();
        item["status"].as_str().unwrap().to_owned()
    };
    let stick = home.path("stick");
    for name in ["im-lang", "mac-niem"] {
        home.write(&format!("stick/{name}.wav"), wav(SOUND, &vec![0; 96_000]));
    }
    home.write("stick/mac-niem.yaml", "title: Mặc niệm\nsilence: true\n");
    let import = home.loa_en(&["import", stick.to_str().unwrap(), "--json"]).with_code(1).json();
    let outcomes: Vec<_> = import["items"].as_array().unwrap().iter().map(|file| &file["outcome"]).collect();
    assert_eq!(outcomes, ["refused", "imported"], "{import:#}");
    fs::copy(stick.join("im-lang.wav"), home.path("audio/bulletins/im-lang.wav")).unwrap();
    make_old(&home.path("audio/bulletins/im-lang.wav"));
    assert_eq!((status(&home, "im-lang.wav"), status(&home, "mac-niem.wav")), ("silent".into(), "unapproved".into()));
    let refused = home.loa_en(&["approve", "bulletins/im-lang.wav", "--by", "Chu tich xa"]).with_code(1);
    assert!(refused.err.contains("there is no sound in it"), "{refused:?}");
    home.loa(&["approve", "bulletins/mac-niem.wav", "--by", "Chu tich xa"]).with_code(0);
    let (done, heard) = home.on_air(&["--session", "thu", "--length", "10s", "--once"]).wait();
    assert!(done.success(), "{heard:#?}");
    let rows: Vec<_> = home
        .log()
        .into_iter()
        .map(|row| (row["path"].clone(), row["outcome"].clone(), row["silent_seconds"].clone()))
        .collect();
    assert_eq!(rows[0], ("bulletins/im-lang.wav".into(), "failed".into(), Value::Null), "{rows:?}");
    assert_eq!(rows[1], ("bulletins/mac-niem.wav".into(), "aired".into(), 2.0.into()), "{rows:?}");
}

//! `loa backup` and `loa restore`: the whole home in one file, and a home out of it.

use std::path::Path;

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::args::{BackupArgs, RestoreArgs};
use crate::cli::context::{Context, store_failure};
use crate::cli::{Failure, Outcome, output};
use crate::equipment::archive::{ArchiveFault, Contents};
use crate::station::backup::{About, NoBackup, make};
use crate::station::restore::{NotRestored, restore as make_home};
use crate::words::{Carry, Message};

pub fn backup(context: &Context, args: &BackupArgs) -> Outcome {
    context.papers_or_mistakes()?.ok();
    let made = make(&context.home, &args.file, args.without_audio, context.now());
    let made = made.map_err(|fault| no_backup(context, &args.file, fault))?;
    let broken = made.examined.as_ref().and_then(|examined| examined.broken.as_ref());
    if context.json {
        let mut document = document(context, &args.file, &made.contents);
        document["bytes"] = made.bytes.into();
        output::print_json(context, &document)?;
    }
    tell(
        context,
        Carry::BackupMade {
            file: args.file.display().to_string(),
            bytes: made.bytes,
            files: made.contents.entries.len(),
            rows: rows(&made.contents.about),
        },
    );
    if args.without_audio {
        tell(context, Carry::BackupWithoutSound);
    }
    let Some(what) = broken else { return Ok(()) };
    tell(context, Carry::LogBroken { why: context.say(what) });
    Err(Failure::told())
}

pub fn restore(context: &Context, args: &RestoreArgs) -> Outcome {
    let restored = make_home(&context.home, &args.file, args.force, context.now());
    let restored = restored.map_err(|fault| not_restored(context, &args.file, fault))?;
    let about = &restored.contents.about;
    if context.json {
        let mut document = document(context, &args.file, &restored.contents);
        document["set_aside"] = json!(restored.set_aside);
        document["rows_left"] = restored.rows_left.into();
        output::print_json(context, &document)?;
    }
    tell(
        context,
        Carry::Restored {
            dir: context.home.dir.display().to_string(),
            files: restored.contents.entries.len(),
            rows: rows(about),
            made: made_at(context, about).strftime("%Y-%m-%d %H:%M").to_string(),
        },
    );
    if !about.audio {
        tell(context, Carry::RestoredWithoutSound);
    }
    if let Some(kept) = &restored.kept {
        context.tell_kept(kept);
    }
    if let Some(dir) = restored.set_aside.map(|dir| dir.display().to_string()) {
        tell(context, Carry::SetAside { dir: dir.clone() });
        if restored.rows_left > 0 {
            tell(context, Carry::RowsLeft { rows: restored.rows_left, dir });
        }
    }
    Ok(())
}

fn tell(context: &Context, carry: Carry) {
    context.tell(&Message::Carry(carry));
}

fn rows(about: &About) -> u64 {
    about.database.as_ref().map_or(0, |database| database.rows)
}

/// By the station's clock.
fn made_at(context: &Context, about: &About) -> Zoned {
    let zone = context.home.config().map_or(TimeZone::UTC, |config| config.timezone);
    about.made_at.to_zoned(zone)
}

fn document(context: &Context, file: &Path, contents: &Contents<About>) -> Value {
    let about = &contents.about;
    json!({
        "file": file,
        "made_at": made_at(context, about).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        "program": about.program,
        "station": about.station,
        "audio": about.audio,
        "files": contents.entries.len(),
        "rows": rows(about),
        "head": about.database.as_ref().and_then(|database| database.head.as_deref()),
        "whole": about.database.as_ref().is_none_or(|database| database.whole),
    })
}

fn no_backup(context: &Context, file: &Path, fault: NoBackup) -> Failure {
    let shown = file.display().to_string();
    match fault {
        NoBackup::IsFolder => Failure::usage(Message::Carry(Carry::FileIsFolder { file: shown })),
        NoBackup::IsOther => Failure::usage(Message::Carry(Carry::FileIsOther { file: shown })),
        NoBackup::Busy => Failure::world(Message::Carry(Carry::BackupBusy { file: shown })),
        NoBackup::Database(fault) => store_failure(&fault),
        NoBackup::Archive(ArchiveFault::Io(error)) | NoBackup::Unwritable { error } => {
            context.cannot_write(file, &error)
        }
        // What was read again is not what was written: the disk lies.
        NoBackup::Archive(fault) => Failure::world(of_archive(shown, fault)),
        NoBackup::Unreadable { file, error } => {
            Failure::world(Message::CannotRead { file: file.display().to_string(), detail: error.to_string() })
        }
    }
}

fn not_restored(context: &Context, file: &Path, fault: NotRestored) -> Failure {
    let (shown, dir) = (file.display().to_string(), context.home.dir.display().to_string());
    let refused = |carry| Failure::not_so(Message::Carry(carry));
    match fault {
        NotRestored::Archive(ArchiveFault::Io(error)) => {
            Failure::world(Message::CannotRead { file: shown, detail: error.to_string() })
        }
        NotRestored::Archive(fault) => Failure::not_so(of_archive(shown, fault)),
        NotRestored::Newer { .. } => refused(Carry::ArchiveNewer { file: shown }),
        NotRestored::OtherLog => refused(Carry::OtherLog { file: shown }),
        NotRestored::Broken(what) => refused(Carry::BrokenLog { file: shown, why: context.say(&what) }),
        NotRestored::Running => refused(Carry::StationRuns { dir }),
        NotRestored::RowsAhead { rows } => refused(Carry::RowsAhead { rows }),
        NotRestored::OldLogUnreadable(fault) => refused(Carry::OldLogUnreadable { detail: fault.to_string() }),
        NotRestored::Full { needed, free } => Failure::world(Message::Carry(Carry::NoRoom { needed, free })),
        NotRestored::Database(fault) => store_failure(&fault),
        NotRestored::Unwritable { file, error } => context.cannot_write(&file, &error),
    }
}

fn of_archive(file: String, fault: ArchiveFault) -> Message {
    Message::Carry(match fault {
        ArchiveFault::Io(error) => Carry::ArchiveUnreadable { file, detail: error.to_string() },
        ArchiveFault::Unreadable { detail } => Carry::ArchiveUnreadable { file, detail },
        ArchiveFault::Foreign { path } => Carry::ArchiveForeign { file, path },
        ArchiveFault::Changed { path } => Carry::ArchiveChanged { file, path },
        ArchiveFault::Missing { path } => Carry::ArchiveMissing { file, path },
        ArchiveFault::NoList => Carry::ArchiveNoList { file },
        ArchiveFault::Restless { path } => Carry::FileRestless { path },
    })
}

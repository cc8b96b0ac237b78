-- Version 4: which start of the computer a row was written in, and how long after it: rows that a wrong clock dated can be put
-- right later. Rows of before say nothing of it, and their seals do not change.
ALTER TABLE log ADD COLUMN boot TEXT;
ALTER TABLE log ADD COLUMN uptime INTEGER;          -- milliseconds

-- What was accepted of the Ministry's.
-- The content of each ministry file: as it was first seen whole, or as a manifest named it. The latest of a path counts.
CREATE TABLE pinned (
    pinned_id   INTEGER PRIMARY KEY,
    path        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    length      INTEGER NOT NULL,           -- frames
    at          INTEGER NOT NULL
) STRICT;

-- Each manifest with a batch that came into force. A lower batch of those who are trusted is refused for ever.
CREATE TABLE accepted (
    accepted_id INTEGER PRIMARY KEY,
    signed_by   TEXT NOT NULL,              -- the key's id; empty where no signature was asked for
    batch       INTEGER NOT NULL,
    content     TEXT NOT NULL,              -- hash of the file
    at          INTEGER NOT NULL
) STRICT;

CREATE TRIGGER pinned_is_never_changed BEFORE UPDATE ON pinned
BEGIN SELECT RAISE(ABORT, 'what was accepted is kept with its history'); END;
CREATE TRIGGER pinned_is_never_deleted BEFORE DELETE ON pinned
BEGIN SELECT RAISE(ABORT, 'what was accepted is kept with its history'); END;

CREATE TRIGGER accepted_is_never_changed BEFORE UPDATE ON accepted
BEGIN SELECT RAISE(ABORT, 'what was accepted is kept with its history'); END;
CREATE TRIGGER accepted_is_never_deleted BEFORE DELETE ON accepted
BEGIN SELECT RAISE(ABORT, 'what was accepted is kept with its history'); END;

-- Alarms. One is raised with a row, and over with another that repeats it. Append-only.
CREATE TABLE alarm (
    alarm_id    INTEGER PRIMARY KEY,
    what        TEXT NOT NULL,
    subject     TEXT NOT NULL,              -- which zone, file, relay; empty where there is only one
    detail      TEXT NOT NULL,              -- JSON: what was said, in both languages
    raised_at   INTEGER NOT NULL,
    cleared_at  INTEGER                     -- NULL in the row of the raising
) STRICT;
CREATE UNIQUE INDEX alarm_once ON alarm (what, subject, raised_at, ifnull(cleared_at, 0));

CREATE TRIGGER alarm_is_never_changed BEFORE UPDATE ON alarm
BEGIN SELECT RAISE(ABORT, 'alarms are kept with their history'); END;
CREATE TRIGGER alarm_is_never_deleted BEFORE DELETE ON alarm
BEGIN SELECT RAISE(ABORT, 'alarms are kept with their history'); END;

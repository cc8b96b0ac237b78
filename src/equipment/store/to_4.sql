-- Version 4: alarms. One is raised with a row, and over with another that repeats it. Append-only.
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

-- Each start of the program. `alive_at` is its last sign of life; how it ended is unknown until somebody says so.
CREATE TABLE run (
    run_id      INTEGER PRIMARY KEY,
    started_at  INTEGER NOT NULL,           -- milliseconds since 1970, UTC, as everywhere here
    alive_at    INTEGER NOT NULL,
    ended       TEXT                        -- 'shutdown'; NULL while it runs, or when it died
) STRICT;

-- Each session that took place or should have, with its rundown as it was decided.
CREATE TABLE session (
    session_id  INTEGER PRIMARY KEY,
    date        TEXT NOT NULL,
    session     TEXT NOT NULL,
    origin      TEXT NOT NULL,
    level       TEXT NOT NULL,
    rundown     TEXT NOT NULL,              -- JSON: title, span, items
    is_over     INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A slot is aired at most once. What an operator begins by hand is no slot.
CREATE UNIQUE INDEX slot ON session (date, session) WHERE origin <> 'by_hand';
CREATE INDEX session_not_over ON session (session_id) WHERE is_over = 0;

-- The item on the air, checkpointed. The row goes when its airing is written.
CREATE TABLE on_air (
    session_id   INTEGER NOT NULL REFERENCES session,
    line         INTEGER NOT NULL,
    predicted_at INTEGER NOT NULL,
    aired_at     INTEGER NOT NULL,
    heard        INTEGER NOT NULL,          -- frames
    heard_at     INTEGER NOT NULL,
    device       TEXT NOT NULL,
    clock        TEXT NOT NULL,
    PRIMARY KEY (session_id, line)
) STRICT, WITHOUT ROWID;

-- The airtime log. Append-only.
CREATE TABLE airing (
    airing_id    INTEGER PRIMARY KEY,
    session_id   INTEGER NOT NULL REFERENCES session,
    line         INTEGER,                   -- of the rundown; NULL for what was left out of it
    station      TEXT NOT NULL,
    date         TEXT NOT NULL,
    session      TEXT NOT NULL,
    planned_at   INTEGER NOT NULL,
    predicted_at INTEGER NOT NULL,
    aired_at     INTEGER,
    ended_at     INTEGER,
    aired        INTEGER NOT NULL,          -- frames
    duration     INTEGER NOT NULL,          -- frames
    kind         TEXT NOT NULL,
    path         TEXT NOT NULL,
    title        TEXT NOT NULL,
    language     TEXT NOT NULL,
    directive    TEXT NOT NULL,
    level        TEXT NOT NULL,
    zone         TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    lufs         REAL,
    device       TEXT NOT NULL,
    clock        TEXT NOT NULL,
    entry_hash   TEXT NOT NULL
) STRICT;

CREATE INDEX airing_by_date ON airing (date);
CREATE UNIQUE INDEX airing_of_line ON airing (session_id, line) WHERE line IS NOT NULL;

CREATE TRIGGER airing_is_never_changed BEFORE UPDATE ON airing
BEGIN SELECT RAISE(ABORT, 'the airtime log is append-only'); END;
CREATE TRIGGER airing_is_never_deleted BEFORE DELETE ON airing
BEGIN SELECT RAISE(ABORT, 'the airtime log is append-only'); END;

-- Decisions on bulletins, each bound to the content that was decided on.
CREATE TABLE approval (
    approval_id INTEGER PRIMARY KEY,
    path        TEXT NOT NULL,
    hash        TEXT NOT NULL,
    verdict     TEXT NOT NULL,              -- 'approved' or 'rejected'
    by          TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

-- Each change of the response level.
CREATE TABLE level (
    level_id    INTEGER PRIMARY KEY,
    level       TEXT NOT NULL,
    directive   TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

-- Rows 2 to 8 of the report, as they were typed in.
CREATE TABLE entry (
    entry_id    INTEGER PRIMARY KEY,
    tt          INTEGER NOT NULL,
    round       TEXT,
    count       REAL,
    ratio       REAL,
    note        TEXT NOT NULL,
    by          TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

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
CREATE INDEX session_by_date ON session (date);
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

-- The airtime log: airings, corrections, starts and stops of the program. Append-only.
CREATE TABLE log (
    row_id       INTEGER PRIMARY KEY,       -- counts from 1, without a hole
    session_id   INTEGER REFERENCES session, -- NULL for what belongs to no session
    line         INTEGER,                   -- of the rundown; NULL for what was left out of it
    station      TEXT NOT NULL,
    date         TEXT NOT NULL,
    session      TEXT NOT NULL,
    planned_at   INTEGER,
    predicted_at INTEGER,
    aired_at     INTEGER,
    ended_at     INTEGER,                   -- of a start: the last sign of life of the run before
    aired        INTEGER,                   -- milliseconds, rounded down
    duration     INTEGER,                   -- milliseconds, rounded down
    kind         TEXT NOT NULL,             -- of the airing; or 'correction', 'start', 'stop'
    path         TEXT NOT NULL,
    title        TEXT NOT NULL,
    language     TEXT NOT NULL,
    directive    TEXT NOT NULL,
    level        TEXT NOT NULL,
    zone         TEXT NOT NULL,
    outcome      TEXT NOT NULL,             -- empty for starts and stops
    reason       TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    decilufs     INTEGER,                   -- tenths of a LUFS
    device       TEXT NOT NULL,
    clock        TEXT NOT NULL,
    noted_at     INTEGER NOT NULL,
    corrects     INTEGER REFERENCES log,    -- the row that this one corrects
    by           TEXT NOT NULL,
    note         TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    entry_hash   TEXT NOT NULL
) STRICT;

CREATE INDEX log_by_date ON log (date);
CREATE INDEX log_starts ON log (row_id) WHERE kind = 'start';
CREATE INDEX log_corrections ON log (corrects) WHERE corrects IS NOT NULL;
CREATE UNIQUE INDEX log_of_line ON log (session_id, line) WHERE line IS NOT NULL;

CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the airtime log is append-only'); END;
CREATE TRIGGER log_is_never_deleted BEFORE DELETE ON log
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

-- What no log can know, as it was typed in: rows 2 to 8 of the report, proposals, installations. The latest counts.
CREATE TABLE entry (
    entry_id    INTEGER PRIMARY KEY,
    subject     TEXT NOT NULL,              -- '2' to '8', 'proposals', 'installs'
    district    TEXT NOT NULL,              -- of installations, else empty
    round       TEXT,
    count       REAL,
    ratio       REAL,                       -- percent
    population  REAL,                       -- of the district
    note        TEXT NOT NULL,
    by          TEXT NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are kept with their history'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are kept with their history'); END;

-- What each day owed, by the orders of that day: written when it changes, the last of a day counts.
CREATE TABLE owed (
    owed_id     INTEGER PRIMARY KEY,
    date        TEXT NOT NULL,
    owed        TEXT NOT NULL,              -- JSON
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX owed_by_date ON owed (date);

CREATE TRIGGER approval_is_never_changed BEFORE UPDATE ON approval
BEGIN SELECT RAISE(ABORT, 'decisions are kept with their history'); END;
CREATE TRIGGER approval_is_never_deleted BEFORE DELETE ON approval
BEGIN SELECT RAISE(ABORT, 'decisions are kept with their history'); END;

CREATE TRIGGER level_is_never_changed BEFORE UPDATE ON level
BEGIN SELECT RAISE(ABORT, 'levels are kept with their history'); END;
CREATE TRIGGER level_is_never_deleted BEFORE DELETE ON level
BEGIN SELECT RAISE(ABORT, 'levels are kept with their history'); END;

CREATE TRIGGER owed_is_never_changed BEFORE UPDATE ON owed
BEGIN SELECT RAISE(ABORT, 'what was owed is kept as it was'); END;
CREATE TRIGGER owed_is_never_deleted BEFORE DELETE ON owed
BEGIN SELECT RAISE(ABORT, 'what was owed is kept as it was'); END;

-- Version 3: what was metered of the sound itself. Rows of before say nothing of it, and their seals do not change.
ALTER TABLE log ADD COLUMN peak_decibels INTEGER;   -- tenths of a dBFS
ALTER TABLE log ADD COLUMN silent INTEGER;          -- milliseconds, rounded down
ALTER TABLE log ADD COLUMN confirmed INTEGER;       -- milliseconds, rounded down
-- Of a station on the air it stays empty, so that asking it costs nothing. Later databases of version 2 have it.
CREATE INDEX IF NOT EXISTS log_simulated ON log (date) WHERE device = 'simulated';

-- And zones: what is on the air is so on each, and a line has a row on each. Of before there was one zone, `all`.
DROP INDEX log_of_line;
CREATE UNIQUE INDEX log_of_line ON log (session_id, zone, line) WHERE line IS NOT NULL;
DROP INDEX slot;
CREATE UNIQUE INDEX slot ON session (date, session) WHERE origin NOT IN ('by_hand', 'alert');
-- Items that were not planned but came up on the way: what an alert cut, what stands in for a dead relay.
CREATE TABLE added (
    session_id  INTEGER NOT NULL REFERENCES session,
    zone        TEXT NOT NULL,
    line        INTEGER NOT NULL,           -- counts on from the rundown's
    item        TEXT NOT NULL,              -- JSON
    PRIMARY KEY (session_id, zone, line)
) STRICT, WITHOUT ROWID;
ALTER TABLE on_air RENAME TO on_air_2;
CREATE TABLE on_air (
    session_id   INTEGER NOT NULL REFERENCES session,
    zone         TEXT NOT NULL,
    line         INTEGER NOT NULL,
    predicted_at INTEGER NOT NULL,
    aired_at     INTEGER NOT NULL,
    heard        INTEGER NOT NULL,
    heard_at     INTEGER NOT NULL,
    device       TEXT NOT NULL,
    clock        TEXT NOT NULL,
    PRIMARY KEY (session_id, zone, line)
) STRICT, WITHOUT ROWID;
INSERT INTO on_air SELECT session_id, 'all', line, predicted_at, aired_at, heard, heard_at, device, clock FROM on_air_2;
DROP TABLE on_air_2;

-- Emergencies in force, so that a restart goes on with them.
CREATE TABLE alert (
    alert_id    INTEGER PRIMARY KEY,
    alert       TEXT NOT NULL,              -- JSON: what was ordered, how often it is still to air, and when next
    is_over     INTEGER NOT NULL DEFAULT 0
) STRICT;
-- Each time silence was latched or released. The latest counts.
CREATE TABLE silence (
    silence_id  INTEGER PRIMARY KEY,
    is_latched  INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

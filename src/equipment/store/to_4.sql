-- Version 4: which start of the computer a row was written in, and how long after it: rows that a wrong clock dated can be put
-- right later. Rows of before say nothing of it, and their seals do not change.
ALTER TABLE log ADD COLUMN boot TEXT;
ALTER TABLE log ADD COLUMN uptime INTEGER;          -- milliseconds

-- Version 3: what was metered of the sound itself. Rows of before say nothing of it, and their seals do not change.
ALTER TABLE log ADD COLUMN peak_decibels INTEGER;
ALTER TABLE log ADD COLUMN silent INTEGER;
ALTER TABLE log ADD COLUMN confirmed INTEGER;

-- The same for the rows that were there before; in the background.
ALTER TABLE events MATERIALIZE INDEX recorded_at_range

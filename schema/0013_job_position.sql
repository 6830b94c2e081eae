-- Where a job goes on that walks through a whole store, in its own words; kept in
-- the row of its lease, so only its holder moves it.  '': at the beginning.
ALTER TABLE lease
	ADD COLUMN position VARCHAR(64) CHARACTER SET ascii COLLATE ascii_nopad_bin
		NOT NULL DEFAULT '';

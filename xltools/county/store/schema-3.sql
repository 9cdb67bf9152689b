-- Version 3. A file that was only saved again, with the same report in it, is known by its earlier content, too: sums count that.

ALTER TABLE reports ADD COLUMN saved_before TEXT NOT NULL DEFAULT '';  -- the SHA-256 of the file each time before, one a line

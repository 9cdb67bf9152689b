-- The store of xltools: what every unit handed in, version by version. Described in docs/store.md.
-- PRAGMA application_id is 0x786C7473 ("xlts"), PRAGMA user_version the version of this schema.

-- Who is expected to report, and who did without being expected.
CREATE TABLE units (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL DEFAULT '',          -- as in the roster, always text; '' where the unit has none
  name TEXT NOT NULL,                     -- the present name
  short_name TEXT NOT NULL DEFAULT '',
  former_names TEXT NOT NULL DEFAULT '',  -- one a line
  address TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  postcode TEXT NOT NULL DEFAULT '',
  website TEXT NOT NULL DEFAULT '',
  website_url TEXT NOT NULL DEFAULT '',
  in_roster INTEGER NOT NULL DEFAULT 0,   -- 1: stands in the roster that was used last
  position INTEGER                        -- its place in that roster, from 1
);
CREATE UNIQUE INDEX units_by_code ON units (code) WHERE code <> '';

-- Which unit a name means.
CREATE TABLE unit_names (
  name TEXT PRIMARY KEY,                  -- without blanks
  unit_id INTEGER NOT NULL REFERENCES units (id),
  kind TEXT NOT NULL CHECK (kind IN ('own', 'listed'))  -- own: its name, now or in an earlier roster; listed: as short or former name in the roster
) WITHOUT ROWID;
CREATE INDEX unit_names_by_unit ON unit_names (unit_id);

-- What the cells of each form are called.
CREATE TABLE cells (
  form TEXT NOT NULL,
  cell TEXT NOT NULL,                     -- the cell id, as in requests.received.total
  position INTEGER NOT NULL,              -- its place in official order, from 1
  label TEXT NOT NULL,                    -- the official words of its row and column
  unit TEXT NOT NULL,                     -- 件, 条, 万元 …
  kind TEXT NOT NULL,                     -- input or total
  PRIMARY KEY (form, cell)
) WITHOUT ROWID;

-- Every file that was ever taken in, as it was when it was read last.
CREATE TABLE files (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,                  -- bytes
  modified INTEGER NOT NULL,              -- nanoseconds since 1970, UTC
  sha256 TEXT NOT NULL DEFAULT '',
  outcome TEXT NOT NULL CHECK (outcome IN ('read', 'unreadable')),
  error TEXT,                             -- why it could not be read
  gone INTEGER NOT NULL DEFAULT 0,        -- 1: no longer found in its folder
  taken_at TEXT NOT NULL                  -- UTC, ISO 8601
) WITHOUT ROWID;

-- Every version of every report. None is ever deleted.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  unit_id INTEGER REFERENCES units (id),  -- NULL: the report names no unit
  unit_name TEXT NOT NULL,                -- as the report has it
  year INTEGER,                           -- NULL: the report names no year
  form TEXT NOT NULL,
  file TEXT NOT NULL REFERENCES files (path),
  modified INTEGER NOT NULL,              -- of the file, when this version was read
  sha256 TEXT NOT NULL DEFAULT '',        -- likewise
  json TEXT NOT NULL,                     -- the whole report as `xltools export X.json` writes it
  taken_at TEXT NOT NULL,                 -- UTC, ISO 8601
  -- current: counts for its unit and year. rival: another file of the same unit and year, changed less recently.
  -- duplicate: another file with the same bytes as the current one. superseded: an earlier version of a file.
  -- gone: its file is no longer found in its folder.
  state TEXT NOT NULL CHECK (state IN ('current', 'rival', 'duplicate', 'superseded', 'gone'))
);
CREATE UNIQUE INDEX one_current_report ON reports (unit_id, year) WHERE state = 'current' AND unit_id IS NOT NULL AND year IS NOT NULL;
CREATE INDEX reports_by_unit ON reports (unit_id, year);
CREATE INDEX reports_by_file ON reports (file);
CREATE INDEX reports_by_year ON reports (year, state);

-- Every figure of the form, totals computed where the report does not state them.
CREATE TABLE figures (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  cell TEXT NOT NULL,                     -- the cell id, as in requests.received.total
  value NUMERIC,                          -- NULL: blank, or no number
  text TEXT,                              -- what stands there where it is no number
  PRIMARY KEY (report_id, cell)
) WITHOUT ROWID;

-- The prose, paragraphs separated by line feeds.
CREATE TABLE texts (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  section TEXT NOT NULL,                  -- the section's key, as in overview.proactive
  text TEXT NOT NULL,
  PRIMARY KEY (report_id, section)
) WITHOUT ROWID;

-- The findings, as in `xltools check --format json` (docs/json.md).
CREATE TABLE findings (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  number INTEGER NOT NULL,                -- `id` there: from 1 in each report
  because INTEGER,                        -- the number of the finding that it is only a consequence of
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,                 -- error, warning or notice
  sheet TEXT,
  cell TEXT,                              -- the cell of the sheet, as in D5
  section TEXT,
  message TEXT NOT NULL,
  actual TEXT,
  expected TEXT,
  difference TEXT,
  basis TEXT,
  explanation TEXT,                       -- the reason that staff gave for letting it stand
  advice TEXT,
  figures TEXT NOT NULL DEFAULT '[]',     -- the cell ids concerned, a JSON array
  more TEXT NOT NULL DEFAULT '{}',        -- every other key, a JSON object
  PRIMARY KEY (report_id, number)
) WITHOUT ROWID;

-- For people: what counts now.

CREATE VIEW current_reports AS
SELECT
  r.id AS report_id, u.code, coalesce(u.name, r.unit_name) AS unit, r.year, r.form,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'error') AS errors,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'warning') AS warnings,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'notice') AS notices,
  (SELECT count(*) FROM reports o WHERE o.unit_id = r.unit_id AND o.year IS r.year AND o.state = 'rival') AS rivals,
  coalesce(u.in_roster, 0) AS in_roster, r.unit_name AS name_in_report, r.file,
  datetime(r.modified / 1000000000, 'unixepoch', 'localtime') AS modified, r.taken_at
FROM reports r LEFT JOIN units u ON u.id = r.unit_id
WHERE r.state = 'current';

CREATE VIEW current_figures AS
SELECT u.code, coalesce(u.name, r.unit_name) AS unit, r.year, f.cell, c.label, f.value, f.text, r.form, r.id AS report_id
FROM reports r
JOIN figures f ON f.report_id = r.id
LEFT JOIN units u ON u.id = r.unit_id
LEFT JOIN cells c ON c.form = r.form AND c.cell = f.cell
WHERE r.state = 'current';

CREATE VIEW current_texts AS
SELECT u.code, coalesce(u.name, r.unit_name) AS unit, r.year, t.section, t.text, r.id AS report_id
FROM reports r JOIN texts t ON t.report_id = r.id LEFT JOIN units u ON u.id = r.unit_id
WHERE r.state = 'current';

CREATE VIEW current_findings AS
SELECT u.code, coalesce(u.name, r.unit_name) AS unit, r.year, f.severity, f.code AS rule, f.name, f.message, f.explanation, f.because, f.number, r.file, r.id AS report_id
FROM reports r JOIN findings f ON f.report_id = r.id LEFT JOIN units u ON u.id = r.unit_id
WHERE r.state = 'current';

-- Units of the roster without a report, for each year of which any unit has one.
CREATE VIEW missing_reports AS
SELECT y.year, u.code, u.name AS unit, u.phone
FROM (SELECT DISTINCT year FROM reports WHERE state = 'current' AND year IS NOT NULL) y
JOIN units u ON u.in_roster = 1
WHERE NOT EXISTS (SELECT 1 FROM reports r WHERE r.unit_id = u.id AND r.year = y.year AND r.state = 'current');

-- Two files of one unit for one year: the one that counts, and those that do not.
CREATE VIEW rival_files AS
SELECT u.code, u.name AS unit, c.year, c.file AS counts, r.file AS does_not_count
FROM reports r
JOIN reports c ON c.unit_id = r.unit_id AND c.year IS r.year AND c.state = 'current'
JOIN units u ON u.id = r.unit_id
WHERE r.state = 'rival';

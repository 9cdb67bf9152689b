-- Version 2. Readings are kept whole and judged anew in every run; a report of another year than the one collected is kept aside;
-- of each family of forms one report of a unit and year counts; what the last roll-up counted is told.

DROP VIEW current_reports;
DROP VIEW current_figures;
DROP VIEW current_texts;
DROP VIEW current_findings;
DROP VIEW missing_reports;
DROP VIEW rival_files;

ALTER TABLE files ADD COLUMN offices TEXT NOT NULL DEFAULT '';  -- the units that it was collected for, one a line; '' where not known
ALTER TABLE files ADD COLUMN read_by TEXT NOT NULL DEFAULT '';  -- version of xltools, extras and form that it was read with; read again by others

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  unit_id INTEGER REFERENCES units (id),  -- NULL: the report names no unit
  unit_name TEXT NOT NULL,                -- as the report has it
  year INTEGER,                           -- NULL: the report names no year
  form TEXT NOT NULL,
  family TEXT NOT NULL,                   -- the form of which this one is another edition, or itself: of each family one report counts
  file TEXT NOT NULL REFERENCES files (path),
  modified INTEGER NOT NULL,              -- of the file, when this version was read
  sha256 TEXT NOT NULL DEFAULT '',        -- likewise
  json TEXT NOT NULL,                     -- the whole report as `xltools export X.json` writes it
  reading TEXT NOT NULL,                  -- what only its reader knew, for xltools; '' where an earlier version took it in
  is_sum INTEGER NOT NULL,                -- 1: a sum of reports by its own word; it is no rival of the unit's own report
  taken_at TEXT NOT NULL,                 -- UTC, ISO 8601
  -- current: counts for its unit and year. rival: another file of the same unit and year, changed less recently.
  -- duplicate: another file with the same bytes as the current one. superseded: an earlier version of a file.
  -- gone: its file is no longer found. aside: of another year than the one that it was collected for.
  state TEXT NOT NULL CHECK (state IN ('current', 'rival', 'duplicate', 'superseded', 'gone', 'aside')),
  counted INTEGER NOT NULL DEFAULT 0,     -- 1: is in the last roll-up of its year
  left_out TEXT                           -- why it is not, where it counts for its unit
);
INSERT INTO versions (id, unit_id, unit_name, year, form, family, file, modified, sha256, json, reading, is_sum, taken_at, state)
SELECT id, unit_id, unit_name, year, form, CASE form WHEN 'govinfo-2019' THEN 'govinfo-2021' ELSE form END, file, modified, sha256, json, '', 0,
  taken_at, state
FROM reports;
DROP TABLE reports;
ALTER TABLE versions RENAME TO reports;
CREATE UNIQUE INDEX one_current_report ON reports (unit_id, year, family, is_sum)
  WHERE state = 'current' AND unit_id IS NOT NULL AND year IS NOT NULL;
CREATE INDEX reports_by_unit ON reports (unit_id, year);
CREATE INDEX reports_by_file ON reports (file);
CREATE INDEX reports_by_year ON reports (year, state);

-- What each report adds to the last roll-up of its year, under the cell ids of the office's form, totals computed.
CREATE TABLE additions (
  report_id INTEGER NOT NULL REFERENCES reports (id),
  form TEXT NOT NULL,                     -- of the roll-up
  cell TEXT NOT NULL,
  value NUMERIC NOT NULL,
  PRIMARY KEY (report_id, cell)
) WITHOUT ROWID;

-- For people: what counts now.

CREATE VIEW current_reports AS
SELECT
  r.id AS report_id, u.code, coalesce(u.name, r.unit_name) AS unit, r.year, r.form,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'error') AS errors,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'warning') AS warnings,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'notice') AS notices,
  (SELECT count(*) FROM reports o WHERE o.unit_id = r.unit_id AND o.year IS r.year
    AND o.family = r.family AND o.is_sum = r.is_sum AND o.state = 'rival') AS rivals,
  coalesce(u.in_roster, 0) AS in_roster, r.counted, r.left_out, r.unit_name AS name_in_report, r.file,
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
JOIN reports c ON c.unit_id = r.unit_id AND c.year IS r.year AND c.family = r.family AND c.is_sum = r.is_sum AND c.state = 'current'
JOIN units u ON u.id = r.unit_id
WHERE r.state = 'rival';

-- What the last roll-up of each year is the sum of, unit by unit.
CREATE VIEW counted_figures AS
SELECT u.code, coalesce(u.name, r.unit_name) AS unit, r.year, a.form, a.cell, c.label, a.value, r.id AS report_id
FROM additions a
JOIN reports r ON r.id = a.report_id
LEFT JOIN units u ON u.id = r.unit_id
LEFT JOIN cells c ON c.form = a.form AND c.cell = a.cell;

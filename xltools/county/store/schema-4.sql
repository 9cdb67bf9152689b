-- Version 4. Reports of units of one name that lie in the folders of different towns or counties are those of different units.

DROP VIEW current_reports;
DROP VIEW current_figures;
DROP VIEW current_texts;
DROP VIEW current_findings;
DROP VIEW rival_files;
DROP VIEW counted_figures;
DROP INDEX one_current_report;

ALTER TABLE reports ADD COLUMN branch TEXT NOT NULL DEFAULT '';  -- the town or county that tells it from a unit of the same name in another; '' where none does

CREATE UNIQUE INDEX one_current_report ON reports (unit_id, year, family, is_sum, branch)
  WHERE state = 'current' AND unit_id IS NOT NULL AND year IS NOT NULL;

-- What each report's unit is called: its name, with the branch where that tells it from another: 和平村（城关镇）.
CREATE VIEW called_reports AS
SELECT r.*, coalesce(u.name, r.unit_name) || iif(r.branch = '', '', '（' || r.branch || '）') AS unit, u.code, u.in_roster
FROM reports r LEFT JOIN units u ON u.id = r.unit_id;

-- For people: what counts now.

CREATE VIEW current_reports AS
SELECT
  r.id AS report_id, r.code, r.unit, r.year, r.form,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'error') AS errors,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'warning') AS warnings,
  (SELECT count(*) FROM findings f WHERE f.report_id = r.id AND f.severity = 'notice') AS notices,
  (SELECT count(*) FROM reports o WHERE o.unit_id = r.unit_id AND o.year IS r.year
    AND o.family = r.family AND o.is_sum = r.is_sum AND o.branch = r.branch AND o.state = 'rival') AS rivals,
  coalesce(r.in_roster, 0) AS in_roster, r.counted, r.left_out, r.unit_name AS name_in_report, r.file,
  datetime(r.modified / 1000000000, 'unixepoch', 'localtime') AS modified, r.taken_at
FROM called_reports r
WHERE r.state = 'current';

CREATE VIEW current_figures AS
SELECT r.code, r.unit, r.year, f.cell, c.label, f.value, f.text, r.form, r.id AS report_id
FROM called_reports r
JOIN figures f ON f.report_id = r.id
LEFT JOIN cells c ON c.form = r.form AND c.cell = f.cell
WHERE r.state = 'current';

CREATE VIEW current_texts AS
SELECT r.code, r.unit, r.year, t.section, t.text, r.id AS report_id
FROM called_reports r JOIN texts t ON t.report_id = r.id
WHERE r.state = 'current';

CREATE VIEW current_findings AS
SELECT r.code, r.unit, r.year, f.severity, f.code AS rule, f.name, f.message, f.explanation, f.because, f.number, r.file, r.id AS report_id
FROM called_reports r JOIN findings f ON f.report_id = r.id
WHERE r.state = 'current';

-- Two files of one unit for one year: the one that counts, and those that do not.
CREATE VIEW rival_files AS
SELECT c.code, c.unit, c.year, c.file AS counts, r.file AS does_not_count
FROM reports r
JOIN called_reports c ON c.unit_id = r.unit_id AND c.year IS r.year AND c.family = r.family AND c.is_sum = r.is_sum AND c.branch = r.branch
  AND c.state = 'current'
WHERE r.state = 'rival';

-- What the last roll-up of each year is the sum of, unit by unit.
CREATE VIEW counted_figures AS
SELECT r.code, r.unit, r.year, a.form, a.cell, c.label, a.value, r.id AS report_id
FROM additions a
JOIN called_reports r ON r.id = a.report_id
LEFT JOIN cells c ON c.form = a.form AND c.cell = a.cell;

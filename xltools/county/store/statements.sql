-- The statements that the store is asked and written with, each under its name.

-- name: in_order
SELECT r.id FROM reports r LEFT JOIN units u ON u.id = r.unit_id
WHERE r.state = 'current' AND r.year IS ? AND r.family = coalesce(?, r.family) ORDER BY u.position IS NULL, u.position, u.name, r.is_sum, r.file;

-- name: one_report
SELECT id, coalesce(code, ''), unit, coalesce(in_roster, 0), unit_name, branch, year, form, family, is_sum, file, modified, sha256, json, reading,
  unit_id
FROM called_reports WHERE id = ?;

-- name: other_files
SELECT file, json, state FROM reports
WHERE unit_id = ? AND year IS ? AND family = ? AND is_sum = ? AND branch = ? AND state IN ('rival', 'duplicate') ORDER BY file;

-- name: contents
SELECT coalesce(u.name, r.unit_name), r.is_sum, r.saved_before || r.sha256, r.file FROM reports r LEFT JOIN units u ON u.id = r.unit_id
WHERE r.state IN ('current', 'duplicate') AND r.year = ? AND r.family = ?;

-- name: current_id
SELECT id FROM reports WHERE unit_id = ? AND year = ? AND family = coalesce(?, family) AND branch IN ('', ?) AND state = 'current'
ORDER BY branch = '', is_sum;

-- name: elsewhere
SELECT id, file FROM reports WHERE (state = 'aside' AND year IS NOT ?1) OR (state = 'current' AND year IS ?1 AND family <> ?2)
ORDER BY year IS NULL, year DESC, file;

-- name: of_other_years
SELECT file FROM reports WHERE state = 'current' AND year IS NOT ?;

-- name: units
SELECT code, name, former_names, in_roster FROM units ORDER BY position IS NULL, position, name;

-- name: missing_units
SELECT code, name, former_names, in_roster FROM units u WHERE in_roster AND NOT EXISTS
  (SELECT 1 FROM reports r WHERE r.unit_id = u.id AND r.year IS ? AND r.family = coalesce(?, r.family) AND r.state = 'current')
ORDER BY position;

-- name: unreadable_files
SELECT f.path, f.error, coalesce(u.code, ''), coalesce(u.name, r.unit_name, ''), r.year FROM files f
LEFT JOIN reports r ON r.id = (SELECT max(id) FROM reports WHERE file = f.path)
LEFT JOIN units u ON u.id = r.unit_id
WHERE f.outcome = 'unreadable' AND NOT f.gone ORDER BY f.path;

-- name: known_files
SELECT path, size, modified, sha256, read_by FROM files WHERE NOT gone;

-- name: describe_cell
INSERT INTO cells (form, cell, position, label, unit, kind) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (form, cell) DO UPDATE
SET position = excluded.position, label = excluded.label, unit = excluded.unit, kind = excluded.kind;

-- name: live_files
SELECT DISTINCT file FROM reports WHERE year = ? AND state IN ('current', 'rival', 'duplicate');

-- name: adopt_report
UPDATE reports SET state = iif(unit_id IS NULL, 'current', 'rival') WHERE file = ? AND year = ? AND state = 'aside' RETURNING unit_id;

-- name: collect_for
UPDATE files SET offices = offices || ? WHERE path = ? AND instr(char(10) || offices, char(10) || ?) = 0;

-- name: files_of
SELECT path FROM files WHERE offices = '' OR instr(char(10) || offices, char(10) || ?) > 0;

-- name: gone_reports
UPDATE reports SET state = 'gone' WHERE file = ? AND state <> 'superseded' RETURNING unit_id;

-- name: live_reports
SELECT id, state, branch, file, json, unit_name FROM reports
WHERE unit_id = ? AND year IS ? AND family = ? AND is_sum = ? AND state IN ('current', 'rival', 'duplicate') ORDER BY modified DESC, file;

-- name: take_file
INSERT INTO files (path, size, modified, sha256, read_by, outcome, error, gone, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
ON CONFLICT (path) DO UPDATE SET size = excluded.size, modified = excluded.modified, sha256 = excluded.sha256,
  read_by = excluded.read_by, outcome = excluded.outcome, error = excluded.error, gone = 0, taken_at = excluded.taken_at;

-- name: newest_report
SELECT id, unit_id, year, family, is_sum, json = ?, state FROM reports WHERE file = ? ORDER BY id DESC LIMIT 1;

-- name: add_report
INSERT INTO reports (unit_id, unit_name, year, form, family, file, modified, sha256, json, reading, is_sum, taken_at, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id;

-- name: keep_report
UPDATE reports SET unit_id = ?1, modified = ?2, saved_before = saved_before || iif(sha256 = ?3, '', sha256 || char(10)), sha256 = ?3,
  reading = ?4, taken_at = ?5, state = ?6 WHERE id = ?7;

-- name: supersede
UPDATE reports SET state = 'superseded' WHERE file = ? AND state <> 'superseded';

-- name: add_figure
INSERT INTO figures (report_id, cell, value, text) VALUES (?, ?, ?, ?);

-- name: add_text
INSERT INTO texts (report_id, section, text) VALUES (?, ?, ?);

-- name: count_report
UPDATE reports SET counted = ?1, left_out = ?2 WHERE id = ?3 AND (counted IS NOT ?1 OR left_out IS NOT ?2);

-- name: additions
SELECT form, cell, value FROM additions WHERE report_id = ?;

-- name: add_addition
INSERT INTO additions (report_id, form, cell, value) VALUES (?, ?, ?, ?);

-- name: place_unit
UPDATE units SET code = :code, name = :name, short_name = :short_name, former_names = :former_names, address = :address,
  phone = :phone, postcode = :postcode, website = :website, website_url = :website_url, in_roster = 1, position = :position
WHERE id = :id;

-- name: name_unit
INSERT INTO unit_names (name, unit_id, kind) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET unit_id = excluded.unit_id, kind = excluded.kind;

-- name: move_reports
-- no longer current, since the unit may have another one that is
UPDATE reports SET unit_id = ?, state = CASE state WHEN 'current' THEN 'rival' ELSE state END WHERE unit_name = ? AND unit_id = ?;

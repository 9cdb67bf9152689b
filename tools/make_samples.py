"""Makes the derived files of every sample from its JSON: the filled workbook, the findings, and the report as .docx."""

from __future__ import annotations

import sys
from pathlib import Path

from xltools.export.docx import write_docx
from xltools.form_loader import find_form
from xltools.output.checked import checked
from xltools.output.json import render
from xltools.reading import read_report
from xltools.rules.review import review
from xltools.workbook.template import write_workbook

SAMPLES = Path(__file__).parent.parent / "samples"


def make_sample(source: Path) -> dict[Path, bytes]:
    """The derived files of one sample, by path. The findings are those of the workbook; with errors the report is a draft."""
    forms = find_form(None)
    workbook = source.with_suffix(".xlsx")
    files = {workbook: write_workbook(read_report(source, forms))}
    workbook.write_bytes(files[workbook])
    outcome = review(read_report(workbook, forms))
    files[source.with_suffix(".findings.json")] = render([checked(workbook.name, outcome)]).encode()
    files[source.with_suffix(".docx")] = write_docx(outcome.report, draft=bool(outcome.unexplained))
    return files


def main() -> int:
    """Writes the derived files of all samples."""
    for source in sorted(SAMPLES.glob("*/*-[0-9][0-9][0-9][0-9].json")):
        for path, data in make_sample(source).items():
            path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes the derived files of every sample from its JSON: the filled workbook, the findings, and the report as .docx."""

from __future__ import annotations

import sys
from contextlib import chdir
from pathlib import Path

from xltools.documents.docx import write_docx
from xltools.form.definition import FindForm
from xltools.form.loader import FORM_FILE, find_form
from xltools.output import checked
from xltools.output.json import render
from xltools.readers.dispatch import read_report
from xltools.rules.review import review
from xltools.workbook.locked_workbook import write_workbook

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def sample_sources() -> list[Path]:
    """The JSON files that the samples are made from."""
    return sorted(path for path in SAMPLES.glob("*/*.json") if path.stem == path.parent.name)


def sources_of_own_forms() -> list[Path]:
    """Those of the samples whose form lies beside them."""
    found = SAMPLES.glob("forms/*/*.json")
    return sorted(path for path in found if path.stem.startswith(path.parent.name) and not path.stem.endswith(".findings"))


def forms_of(source: Path) -> FindForm:
    """What finds the form of a sample: one of its own lies beside it, and is called by its path from the project's folder."""
    folder = source.parent
    return find_form(str(folder.relative_to(SAMPLES.parent)) if (folder / FORM_FILE).exists() else None)


def make_sample(source: Path, folder: Path) -> list[Path]:
    """The derived files of one sample, made in a folder. The findings are those of the workbook; with errors the report is a draft."""
    workbook, findings, document = (folder / f"{source.stem}{suffix}" for suffix in (".xlsx", ".findings.json", ".docx"))
    with chdir(SAMPLES.parent):  # what a workbook says of commands names the form as it was named
        forms = forms_of(source)
        workbook.write_bytes(write_workbook(read_report(source, forms)))
        outcome = review(read_report(workbook, forms))
        findings.write_text(render([checked(workbook.name, outcome)]), encoding="utf-8")
        document.write_bytes(write_docx(outcome.report, draft=bool(outcome.unexplained)))
    return [workbook, findings, document]


def main() -> int:
    """Writes the derived files of all samples."""
    for source in (*sample_sources(), *sources_of_own_forms()):
        make_sample(source, source.parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())

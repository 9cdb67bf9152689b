"""LibreOffice's own accessibility check of the finished report (Tools > Accessibility Check). Word's cannot be run here."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from tests.office import run_in_office
from xltools.documents.docx import write_docx
from xltools.form.loader import find_form
from xltools.readers.dispatch import read_report

pytestmark = pytest.mark.trial  # starts an office program

SAMPLE = Path(__file__).parent.parent / "samples" / "balanced-2024" / "balanced-2024.json"
STATIC = 60  # com.sun.star.accessibility.AccessibleRole.STATIC: the texts of a dialog
CHECK = """
Dim file As Integer
Sub Main(document As String, target As String)
  Dim none()
  file = FreeFile
  Open target For Output As #file
  doc = StarDesktop.loadComponentFromURL(ConvertToURL(document), "_blank", 0, none())
  toolkit = CreateUnoService("com.sun.star.awt.Toolkit")
  toolkit.addTopWindowListener(CreateUnoListener("window_", "com.sun.star.awt.XTopWindowListener"))
  dispatcher = CreateUnoService("com.sun.star.frame.DispatchHelper")
  dispatcher.executeDispatch(doc.CurrentController.Frame, ".uno:AccessibilityCheck", "", 0, none())
  Close #file
  doc.close(True)
End Sub
Sub Tell(part)
  context = part.getAccessibleContext()
  Print #file, context.getAccessibleRole() & " " & context.getAccessibleName()
  For i = 0 To context.getAccessibleChildCount() - 1
    Tell(context.getAccessibleChild(i))
  Next
End Sub
Sub window_windowOpened(event)
  Tell(event.Source)
  event.Source.endExecute()
End Sub
""" + "".join(
    f"Sub window_{name}(event)\nEnd Sub\n"
    for name in (
        "windowActivated",
        "windowDeactivated",
        "windowClosed",
        "windowClosing",
        "windowMinimized",
        "windowNormalized",
        "disposing",
    )
)
"""Opens the dialog of the check and writes down what it shows."""


def issues(document: Path, folder: Path) -> list[str]:
    """What the check lists."""
    shown = folder / "shown.txt"
    run_in_office(CHECK, document, shown, dialogs=True)
    lines = shown.read_text(encoding="utf-8").splitlines()
    assert any("Accessibility Check" in line for line in lines), "the dialog of the check did not open"
    return [text for role, _, text in (line.partition(" ") for line in lines) if role == str(STATIC)]


def test_libreoffice_finds_what_is_wrong_with_a_document_that_is_not_accessible(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("1. one")
    document.add_paragraph("2. two")
    document.save(str(tmp_path / "bad.docx"))
    assert issues(tmp_path / "bad.docx", tmp_path)


def test_libreoffice_finds_nothing_but_the_merged_cells_of_the_official_tables(tmp_path: Path) -> None:
    report = read_report(SAMPLE, find_form(None))
    (tmp_path / "report.docx").write_bytes(write_docx(report))
    found = issues(tmp_path / "report.docx", tmp_path)
    assert found == [f"Table 'Table{number}' contains merges or splits" for number, _ in enumerate(report.form.tables, start=1)]

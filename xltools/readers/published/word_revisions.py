"""accept_revisions: a Word document as it is read, without what was deleted, struck through, hidden or said twice."""

from __future__ import annotations

from lxml import etree

from xltools.readers.published.table_rows import is_noted_number
from xltools.readers.published.word_xml import is_on, value, w

DEL, MOVED_AWAY, TEXT_BOX = w("del"), w("moveFrom"), w("txbxContent")
UNSAID = (w("vanish"), w("strike"), w("dstrike"))
"""Hidden, or struck through by hand: deleted without a record of it."""
ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
CHOICE, FALLBACK = ALTERNATIVES.replace("AlternateContent", "Choice"), ALTERNATIVES.replace("AlternateContent", "Fallback")
MERGED = "merged-with-next"
"""Marks a paragraph whose end was deleted."""


def accept_revisions(document: etree._Element) -> None:
    """Takes out deleted and hidden text, tab stops, second versions and notes' marks at numbers; puts text boxes behind their paragraph."""
    for mark in list(document.iter(DEL, MOVED_AWAY, w("cellDel"))):
        _accept(mark)
    for mark in list(document.iter(*UNSAID)):
        run = _run_of(mark)
        if is_on(mark) and run is not None:
            _remove(run)
    for cell in {mark: None for raised in document.iter(w("vertAlign")) for mark in raised.iterancestors(w("tc"))}:
        _remove_note_mark(cell)
    for alternatives in document.iter(ALTERNATIVES):
        if alternatives.find(CHOICE) is not None:
            etree.strip_elements(alternatives, FALLBACK, with_tail=False)
    # w:tabs holds w:tab, which else is a character; w:rt is the reading printed above a word
    etree.strip_elements(document, DEL, MOVED_AWAY, w("tabs"), w("rt"), with_tail=False)
    for box in reversed(list(document.iter(TEXT_BOX))):  # the innermost first
        _place(box)


def merged_with_next(paragraph: etree._Element) -> bool:
    """Whether a paragraph's end was deleted, so that the next one continues it."""
    return paragraph.get(MERGED) is not None


def _accept(mark: etree._Element) -> None:
    """Takes out the row, the cell or the end of a paragraph that is marked as deleted."""
    properties = mark.getparent()
    holder = properties.getparent() if properties is not None else None
    if properties is None or holder is None:
        return
    if properties.tag == w("trPr") or mark.tag == w("cellDel"):
        _remove(holder)
    elif properties.tag == w("rPr") and holder.tag == w("pPr"):
        paragraph = holder.getparent()
        if paragraph is not None:
            paragraph.set(MERGED, "1")


def _run_of(mark: etree._Element) -> etree._Element | None:
    """The run that has a property; None where a paragraph's end or a style has it."""
    run = next(mark.iterancestors(), mark).getparent()
    return run if run is not None and run.tag == w("r") else None


def _remove_note_mark(cell: etree._Element) -> None:
    """Takes the mark of a note away from the number in a cell."""
    raised = [run for mark in cell.iter(w("vertAlign")) if value(mark) == "superscript" and (run := _run_of(mark)) is not None]
    held = {text for run in raised for text in run.iter(w("t"))}
    rest = "".join(text.text or "" for text in cell.iter(w("t")) if text not in held)
    if is_noted_number(rest, "".join(text.text or "" for run in raised for text in run.iter(w("t")))):
        for run in raised:
            _remove(run)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _place(box: etree._Element) -> None:
    """Puts what a text box holds behind the paragraph that it hangs on."""
    paragraph = next(box.iterancestors(w("p")), None)
    if paragraph is None:
        return
    for child in reversed(list(box)):
        paragraph.addnext(child)
    _remove(box)

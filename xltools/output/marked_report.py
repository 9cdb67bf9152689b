"""A report as the elements of a page, each finding marked where it stands: in the cell of a table, at words of the prose, at a heading."""

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from xltools.documents.blocks import HeadingBlock, ParagraphBlock, TableBlock, compose
from xltools.documents.html import element, html_table
from xltools.documents.printed_tables import layout_of, shown_figures
from xltools.documents.skeleton import clean
from xltools.numerals import show
from xltools.report.filled import Report
from xltools.report.placeholders import fill, quantities
from xltools.rules.rule import SEVERITY_NAMES, Finding

SIGNS = {"error": "✗", "warning": "△", "notice": "○"}  # tells the severity to who sees no colours
SHORTEST = 2  # characters that words of the prose must have to be marked


def sign(finding: Finding) -> str:
    """Return what marks a finding in the list and at its place."""
    return f"{SIGNS[finding.severity]}{finding.id}"


def joined(name: str, *pieces: str | Element, **attributes: str | int) -> Element:
    """Return an element of text and elements one after the other, without a blank between them."""
    made = element(name, **attributes)
    for piece in pieces:
        if isinstance(piece, Element):
            piece.tail = ""
            made.append(piece)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + piece
        else:
            made.text = (made.text or "") + piece
    return made


class MarkedReport:
    """One report of a page. `targets` has the id of the element that shows each finding; those that nothing shows are not among them."""

    def __init__(self, name: str, report: Report, findings: Sequence[Finding]) -> None:
        """`name` begins the ids of all its elements."""
        self.name, self.report, self.findings = name, report, findings
        self.blocks = compose(report)
        self.targets: dict[int, str] = {}
        self._cells: dict[str, list[Finding]] = {}
        self._words: dict[int, list[tuple[str, Finding]]] = {}
        self._repairs = {step.figure: show(step.after) for finding in findings for step in finding.repair}
        self._texts = {index: block.text for index, block in enumerate(self.blocks) if isinstance(block, ParagraphBlock)}
        figures = {id for block in self.blocks if isinstance(block, TableBlock) for id in layout_of(report, block).figures}
        places = {place: id for id, place in report.book.figures.items()}
        for finding in findings:
            fault = finding.fault
            figure = (places.get(fault.place) if fault.place else None) or next(iter(fault.figures), "")
            section = report.form.section_by_key.get(fault.section or "")
            # findings of the prose name figures, too
            if figure in figures and (fault.section is None or (section and section.table)):
                # what is wrong with single figures is wrong with each of them; a relation is shown at one
                for id in (fault.figures if finding.rule.family == "V" else ()) or (figure,):
                    self._cells.setdefault(id, []).append(finding)
                self.targets[finding.id] = self.cell_id(figure)
            elif spot := self._find_words(finding):
                index, words = spot
                self._words.setdefault(index, []).append((words, finding))
                self.targets[finding.id] = f"{name}-m{finding.id}"

    def cell_id(self, figure: str) -> str:
        """Return the id of the cell of a figure."""
        return f"{self.name}-{figure}"

    def parts(self, lead: str) -> Iterator[Element]:
        """Yield the headings, paragraphs and tables; `lead` begins the caption of each table, which is read and not seen."""
        depth = 2
        for index, block in enumerate(self.blocks):
            if isinstance(block, TableBlock):
                layout = layout_of(self.report, block)
                caption = lead + self.report.form.section_of_table[block.table].title
                yield html_table(layout, shown_figures(self.report, layout), caption, prefix=f"{self.name}-", dress=self._dress)
            elif isinstance(block, ParagraphBlock):
                yield joined("p", *self._marked(index, block.text))
            else:
                depth = min(block.level + 3 if isinstance(block, HeadingBlock) else 3, depth + 1, 6)
                yield joined(f"h{depth}", *self._marked(index, block.text))

    def _dress(self, figure: str, cell: Element) -> None:
        """Give the cell of a figure its id, and the signs of what is wrong with it."""
        cell.set("id", self.cell_id(figure))
        cell.set("data-figure", figure)
        if figure in self._repairs:
            cell.append(joined("ins", f"→ {self._repairs[figure]}", class_="repair"))
        if findings := self._cells.get(figure):
            cell.set("class", gravest(findings))
            cell.set("tabindex", "-1")
            cell.extend(self._links(findings))

    def _links(self, findings: Sequence[Finding]) -> Iterator[Element]:
        """Yield links back to the list."""
        for finding in findings:
            told = f"编号 {finding.id}，{SEVERITY_NAMES[finding.severity]}：{finding.rule.title}"
            link = element("a", sign(finding), href=f"#{self.name}-f{finding.id}", class_="sign", title=told, aria_label=told)
            link.tail = ""
            yield link

    def _find_words(self, finding: Finding) -> tuple[int, str] | None:
        """Return the number of the block that a finding of the prose is marked in, and the words there, "" for all of it."""
        section = finding.fault.section
        if section is None:
            return None
        names = quantities(self.report)
        typed = {clean(fill(paragraph, names)).strip() for paragraph in self.report.paragraphs(section)}
        own = [index for index, text in self._texts.items() if text in typed] or list(self._texts)
        quoted = sorted(
            (words for words in re.findall("“([^“”]+)”", finding.fault.message) if len(words) >= SHORTEST), key=len, reverse=True
        )
        for words in (piece for quote in quoted for piece in dict.fromkeys((quote, *quote.split("…"))) if len(piece) >= SHORTEST):
            if (index := next((index for index in own if words in self._texts[index]), None)) is not None:
                return index, words
        return next(((index, "") for index in self._headings(section)), None)

    def _headings(self, section: str) -> Iterator[int]:
        """Yield the numbers of the headings that a section stands under: its own, else those of the section that it is a part of."""
        known, key = self.report.form.section_by_key, section
        while key in known:
            title = self.report.titles.get(key) or known[key].title
            yield from (index for index, block in enumerate(self.blocks) if isinstance(block, HeadingBlock) and title in block.text)
            key = known[key].parent or ""

    def _marked(self, index: int, text: str) -> Iterator[str | Element]:
        """Yield the text of a block with a mark at the words of each finding, and behind it the sign; words within others share their mark."""
        spans: dict[tuple[int, int], list[Finding]] = {}
        for words, finding in sorted(self._words.get(index, ()), key=lambda found: -len(found[0])):
            start = text.find(words) if words else len(text)
            span = next((span for span in spans if start < span[1] and start + len(words) > span[0]), (start, start + len(words)))
            spans.setdefault(span, []).append(finding)
        done = 0
        for (start, end), findings in sorted(spans.items()):
            yield text[done:start]
            marks = [joined("span", id=f"{self.name}-m{finding.id}", tabindex="-1") for finding in findings[1:]]
            name = "mark" if end > start else "span"
            first = f"{self.name}-m{findings[0].id}"
            yield joined(name, text[start:end], *marks, *self._links(findings), id=first, class_=gravest(findings), tabindex="-1")
            done = end
        yield text[done:]


def gravest(findings: Sequence[Finding]) -> str:
    """Return the gravest severity among findings."""
    return min((finding.severity for finding in findings), key=list(SIGNS).index)

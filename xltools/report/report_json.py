"""A report as JSON, both ways; the keys are documented in docs/json.md."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from xltools.errors import UnreadableFileError
from xltools.files.gate import TEXT_LIMIT, read_file
from xltools.form.definition import Figure, FindForm, Form
from xltools.form.kinds import settle_words
from xltools.form.unit import NO, SELDOM_FILLED, UNIT_DETAILS, YES, Detail, Unit
from xltools.numerals import from_decimal, is_blank, is_number, show, understand
from xltools.report.filled import Breakdown, Report, Unread, Value, join_paragraphs, still_unread
from xltools.report.provenance import Counted, LeftOut, NotKnown, Provenance

HALF_CHARACTER = "[\ud800-\udfff]"  # what JSON can write, but no file can hold
AMOUNT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)  # just how JSON writes one, nothing typed
DIGITS = 18  # more before or behind the point make no figure; understand() draws the same line


def dump_report(report: Report, *, compact: bool = False) -> str:
    """Write a report as JSON text: counts as integers, amounts as decimal strings, blank as null. `compact` is several times faster."""
    details = ((detail.key, report.unit.detail(detail.key)) for detail in _details(report.form))
    unit = {key: text for key, text in details if text or key not in SELDOM_FILLED}
    known = {id: _known(report, id) for id in report.form.figures if id in report.figures or not report.is_unread(id)}
    data: dict[str, Any] = {
        "form": report.form.id,
        "year": report.year,
        "unit": unit,
        "figures": {id: show(value) if is_number(value) and report.form.figures[id].has_decimals else value for id, value in known.items()},
        "texts": dict(report.texts),
        "breakdowns": [asdict(breakdown) for breakdown in report.breakdowns],
        "blank_is_zero": report.blank_is_zero,
        "explanations": dict(report.explanations),
        "excused": dict(report.excused),
    }
    if report.titles:
        data["titles"] = dict(report.titles)
    if not report.has_prose:
        del data["texts"]
    if report.unread:
        data["unread"] = [unread._asdict() for unread in report.unread]
    if report.provenance is not None:
        told = report.provenance._asdict().items()
        data["provenance"] = {key: [one if isinstance(one, str) else one._asdict() for one in found] for key, found in told}
    if compact:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=show)
    return json.dumps(data, ensure_ascii=False, indent=1, default=show) + "\n"


def _details(form: Form) -> tuple[Detail, ...]:
    """Return the details that the JSON of a form's reports has: those of every report, and those of the form's own."""
    return tuple({detail.key: detail for detail in (*UNIT_DETAILS, *form.unit_details)}.values())


def _known(report: Report, id: str) -> Value:
    """Return a figure as stored, a total computed; a total of nothing but blanks is blank."""
    if id in report.figures:
        return report.figures[id]
    return None if report.shown(id) is None else report.numbers[id]


def read_json(path: Path, find_form: FindForm) -> Report:
    """Read the report in a JSON file. Raise UnreadableFileError for one that is no report's."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise UnreadableFileError(path, f"“{name}”写了两次，分不清是哪一个。请删去一个。")
            found[name] = value
        return found

    try:
        text = read_file(path, TEXT_LIMIT, "报告的 JSON", may_be_empty=True).decode("utf-8-sig")
        data = json.loads(text, parse_float=Decimal, object_pairs_hook=unique)
    except (ValueError, RecursionError) as fault:
        raise UnreadableFileError(path, "不是有效的 JSON（须为 UTF-8 编码），或内容不完整。请用 xltools export 重新导出。") from fault
    return _JsonReader(path, data).report(find_form)


def parse_report(text: str, find_form: FindForm) -> Report:
    """Read the report in JSON text that `dump_report` wrote."""
    return _JsonReader(Path(), json.loads(text, parse_float=Decimal)).report(find_form)


class _JsonReader:
    """Reads one JSON document and refuses what is not of its shape."""

    def __init__(self, path: Path, data: Any) -> None:
        self.path = path
        self.data: Mapping[str, Any] = self._of(data, dict, "整个文件")

    def report(self, find_form: FindForm) -> Report:
        told = self.data.keys() & {"form", "figures"}
        self._refuse(not told, "没有 form，也没有 figures，不是报告的 JSON。请用 xltools export 重新导出。")
        form = find_form(self._take("form", str, None))
        raw = self._take("figures", dict, {})
        for id in [id for id in raw if id not in form.figures]:
            raise UnreadableFileError(self.path, f"figures 中的“{id}”不是表式 {form.id} 的格。请核对。")
        typed: dict[str, str] = {}
        figures: dict[str, Value] = {figure.id: None for figure in form.inputs}
        for id, value in raw.items():
            figures[id] = self._figure(value, form.figures[id])
            if isinstance(value, str) and is_number(figures[id]) and not AMOUNT.fullmatch(value):
                typed[id] = value
        year = self.data.get("year")
        unit = self._take("unit", dict, {})
        texts = self._texts(form)
        return Report(
            form=form,
            year=year if isinstance(year, int) and 1000 <= year <= 9999 else None,
            unit=Unit.of({detail.key: self._word("unit", unit, detail.key) for detail in _details(form)}),
            figures=figures,
            texts=texts,
            breakdowns=tuple(self._breakdown(item, form) for item in self._take("breakdowns", list, [])),
            unread=still_unread([self._unread(item, form) for item in self._take("unread", list, [])], figures, texts),
            typed=typed,
            blank_is_zero=self._take("blank_is_zero", bool, False),
            has_prose="texts" in self.data,
            titles=self._titles(form),
            explanations={key: self._of(text, str, "explanations") for key, text in self._take("explanations", dict, {}).items()},
            excused={key: self._of(text, str, "excused") for key, text in self._take("excused", dict, {}).items()},
            provenance=self._provenance(form) if self.data.get("provenance") is not None else None,
        )

    def _of(self, value: Any, kind: type, name: str) -> Any:
        if not isinstance(value, kind) or (isinstance(value, str) and re.search(HALF_CHARACTER, value)):
            raise UnreadableFileError(self.path, f"{name} 的类型不对，不是报告的 JSON。请用 xltools export 重新导出。")
        return value

    def _refuse(self, wrong: object, reason: str) -> None:
        if wrong:
            raise UnreadableFileError(self.path, reason)

    def _take(self, key: str, kind: type, default: Any) -> Any:
        value = self.data.get(key)
        return default if value is None else self._of(value, kind, key)

    def _word(self, name: str, item: Mapping[str, Any], key: str) -> str:
        return str(self._of(item.get(key) or "", str, f"{name}.{key}"))

    def _items(self, name: str, item: Mapping[str, Any], key: str, kind: type) -> list[Any]:
        return [self._of(one, kind, f"{name}.{key}") for one in self._of(item.get(key) or [], list, f"{name}.{key}")]

    def _texts(self, form: Form) -> dict[str, str]:
        texts = {}
        for key, text in self._take("texts", dict, {}).items():
            self._refuse(not form.is_prose(key), f"texts 中的“{key}”不是表式 {form.id} 的正文部分。请核对。")
            if not is_blank(self._of(text or "", str, f"texts.{key}")):
                texts[key] = join_paragraphs(text.splitlines())
        return texts

    def _titles(self, form: Form) -> dict[str, str]:
        """Return the sections' titles as published, in their order."""
        titles = self._take("titles", dict, {})
        for key, title in titles.items():
            self._refuse(key not in form.section_by_key, f"titles 中的“{key}”不是表式 {form.id} 的部分。请核对。")
            self._of(title, str, f"titles.{key}")
        return dict(titles)

    def _breakdown(self, item: Any, form: Form) -> Breakdown:
        data = self._of(item, dict, "breakdowns")
        section = self._of(data.get("section"), str, "breakdowns.section")
        self._refuse(section not in form.section_by_key, f"breakdowns 中的“{section}”不是表式 {form.id} 的正文部分。请核对。")
        unit = self._word("breakdowns", data, "unit")
        parts = []
        for part in self._of(data.get("parts"), list, "breakdowns.parts"):
            name, value = part if isinstance(part, list) and len(part) == 2 else (None, None)
            parts.append((self._of(name, str, "breakdowns.parts"), self._value(value, unit, "breakdowns.parts")))
        total = self._value(data.get("total"), unit, "breakdowns.total")
        return Breakdown(section, self._word("breakdowns", data, "label"), unit, total, tuple(parts))

    def _unread(self, item: Any, form: Form) -> Unread:
        data = self._of(item, dict, "unread")
        table, section = (self._word("unread", data, key) for key in ("table", "section"))
        figures = tuple(self._items("unread", data, "figures", str))
        places = ((table, {table.key for table in form.tables}), (section, {text.key for text in form.texts}))
        names = [name for name, known in places if name and name not in known] + [id for id in figures if id not in form.figures]
        if names:
            raise UnreadableFileError(self.path, f"unread 中的“{names[0]}”不是表式 {form.id} 的格、表或正文部分。请核对。")
        return Unread(table or None, figures, section or None, self._word("unread", data, "reason"))

    def _provenance(self, form: Form) -> Provenance:
        """Return what a sum says that it is the sum of."""
        word, items = partial(self._word, "provenance"), partial(self._items, "provenance")
        data = self._take("provenance", dict, {})
        counted = [Counted(*(word(one, key) for key in Counted._fields)) for one in items(data, "counted", dict)]
        left_out = [
            LeftOut(word(one, "unit"), word(one, "file"), word(one, "reason"), one.get("is_lacking") is True)
            for one in items(data, "left_out", dict)
        ]
        not_known = [
            NotKnown(word(one, "unit"), tuple(id for id in items(one, "figures", str) if id in form.figures), word(one, "reason"))
            for one in items(data, "not_known", dict)
        ]
        return Provenance(tuple(counted), tuple(items(data, "missing", str)), tuple(left_out), tuple(not_known))

    def _figure(self, value: Any, figure: Figure) -> Value:
        if figure.domain == "yes_no" and isinstance(value, bool):
            return YES if value else NO
        found = self._value(value, figure.unit, f"figures.{figure.id}")
        if found is None or not figure.is_words:
            return found
        return settle_words(figure, value if isinstance(value, str) else show(found) if is_number(found) else str(found))

    def _value(self, value: Any, unit: str, name: str) -> Value:
        if value is None or (isinstance(value, str) and is_blank(value)):
            return None
        if type(value) is int and abs(value) < 10**DIGITS:
            return value
        self._refuse(isinstance(value, bool) or not isinstance(value, (int, Decimal, str)), f"{name} 应为数字、文字或 null。请核对。")
        if isinstance(value, str):
            number = understand(self._of(value, str, name), unit)
            return value if number is None else number
        number = Decimal(value)
        self._refuse(not number.is_finite(), f"{name} 应为数字、文字或 null。请核对。")
        # what no one can have meant is kept as it stands
        fine = int(number.as_tuple().exponent) >= -DIGITS and number.adjusted() < DIGITS
        return from_decimal(number) if fine else f"{number:.15g}"

"""Finds and loads forms: from a folder with a form.toml to a checked Form."""

import copyreg
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from xltools.errors import FormError, XltoolsError
from xltools.form.definition import BreakdownSlot, Deadline, Figure, FindForm, Form, PageNumbers, Section
from xltools.form.likeness import check_same, read_counterparts, read_mentions
from xltools.form.relation_reader import read_relation
from xltools.form.relations import Relation
from xltools.form.soundness import check_form
from xltools.form.table_reader import TableReader
from xltools.form.toml_reader import Entry, check_key, read_toml, with_line
from xltools.form.unit import BLANK_IS_ZERO, BLANK_IS_ZERO_HELP, BLANK_IS_ZERO_LABEL, DETAILS, KEPT_DETAILS, Detail

FORM_FILE = "form.toml"
DEFAULT_FORM = "govinfo-2021"
HIGHEST_VERSION = 999_999

FORM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
SHEET_NAME = re.compile(r"[^\[\]:*?/\\']{1,31}")


@lru_cache
def forms_folder() -> Path:
    """Return the folder of the forms that come with xltools: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


def list_forms() -> list[Form]:
    """Return all forms that come with xltools, by id."""
    return [load_form(path.parent.name) for path in sorted(forms_folder().glob(f"*/{FORM_FILE}"))]


@lru_cache
def list_editions(form: Form) -> tuple[Form, ...]:
    """Return the form itself and the other editions of its report that come with xltools."""
    return (form, *(other for other in list_forms() if other.id != form.id and other.family == form.family))


def form_for_year(year: int, name: str | None) -> Form:
    """Return the named form, else the default one's edition for the year. Raise XltoolsError for a year before the first edition."""
    form = find_form(name)(None)
    if name:
        return form
    editions = list_editions(form)
    earliest = min(edition.first_year or year for edition in editions)
    if year < earliest:
        raise XltoolsError(f"没有{year}年度的表式：现有表式从{earliest}年度起用。请检查年度，或用 --form 给出自备的表式。")
    return next((f for f in editions if (f.first_year or year) <= year <= (f.last_year or year)), form)


def find_form(name: str | None) -> FindForm:
    """Return a function that gives forms by id, each loaded once; for no id, or its own, it gives the form that `name` names."""
    named = _load_once(_folder_named(name)) if name else None

    def find(id: str | None) -> Form:
        return named if named and id in (None, named.id) else _load_once(_folder_of(id or DEFAULT_FORM))

    return find


def load_form(name: str = DEFAULT_FORM) -> Form:
    """Load the form with this id or in this folder. Raise XltoolsError where there is none, FormError where it is broken."""
    return _load(_folder_named(name))


def as_argument(path: Path) -> str:
    """Return a path as it is typed into a command: in quotation marks where it holds a blank or another sign that would end it."""
    return f'"{path}"' if re.search(r"[\s&()']", str(path)) else str(path)


def form_option(form: Form) -> str:
    """Return the option that a command needs to know a form, with a blank before it: `" --form my-form"`; "" for one that comes with xltools."""
    return "" if form.folder.parent == forms_folder() else f" --form {as_argument(form.folder)}"


def _folder_named(name: str) -> Path:
    """Return the folder that `name` is the path of, or that of the form with this id."""
    return Path(name) if Path(name, FORM_FILE).is_file() else _folder_of(name)


def _folder_of(id: str) -> Path:
    """Return the folder of the form with this id, among those that come with xltools."""
    folder = forms_folder() / id
    if not FORM_ID.fullmatch(id) or not (folder / FORM_FILE).is_file():
        raise XltoolsError(f"没有名为“{id}”的表式。用 xltools forms 查看现有表式，或用 --form 给出含 {FORM_FILE} 的文件夹。")
    return folder


def _load(folder: Path, below: Path | None = None) -> Form:
    """Load the form in a folder; `below` is the file of the form that is like it."""
    path = folder / FORM_FILE
    entry = Entry(path, read_toml(path))
    if below and "like" in entry.data:  # or two forms could be like each other
        raise FormError(below, f"“{folder.name}”自己也有 like，只能像没有 like 的表式", key="like")
    try:
        form = _form(entry)
        check_form(entry, form)
    except FormError as fault:
        raise with_line(fault, path) from None
    return form


def _load_once(folder: Path) -> Form:
    return _load_at(folder, folder.absolute())


@lru_cache
def _load_at(folder: Path, _: Path) -> Form:
    """Load the form in a folder, once for each place where that is: another one where the process has changed its directory."""
    return _load(folder)


# between processes a form goes as its folder, or a report would take all labels and relations along
copyreg.pickle(Form, lambda form: (_load_once, (form.folder,)))


def _form(entry: Entry) -> Form:
    entry.allow(
        *("id", "version", "title", "edition", "superseded", "first_year", "last_year", "page_numbers", "like", BLANK_IS_ZERO),
        *("section", "breakdown", "table", "relation", "mention", "counterpart", "source", "deadline", "detail"),
    )
    like = _like(entry)
    sources = _sources(entry, like)
    prose = {item.take("key", str): item.text("title") for item in entry.entries("section") if "table" not in item.data}
    readers, quantities = _tables(entry, sources, prose)
    figures = {id: figure for reader in readers for id, figure in reader.figures.items()}
    if like:
        check_same(entry, figures, like)
        helps = {id: figure.help for id, figure in like.figures.items()}
        figures = {id: figure._replace(help=figure.help or helps.get(id, "")) for id, figure in figures.items()}
    relations = [relation for reader in readers for relation in reader.relations]
    relations += [read_relation(item, figures, sources, prose) for item in entry.entries("relation")]
    figures = _with_totals(entry, figures, relations)
    counterparts = read_counterparts(entry, figures, like)
    sections = _sections(entry, {reader.table.key for reader in readers}, like)
    return Form(
        **_identity(entry, like),
        like=like,
        counterparts=counterparts,
        folder=entry.path.parent,
        sections=sections,
        breakdowns=tuple(_breakdowns(entry, sections)),
        tables=tuple(reader.table for reader in readers),
        figures=figures,
        relations=tuple(relations),
        year_relations=tuple(relation for reader in readers for relation in reader.year_relations),
        mentions=read_mentions(entry, quantities, figures, like, counterparts),
        quantities=quantities,
        sources=sources,
        cautions=tuple(caution for reader in readers for caution in reader.cautions),
        deadlines=tuple(map(_deadline, entry.entries("deadline"))) or (like.deadlines if like else ()),
        details=_details(entry, figures, like),
    )


def _identity(entry: Entry, like: Form | None) -> dict[str, Any]:
    """Return what tells the form from others, by the names of its fields."""
    folder, id, version = entry.path.parent, entry.text("id"), entry.take("version", int)
    page_numbers = entry.text("page_numbers", like.page_numbers if like else "outside")  # as GB/T 9704 has it
    entry.refuse(folder.parent == forms_folder() and folder.name != id, "id 应与文件夹同名", "id")
    entry.refuse(page_numbers not in get_args(PageNumbers), f"page_numbers 只能是 {'、'.join(get_args(PageNumbers))}", "page_numbers")
    entry.refuse(not FORM_ID.fullmatch(id), "id 由英文字母、数字、点、横线和下划线组成", "id")
    entry.refuse(not 1 <= version <= HIGHEST_VERSION, f"version 应为 1 到 {HIGHEST_VERSION} 的整数", "version")
    texts = {key: entry.text(key) for key in ("id", "title", "edition")}
    years = {key: entry.optional(key, int) for key in ("first_year", "last_year")}
    return {**texts, **years, "version": version, "superseded": entry.strings("superseded", required=False), "page_numbers": page_numbers}


def _tables(entry: Entry, sources: Mapping[str, str], prose: Mapping[str, str]) -> tuple[list[TableReader], dict[str, tuple[str, ...]]]:
    """Read the tables, and what the names in them stand for."""
    readers: list[TableReader] = []
    quantities: dict[str, tuple[str, ...]] = {}
    for item in entry.entries("table"):
        reader = TableReader(item._replace(table=item.key, key=""), sources, prose)
        check_key(item, [other.table.key for other in readers], reader.table.key)
        readers.append(reader)
        for name, ids in reader.quantities():
            item.refuse(quantities.setdefault(name, ids) != ids, f"名称“{name}”指两个不同的数，请用 name 区分")
    return readers, quantities


def _with_totals(entry: Entry, figures: Mapping[str, Figure], relations: Iterable[Relation]) -> dict[str, Figure]:
    """Return the figures, those that a relation defines as totals. Raise FormError where one is added up across units and its parts are not."""
    found = dict(figures)
    for relation in relations:
        if relation.total:
            found[relation.total] = figures[relation.total]._replace(kind="total")
            for term in () if relation.is_rate else relation.right:
                if figures[term.figure].across_units != figures[relation.total].across_units:
                    raise entry._replace(table=relation.table).fail("合计与它的各项 across_units 不一致", relation.total)
    return found


def _details(entry: Entry, figures: Mapping[str, Figure], like: Form | None) -> tuple[Detail, ...]:
    """Read the lines of 基本信息: those of the form's own behind the few that every form has, else those of all others."""
    own: list[Detail] = []
    kept = tuple(detail for detail in DETAILS if detail.key in KEPT_DETAILS)
    for item in entry.entries("detail"):
        item.allow("key", "label", "help", "required", "value")
        required, value = item.take("required", bool, False), item.text("value", "")
        detail = Detail(item.take("key", str), item.text("label"), item.text("help", ""), required, value)
        check_key(item, (*KEPT_DETAILS, BLANK_IS_ZERO, *(other.key for other in own)), detail.key)
        item.refuse(detail.label in [other.label for other in (*own, *kept)], f"label “{detail.label}”重复", detail.key)
        own.append(detail)
    inherited = next((d.help for d in like.details if d.key == BLANK_IS_ZERO), "") if like else ""
    help = inherited or BLANK_IS_ZERO_HELP.format(entry.text(BLANK_IS_ZERO, "各表"))
    zeros = (Detail(BLANK_IS_ZERO, BLANK_IS_ZERO_LABEL, help),) if any(not figure.is_words for figure in figures.values()) else ()
    return (*(*kept, *own), *zeros) if own else (*DETAILS, *zeros)


def _like(entry: Entry) -> Form | None:
    """Load the other edition that the form is like, one of those that come with xltools."""
    id = entry.optional("like", str)
    if id is None:
        return None
    entry.refuse(id == entry.data.get("id"), "表式不能像它自己", "like")
    try:
        folder = _folder_of(id)
    except XltoolsError as fault:
        raise entry.fail(f"没有名为“{id}”的表式，用 xltools forms 查看现有表式", "like") from fault
    return _load(folder, below=entry.path)


def _sources(entry: Entry, like: Form | None) -> dict[str, str]:
    """Read the official texts by what they stand behind; those of the other edition serve where they are not of its own notice."""
    found = {key: text for key, text in like.sources.items() if like.edition not in text} if like else {}
    for item in entry.entries("source"):
        item.allow("for", "quote", "of")
        found |= dict.fromkeys(item.strings("for"), _quotation(item))
    return found


def _quotation(item: Entry) -> str:
    return f"“{item.text('quote')}”（{item.text('of')}）"


def _deadline(item: Entry) -> Deadline:
    item.allow("month", "day", "units", "spared", "quote", "of")
    month, day = item.take("month", int), item.take("day", int)
    try:
        date(2001, month, day)
    except ValueError as fault:
        raise item.fail("month 和 day 应为月、日", "month") from fault
    return Deadline(month, day, item.strings("units", required=False), item.strings("spared", required=False), _quotation(item))


def _sections(entry: Entry, tables: set[str], like: Form | None) -> tuple[Section, ...]:
    sections: list[Section] = []
    for item in entry.entries("section"):
        item.allow(*Section._fields)
        matters = item.take("of_governments", list, [])
        if not all(isinstance(words, list) and words and all(isinstance(word, str) for word in words) for words in matters):
            raise item.fail("of_governments 应为词语列表的列表", "of_governments")
        other = like.section_by_key.get(item.take("key", str)) if like else None
        section = Section(
            key=item.take("key", str),
            title=item.text("title"),
            also=item.strings("also", required=False) or (other.also if other else ()),
            sheet=item.text("sheet"),
            heading=item.take("heading", bool, True),
            table=item.optional("table", str),
            paragraphs=item.take("paragraphs", int, 20),
            required=item.take("required", bool, False),
            generated=item.take("generated", bool, False),
            fee=item.take("fee", bool, False),
            help=item.text("help", other.help if other else ""),
            of_governments=tuple(map(tuple, matters)) or (other.of_governments if other else ()),
        )
        check_key(item, [other.key for other in sections], section.key)
        item.refuse(section.parent and section.parent not in {other.key for other in sections}, f"上级“{section.parent}”不存在或在其后")
        item.refuse(not SHEET_NAME.fullmatch(section.sheet), f"sheet “{section.sheet}”不能作工作表名（至多 31 字，不含 [ ] : * ? / \\ '）")
        item.refuse(section.table is not None and section.table not in tables, f"表“{section.table}”不存在")
        item.refuse(section.fee and section.table, "fee 只用于正文")
        if any(other.sheet == section.sheet and (other.table or section.table) for other in sections):
            raise item.fail(f"工作表“{section.sheet}”已有一张表或正文，一张表须独占一个工作表")
        sections.append(section)
    placed = [section.table for section in sections if section.table]
    for table in tables:
        entry._replace(table=table).refuse(placed.count(table) != 1, "每张表须由且仅由一个 section 安放")
    return tuple(sections)


def _breakdowns(entry: Entry, sections: tuple[Section, ...]) -> Iterator[BreakdownSlot]:
    prose = {section.key for section in sections if section.table is None}
    for item in entry.entries("breakdown"):
        item.allow("section", "label", "unit", "parts", "basis")
        item.refuse((section := item.take("section", str)) not in prose, f"分项表的 section “{section}”不是正文部分")
        texts = item.text("label", ""), item.text("unit", "")
        yield BreakdownSlot(section, *texts, item.take("parts", int, 30), item.text("basis"))

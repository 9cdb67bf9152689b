"""by_topic: the paragraphs of a section by the topics that their headings name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xltools.form.definition import Form, Section
from xltools.numerals import EDGES, is_blank
from xltools.prose.amounts import plain
from xltools.readers.published.headings import is_numbered, unnumbered
from xltools.readers.published.labels import Labels
from xltools.readers.published.paragraphs import Paragraph

LONGEST_TOPIC = 24
TOPIC_ENDS = re.compile(r"[。：:；;]")
TOPIC_TAIL = re.compile(r"(?:的|有关|相关|基本|工作|政府信息|信息|情况|方面|内容)+$")
TOPIC_HEAD = re.compile(r"^(?:政府信息|政务|信息)公开(?:工作)?(?:的)?")
"""What people write around the official name of a topic."""


def by_topic(form: Form, section: Section, body: Sequence[Paragraph]) -> dict[str, list[Paragraph]]:
    """The paragraphs of a section by topic; those before the first heading stay the section's own."""
    topics = [other for other in form.texts if other.parent == section.key]
    labels = Labels((topic.key, wording) for topic in topics for wording in (topic.title, *topic.also))
    texts: dict[str, list[Paragraph]] = {section.key: []}
    current = section.key
    for paragraph in body:
        key, rest = _topic(paragraph.text, labels) if topics else (None, "")
        if key and key not in texts:
            current, texts[key] = key, []
            if not is_blank(rest):
                texts[key].append(Paragraph(rest, paragraph.first, paragraph.last, paragraph.page, 0))
        else:
            texts[current].append(paragraph)
    return texts


def _topic(text: str, labels: Labels) -> tuple[str | None, str]:
    """The topic that a paragraph's heading names, and the text behind the heading."""
    end = TOPIC_ENDS.search(text, 0, LONGEST_TOPIC + 8)
    if end:
        head, rest = text[: end.start()], EDGES.sub("", text[end.end() :])
    elif len(text) <= LONGEST_TOPIC:
        head, rest = text, ""
    else:
        return None, ""
    if len(head) > LONGEST_TOPIC:
        return None, ""
    words = unnumbered(head)
    short = TOPIC_TAIL.sub("", words)
    named = labels.exactly(words) or labels.exactly(short) or labels.exactly(TOPIC_HEAD.sub("", plain(short)))
    return named or (labels.find(words) if is_numbered(head) else None), rest

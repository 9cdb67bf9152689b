"""check_children: an office's report held against those of the units below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xltools.report.filled import Report
from xltools.report.units_below import Named, gather_children
from xltools.rules.review import Review, review


def check_children(
    parent: Report,
    children: Iterable[Named],
    expected: Sequence[str] = (),
    *,
    previous: Report | None = None,
    former: Iterable[Named] = (),
) -> Review:
    """All findings of the parent's report, among them every figure that is not the sum of the children's, and who is missing.

    `children` are names and reports, looked at once; the office's own row is one of them. `expected` are the names of the
    roster; `former` are reports that some children have replaced since, to tell a sum that still has the old numbers.
    """
    return review(parent, previous, gather_children(parent.form, children, expected, former))

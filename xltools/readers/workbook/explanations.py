"""read_explanations: what staff wrote in 审核意见."""

from __future__ import annotations

from collections.abc import Sequence

from xltools.form.book import REVIEW_COLUMNS, REVIEW_EXPLANATION, REVIEW_KEY, REVIEW_STAKE, REVIEW_TOP


def read_explanations(rows: Sequence[Sequence[str]]) -> dict[str, tuple[str, str]]:
    """What staff wrote in 说明 and the difference that it was written for, by the key of the finding.

    Nothing where the sheet is not as it was made.
    """
    if len(rows) < REVIEW_TOP or tuple(rows[REVIEW_TOP - 1][: len(REVIEW_COLUMNS)]) != REVIEW_COLUMNS:
        return {}
    explained: dict[str, tuple[str, str]] = {}
    for row in rows[REVIEW_TOP:]:
        key, text, stake = row[REVIEW_KEY], row[REVIEW_EXPLANATION], row[REVIEW_STAKE]
        if key and text:
            explained.setdefault(key, (text, stake))
    return explained

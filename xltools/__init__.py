"""xltools: the locked workbook, the checks and the finished report of 政府信息公开工作年度报告.

The names here are the door for programs; docs/api.md has examples. Each is imported when it is first used, so that
`import xltools` alone costs nothing.
"""

TYPE_CHECKING = False  # as typing has it, whose import would cost more than all of this
if TYPE_CHECKING:
    from xltools.checks.one_report import annotate, check, export, template
    from xltools.comparison import compare
    from xltools.comparison.differences import Comparison
    from xltools.errors import XltoolsError
    from xltools.output.json import FindingRecord
    from xltools.readers.dispatch import read
    from xltools.report.filled import Report
    from xltools.report.sums import RollUp, add_up
    from xltools.version import __version__

_HOMES = {
    "annotate": "checks.one_report",
    "check": "checks.one_report",
    "export": "checks.one_report",
    "template": "checks.one_report",
    "compare": "comparison",
    "Comparison": "comparison.differences",
    "RollUp": "report.sums",
    "add_up": "report.sums",
    "XltoolsError": "errors",
    "FindingRecord": "output.json",
    "read": "readers.dispatch",
    "Report": "report.filled",
    "__version__": "version",
}
"""The module of each name."""
__all__ = [
    "Comparison", "FindingRecord", "Report", "RollUp", "XltoolsError", "__version__",
    "add_up", "annotate", "check", "compare", "export", "read", "template",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Return what has this name, which is imported now."""
    if name not in _HOMES:
        raise AttributeError(f"module 'xltools' has no attribute '{name}'")
    from importlib import import_module

    globals()[name] = found = getattr(import_module(f"xltools.{_HOMES[name]}"), name)
    return found

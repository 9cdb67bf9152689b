"""What stops a command: one clear line in Chinese. Bad data is never an error, it is a finding."""

from pathlib import Path


class XltoolsError(Exception):
    """A file, form or usage that cannot be worked with; its text is one line that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))

    def __reduce__(self) -> tuple[object, ...]:
        """Cross between processes: its kinds are not made of the one text that `args` has."""
        return Exception.__new__, (type(self), *self.args), self.__dict__


def one_line(text: str) -> str:
    """Return the text without the line breaks that a file's name or content may have brought in."""
    return " ".join(text.splitlines())


class FormError(XltoolsError):
    """A broken form: names the file, the line where it is known, the table and the key at fault."""

    def __init__(self, path: Path, reason: str, *, table: str = "", key: str = "", line: int = 0) -> None:
        self.path, self.reason, self.table, self.key = path, reason, table, key
        place = "".join((f"，第 {line} 行" if line else "", f"，表 {table}" if table else "", f"，键 {key}" if key else ""))
        super().__init__(f"表式文件有误：{path}{place}：{reason}。请改正后重试。")


class UnreadableFileError(XltoolsError):
    """A file that cannot be read as a report: names the file and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        self.reason = one_line(reason)
        super().__init__(f"无法读取 {path}：{reason}")


class UnwritableFileError(XltoolsError):
    """An output that cannot be written: names the file and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"无法写入 {path}：{reason}")

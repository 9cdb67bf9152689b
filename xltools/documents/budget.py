"""Budget: what a skeleton has used of the steps, text and calls that it may."""

from __future__ import annotations

from decimal import Decimal

from jinja2 import TemplateRuntimeError

from xltools.files.gate import SKELETON_CALL_LIMIT, SKELETON_DIGIT_LIMIT, SKELETON_STEP_LIMIT, SKELETON_TEXT_LIMIT


class LimitError(TemplateRuntimeError):
    """A skeleton wants more than it may, or what none may; says so in Chinese."""


class Budget:
    """What one rendering may still use. Every method raises LimitError where it is spent."""

    def __init__(self) -> None:
        self.steps, self.characters, self.calls = SKELETON_STEP_LIMIT, SKELETON_TEXT_LIMIT, SKELETON_CALL_LIMIT

    def step(self, count: int = 1) -> None:
        """Takes steps."""
        self.steps -= count
        if self.steps < 0:
            raise LimitError(f"循环和调用超过 {SKELETON_STEP_LIMIT:,} 步")

    def text(self, length: int) -> None:
        """Takes characters."""
        self.characters -= length
        if self.characters < 0:
            raise LimitError(f"处理的文字超过 {SKELETON_TEXT_LIMIT:,} 字")

    def enter(self) -> None:
        """Begins a call within those that have begun and not ended."""
        self.step()
        if not self.calls:
            raise LimitError(f"宏或 block 互相调用超过 {SKELETON_CALL_LIMIT} 层")
        self.calls -= 1

    def leave(self) -> None:
        """Ends a call."""
        self.calls += 1

    def weigh(self, *values: object) -> None:
        """Takes what it costs to look at values all through, as comparing, hashing, copying or printing them does.

        Lists may hold themselves many times over, so that few of them are worth more steps than can ever be taken.
        """
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                self.text(len(value))
            elif isinstance(value, (int, Decimal)):
                if abs(value) >= 10**SKELETON_DIGIT_LIMIT:
                    raise LimitError(f"数超过 {SKELETON_DIGIT_LIMIT} 位")
            elif isinstance(value, (list, tuple, range)):
                self.step(len(value))
                if not isinstance(value, range):
                    waiting += value
            elif isinstance(value, dict):
                self.step(len(value))
                waiting += (*value.keys(), *value.values())

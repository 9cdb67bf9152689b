"""meter: a skeleton's parse tree, refused where it holds what none needs, and changed so that all it does is counted.

Whatever stands in no loop, macro or block is carried out once, and there are not many such parts. So it is enough that a loop pays
for all its rounds before it begins, a macro or block when it is entered, and each operation for the size of what it works on.
"""

from __future__ import annotations

from typing import cast

from jinja2 import TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

from xltools.files.gate import SKELETON_DEPTH_LIMIT, SKELETON_DIGIT_LIMIT, SKELETON_NODE_LIMIT

ROUNDS, ENTRY, WEIGHED, JOINED = " rounds", " entry", " weighed", " joined"
"""The names of the filters that count; with a blank, so that no template can name them."""

ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Extends, nodes.Block),
    *(nodes.For, nodes.If, nodes.Macro, nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Assign, nodes.AssignBlock),
    *(nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Slice, nodes.Operand),
    *(nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call, nodes.Getitem, nodes.Getattr, nodes.Concat, nodes.Compare),
    *(nodes.BinExpr, nodes.UnaryExpr),
)
"""The parts of Jinja that a skeleton may have: among others none that load files."""
NAMES = {
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from … import",
    nodes.Scope: "autoescape",
    nodes.Pow: "**",
}


def meter(template: nodes.Template, loaded: tuple[str, ...], filename: str | None) -> nodes.Template:
    """The tree with everything counted; `loaded` are the templates that it may extend. Raises TemplateSyntaxError."""
    return cast(nodes.Template, _Meter(loaded, filename).visit(template))


class _Meter(NodeTransformer):
    """Counts nodes and fixed text on its way down, and puts the counters in on its way up."""

    def __init__(self, loaded: tuple[str, ...], filename: str | None) -> None:
        self.loaded, self.filename = loaded, filename
        self.count = self.length = self.depth = 0

    def visit(self, node: nodes.Node, *args: object, **kwargs: object) -> nodes.Node:
        self.count += 1
        self.depth += 1
        if self.count > SKELETON_NODE_LIMIT:
            raise self._refusal(node, f"超过 {SKELETON_NODE_LIMIT:,} 个成分")
        if self.depth > SKELETON_DEPTH_LIMIT:
            raise self._refusal(node, f"嵌套超过 {SKELETON_DEPTH_LIMIT} 层")
        if not isinstance(node, ALLOWED) or type(node) in NAMES:
            raise self._refusal(node, f"不能用 {NAMES.get(type(node), type(node).__name__)}")
        changed = cast(nodes.Node, super().visit(node))
        self.depth -= 1
        return changed

    def _refusal(self, node: nodes.Node, reason: str) -> TemplateSyntaxError:
        return TemplateSyntaxError(reason, node.lineno or 1, filename=self.filename)

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        self.length += len(node.data)
        return node

    def visit_Const(self, node: nodes.Const) -> nodes.Node:
        if isinstance(node.value, (int, float)) and not abs(node.value) < 10**SKELETON_DIGIT_LIMIT:
            raise self._refusal(node, f"数超过 {SKELETON_DIGIT_LIMIT} 位")
        return node

    def visit_Extends(self, node: nodes.Extends) -> nodes.Node:
        if not isinstance(node.template, nodes.Const) or node.template.value not in self.loaded:
            raise self._refusal(node, f"extends 只能是 {'、'.join(self.loaded) or '表式 like 所指的那一版的骨架'}")
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:
        if node.recursive:
            raise self._refusal(node, "循环不能用 recursive")
        size = self._size_of(node)
        node.iter = _filter(cast(nodes.Expr, node.iter), ROUNDS, *size)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:
        return self._entered(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        return self._entered(node)

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        return self._entered(node)

    def _entered(self, node: nodes.Macro | nodes.CallBlock | nodes.Block) -> nodes.Node:
        """The node with what pays for its body at the body's beginning, where it prints nothing."""
        size = self._size_of(node)
        paid = _filter(nodes.Const("", lineno=node.lineno), ENTRY, *size)
        node.body.insert(0, nodes.Output([paid], lineno=node.lineno))
        return node

    def _size_of(self, node: nodes.Node) -> tuple[int, int]:
        """How many nodes and characters of fixed text are in it."""
        count, length = self.count, self.length
        self.generic_visit(node)
        return self.count - count + 1, self.length - length

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), JOINED)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _filter(node.expr, WEIGHED)
        for operand in node.ops:
            operand.expr = _filter(operand.expr, WEIGHED)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:
        self.generic_visit(node)
        node.key = _filter(node.key, WEIGHED)  # it is hashed
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        # a slice is cut by Python itself, anything else by the environment
        return _filter(node, WEIGHED) if isinstance(node.arg, nodes.Slice) else node


def _filter(node: nodes.Expr, name: str, *values: object) -> nodes.Filter:
    """The expression behind a filter with these constants."""
    constants = [nodes.Const(value, lineno=node.lineno) for value in values]
    return nodes.Filter(node, name, constants, [], None, None, lineno=node.lineno)

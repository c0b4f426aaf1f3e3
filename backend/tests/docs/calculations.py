"""Calculations in the docs: lines of `text` blocks such as `300,000 × 8 % × 334 / 365 = 21,961.64`.

A line is right if the value of its left side, rounded to the digits shown, is its right side. `2024-02-01 to
2024-12-31: 334 days` counts days.
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

_BLOCK = re.compile(r"^ *```text\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_DAYS = re.compile(r"([\d-]{10}) to ([\d-]{10}): (\d+) days?")
_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def calculations(text: str) -> Iterator[str]:
    """Yield the lines of calculation blocks that compute something."""
    for block in _BLOCK.findall(text):
        yield from (line.strip() for line in block.splitlines() if "=" in line or ": " in line)


def value(written: str) -> Decimal:
    """Return the value of an expression as the page writes it."""
    plain = re.sub(r"(?<=\d),(?=\d)", "", written)
    plain = re.sub(r"([\d.]+) %", r"(\1 / 100)", plain).replace("×", "*").replace("^", "**")
    return _value(ast.parse(plain.strip(), mode="eval").body, plain)


def _value(node: ast.expr, text: str) -> Decimal:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, text)
    return Decimal(ast.get_source_segment(text, node) or "")


def is_right(line: str) -> bool:
    """Return whether a line is right: its result is the rounded value of the expression, or the number of days."""
    if found := _DAYS.fullmatch(line):
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        return (last - first).days == int(found[3])
    expression, _, result = line.rpartition(" = ")
    shown = value(result)
    return value(expression).quantize(shown) == shown

"""What is declared of an activation: its formula, its name, and how it looks in drawings."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wann.activations.expression import CONDITIONS, OPERATIONS, Expression, apply, fold
from wann.activations.text import parse, text_of
from wann.activations.value import Value
from wann.errors import UserError, in_short

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_MOST_SHORT = 8  # characters that fit into a node
_WRITTEN = re.compile(
    r"\s*(?P<name>[^=<>]*?)\s*=(?!=)(?P<formula>[^#]*)(?:(?P<fill>#\S*)(?:\s+(?P<short>\S+))?\s*)?"
)
# Codes of own activations begin here and stay below 2^53, so that a float holds them exactly.
FIRST_OWN_CODE = 2**52


@dataclass(frozen=True)
class Declaration:
    """An activation as it was declared: what everything that computes or draws it follows from.

    Called with numbers, it computes the formula by NumPy; called with a `Value`, it goes into
    another formula. Two are equal if their names and formulas are.
    """

    name: str
    tree: Expression
    code: int  # what stands in `Network.activation`
    words: str  # the formula as people read it
    # Of drawings: "#rrggbb" of a node and of its ring, and the text in a node. Own activations
    # that name no colour have the empty text, and are given one when they are drawn.
    fill: str = ""
    ring: str = "#000000"
    short: str = ""

    @property
    def text(self) -> str:
        """The formula in the notation of `wann.activations.text`."""
        return text_of(self.tree)

    @property
    def is_own(self) -> bool:
        """Whether it is none of the built-in ones."""
        return self.code >= FIRST_OWN_CODE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Declaration) and self.code == other.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __index__(self) -> int:
        return self.code

    def __str__(self) -> str:
        """Return what settings and files hold of it: the name, and of an own one all else, too."""
        if not self.is_own:
            return self.name
        look = f"  {self.fill} {self.short}".rstrip() if self.fill else ""
        return f"{self.name} = {self.text}{look}"

    def __repr__(self) -> str:
        return f"<activation {self.name}(x) = {self.text}>"

    def __call__(self, x: "ArrayLike | Value") -> "NDArray[Any] | Value":
        """Return the formula of `x`, by NumPy: within rounding what kernels compute.

        Args:
            x: numbers, as an array of any shape; or a `Value`, in the formula of another
                activation.

        Returns:
            An array of that shape; or a `Value`.
        """
        if isinstance(x, Value):
            return Value(_within(self.tree, x.tree))
        return _by_numpy(self.tree, x)


def own_declaration(name: str, tree: Expression, fill: str = "", short: str = "") -> Declaration:
    """Return the declaration of one's own activation; UserError where a part cannot be taken.

    Its code is made from its name and the text of its formula: the same in every process.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            "expected a name of at most 40 lower-case letters, digits and _ for an activation, "
            f"got {in_short(name)}; say name=..."
        )
    if fill and not _COLOUR.fullmatch(fill):
        raise UserError(
            f"activation {name!r}: expected a colour such as '#1f9ea3', got {in_short(fill)}"
        )
    if len(short) > _MOST_SHORT or not short.isprintable() or set(short) & set(" ,#"):
        raise UserError(
            f"activation {name!r}: expected a short label of at most {_MOST_SHORT} characters, "
            f"without blanks and commas, got {in_short(short)}"
        )
    text = text_of(tree)
    if "x" not in re.findall(r"\w+", text):  # workers and files could not read it
        raise UserError(f"activation {name!r}: expected a formula of x, got {in_short(text)}")
    digest = hashlib.sha256(f"{name}\0{text}".encode()).digest()
    code = FIRST_OWN_CODE | int.from_bytes(digest[:6], "big")
    return Declaration(name, tree, code, text, fill, _ring(fill), short)


def read_declaration(text: str) -> Declaration:
    """Return the declaration that a text such as `softsign = x / (1 + abs(x))` is.

    `str` of a declaration is such a text; nothing that it names is run. UserError if it is none.
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise UserError(
            "expected an activation as NAME = FORMULA, such as 'softsign = x / (1 + abs(x))', got "
            f"{in_short(text)}"
        )
    try:
        tree = parse(found["formula"].strip())
    except UserError as error:
        raise UserError(f"activation {in_short(found['name'])}: {error}") from None
    return own_declaration(found["name"], tree, found["fill"] or "", found["short"] or "")


def _ring(fill: str) -> str:
    """Return the colour of the ring around a node: black, or light around a node that is dark."""
    if not fill:
        return "#000000"
    red, green, blue = (int(fill[i : i + 2], 16) for i in (1, 3, 5))
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 40 else "#efb27f"


def _within(tree: Expression, x: Expression) -> Expression:
    """Return a tree with another one in place of x."""
    if tree.operation == "x":
        return x
    if tree.operation == "number":
        return tree
    return apply(tree.operation, *(_within(part, x) for part in tree.arguments))


def _by_numpy(tree: Expression, x: "ArrayLike") -> "NDArray[Any]":
    import numpy as np

    def held_exp(x: Any) -> Any:
        return np.exp(np.clip(x, -708.0, 708.0))

    operations: dict[str, Callable[..., Any]] = {
        "select": np.where,
        "exp": held_exp,
        "sin_pi": lambda x: np.sin(np.pi * np.remainder(x, 2.0)),
        "cos_pi": lambda x: np.cos(np.pi * np.remainder(x, 2.0)),
        "sigmoid": lambda x: 1.0 / (1.0 + held_exp(-x)),
    }
    for name in {*OPERATIONS, *CONDITIONS} - set(operations):
        operations[name] = getattr(np, name)
    given: Any = np.asarray(x, dtype=np.float64)
    with np.errstate(all="ignore"):
        # Of one number, the result is an array, too.
        return np.broadcast_to(fold(tree, given, np.float64, operations), given.shape).copy()

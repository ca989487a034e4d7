"""The one table of activations: the built-in ones (Gaier & Ha 2019, figure 9), and one's own.

A row is a formula, a function of a `Value`, with its name and its look. Kernels, gradients,
drawings and files follow from it: nothing else is to be written for an activation.
"""

from collections.abc import Callable, Collection, Iterable
from threading import Lock
from typing import Any, TypeVar, overload

from wann.activations.declaration import Declaration, own_declaration, read_declaration
from wann.activations.ids import Activation
from wann.activations.trace import trace
from wann.activations.value import Value, cos_pi, exp, select, sigmoid, sin_pi, tanh
from wann.errors import UserError, in_short, unknown

F = TypeVar("F", bound=Callable[..., Any])


def _built_in(
    activation: Activation,
    function: Callable[[Value], Value],
    words: str,
    fill: str,
    short: str,
    ring: str = "#000000",
) -> Declaration:
    tree = trace(function, activation.label)
    return Declaration(activation.label, tree, activation.value, words, fill, ring, short)


# Colours are those of the drawings of Gaier & Ha (2019), where these are far enough from each other
# for colour-blind eyes, too.
BUILT_IN = (
    _built_in(Activation.LINEAR, lambda x: x, "x", "#ffffff", "lin"),
    _built_in(
        Activation.STEP, lambda x: select(x > 0, 1, 0), "1 if x > 0 else 0", "#9aba59", "step"
    ),
    _built_in(Activation.SIN, sin_pi, "sin(pi x)", "#f5e663", "sin"),
    _built_in(
        Activation.GAUSSIAN, lambda x: exp(-0.5 * x * x), "exp(-x^2 / 2)", "#f3b98b", "gauss"
    ),
    _built_in(Activation.TANH, tanh, "tanh(x)", "#40566b", "tanh"),
    _built_in(Activation.SIGMOID, sigmoid, "1 / (1 + exp(-x))", "#1f9ea3", "sig"),
    _built_in(Activation.INVERSE, lambda x: -x, "-x", "#000000", "inv", "#efb27f"),
    _built_in(Activation.ABSOLUTE, abs, "|x|", "#cf8fc0", "abs"),
    # Of nan, which is neither, it makes nan.
    _built_in(Activation.RELU, lambda x: select(x <= 0, 0, x), "max(x, 0)", "#a9cdec", "ReLU"),
    _built_in(Activation.COSINE, cos_pi, "cos(pi x)", "#e39212", "cos"),
    _built_in(Activation.SQUARE, lambda x: x * x, "x^2", "#b3302c", "square"),
    _built_in(
        Activation.SIGN,
        lambda x: select(x > 0, 1, select(x < 0, -1, x)),  # as np.sign, which is not imported here
        "1 if x > 0, -1 if x < 0",
        "#5e3c99",
        "sign",
    ),
)
BY_LABEL = {activation.label: activation for activation in Activation}

# What the paper's searches choose from: not `square`, which the release defines and never uses, and
# not `sign`, which is of this project.
PAPER = tuple(
    activation.label
    for activation in Activation
    if activation not in (Activation.SQUARE, Activation.SIGN)
)

_by_code = {declaration.code: declaration for declaration in BUILT_IN}
_by_name = {declaration.name: declaration for declaration in BUILT_IN}
_changing = Lock()


@overload
def activation(
    function: Callable[..., Any], /, *, name: str = ..., colour: str = ..., short: str = ...
) -> Declaration: ...


@overload
def activation(
    *, name: str = ..., colour: str = ..., short: str = ...
) -> Callable[[Callable[..., Any]], Declaration]: ...


def activation(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str = "",
    colour: str = "",
    short: str = "",
) -> Declaration | Callable[[Callable[..., Any]], Declaration]:
    """Declare an activation of one's own: a formula, from which everything else follows.

    The function is called once, with a `Value` in place of a number. It is written with operators,
    `abs`, comparisons and NumPy's functions (`np.exp`, `np.tanh`, `np.maximum`, `np.where`, ...);
    a choice is `np.where(x > 0, a, b)`. Searches, kernels, gradients, drawings and files take it
    from there. What is declared holds in this process; runs and network files hold the formula.

    Args:
        function: the formula, of x alone, the input sum of a node. Without it, a decorator is
            returned.
        name: what it is called in files, settings and drawings; by default as the function is.
        colour: of its nodes in drawings, "#rrggbb"; by default one is chosen.
        short: the text in its nodes, at most 8 characters; by default the name.

    Returns:
        The declaration. It can be called with numbers, and stands wherever the name of an
        activation does.

    Raises:
        UserError: where the formula cannot be noted down, or where the name has another formula.

    Example:
        >>> @wann.activation(colour="#7a5195")
        ... def softsign(x):
        ...     return x / (1 + abs(x))
        >>> run = wann.search("swingup-quick", activations=["tanh", softsign], generations=2,
        ...     population=32)
    """
    if function is None:
        return lambda function: activation(function, name=name, colour=colour, short=short)
    called = name or str(getattr(function, "__name__", type(function).__name__))
    if called == "<lambda>":
        raise UserError("expected a name for an activation that is a lambda: say name=...")
    tree = trace(function, f"activation {called!r}")
    return declare(own_declaration(called, tree, colour, short))


def declare(declaration: Declaration) -> Declaration:
    """Take a declaration into the table, and return the one that is there now.

    Where the same formula of that name is known already, a look that is given takes the place of
    the one before; a built-in activation stays as it is. UserError where the name has another
    formula.
    """
    with _changing:
        known = _by_name.get(declaration.name)
        if known is not None and known.text != declaration.text:
            raise UserError(
                f"activation {declaration.name!r} is {known.text} here already, got "
                f"{declaration.text}: give it another name"
            )
        other = _by_code.get(declaration.code)
        if other is not None and other != known:
            raise UserError(
                f"activation {declaration.name!r}: expected another name; its code is taken"
            )
        if known is None or (known.is_own and (declaration.fill or declaration.short)):
            _by_name[declaration.name] = _by_code[declaration.code] = declaration
        return _by_name[declaration.name]


def declared() -> tuple[Declaration, ...]:
    """Return all activations: the built-in ones, then one's own in the order of declaration."""
    return tuple(_by_code.values())


def by_code(code: int) -> Declaration:
    """Return the activation that a node's code stands for; UserError if none was declared."""
    found = _by_code.get(int(code))
    if found is None:
        raise UserError(
            f"unknown activation {int(code)}: expected the code of one that is built in or was "
            "declared; declare it by wann.activation"
        )
    return found


def by_name(name: str) -> Declaration:
    """Return the activation of that name; UserError if there is none."""
    if name not in _by_name:
        raise unknown("activation", name, _by_name)
    return _by_name[name]


def names() -> tuple[str, ...]:
    """Return the names of all activations, the built-in ones first."""
    return tuple(_by_name)


def from_text(text: str) -> Declaration:
    """Return the activation that a text stands for: a name, or a declaration, which is declared.

    `str` of a declaration is such a text. UserError if it is neither.
    """
    return declare(read_declaration(text)) if "=" in text else by_name(text)


def to_activation(wanted: object) -> Declaration:
    """Return the activation that is wanted; UserError if it is none.

    Args:
        wanted: a name, a text as `from_text` takes it, a declaration, an `Activation`, or a
            function of a `Value`, which is declared under its own name.
    """
    if isinstance(wanted, Declaration):
        return declare(wanted)
    if isinstance(wanted, Activation):
        return by_code(wanted)
    if isinstance(wanted, str):
        return from_text(wanted)
    if callable(wanted):
        return activation(wanted)
    raise UserError(
        "expected an activation: a name, NAME = FORMULA, or a function of x, got "
        f"{in_short(wanted)}"
    )


def own_texts(codes: Iterable[int]) -> tuple[str, ...]:
    """Return the texts of those of the codes that are one's own: what another process needs."""
    own = sorted({code for code in map(int, codes) if code not in _BUILT_IN_CODES})
    return tuple(str(by_code(code)) for code in own)


def check_declared(codes: Iterable[int]) -> None:
    """Raise UserError if some of the codes are those of no activation."""
    for code in {int(code) for code in codes}:
        by_code(code)


_BUILT_IN_CODES = frozenset(_by_code)


def check_handled(wanted: Iterable[int], handled: Collection[int], where: str) -> None:
    """Raise UserError, naming them, if some of the ids `wanted` are not among those `handled`.

    Code that handles some activations alone checks itself by it. `where` says what cannot handle
    the others.
    """
    labels = {code: declaration.name for code, declaration in _by_code.items()}
    unhandled = [
        repr(labels.get(code, code))
        for code in sorted({int(c) for c in wanted})
        if code not in handled
    ]
    if unhandled:
        raise UserError(
            f"unknown activation {', '.join(unhandled)}: {where} cannot compute it; expected one "
            f"of {', '.join(labels[code] for code in sorted(handled) if code in labels)}"
        )

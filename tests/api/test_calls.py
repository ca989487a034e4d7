import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from paths import ROOT

import wann
from wann.api.calls import flags_are_meant, in_python, public
from wann.errors import UserError

CSS = ("pages", "figure.py")  # its names with two dashes are variables of style sheets
PAGED = (ast.Module, ast.ClassDef, ast.FunctionDef)


@public
def double(x: int, *, times: int = 2) -> int:
    """Return a multiple."""
    if times < 0:
        raise UserError("give another --times, or see `wann double --times 3`")
    return x * times


def test_a_call_stays_what_it_is() -> None:
    assert double(3) == 6
    assert double(x=3, times=3) == 9
    assert list(inspect.signature(double).parameters) == ["x", "times"]
    assert double.__doc__ == "Return a multiple."


def test_a_mistyped_name_gets_the_nearest() -> None:
    with pytest.raises(UserError, match="unknown argument 'time': did you mean 'times'") as raised:
        double(3, time=3)  # type: ignore[call-arg]
    assert "\n" not in str(raised.value)


def test_messages_name_arguments_in_python_and_flags_on_the_command_line() -> None:
    expected = "give another times=, or see `wann double --times 3`"
    with pytest.raises(UserError) as raised:
        double(1, times=-1)
    assert str(raised.value) == expected
    with flags_are_meant(), pytest.raises(UserError, match="another --times,"):
        double(1, times=-1)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("--memory-per-worker needs --ray", "memory_per_worker= needs ray="),
        ("expected --env ID or --steps 3", "expected env=ID or steps=3"),
        (
            "expected --weights shared or --method cma, got",
            "expected weights=shared or methods=cma, got",
        ),
        ("--ray has more, --weights shared-ones too", "ray= has more, weights= shared-ones too"),
        ("add --trust, or wann tune x --resume", "add --trust, or wann tune x --resume"),
        ("--density: expected numbers", "densities=: expected numbers"),
        ("a -- b, a--b, x --9", "a -- b, a--b, x --9"),
    ],
)
def test_flags_as_arguments(message: str, expected: str) -> None:
    assert in_python(message) == expected


def test_messages_name_arguments_that_some_call_takes() -> None:
    """Whatever flag a message of the rooms below names is an argument, or is left a flag."""
    taken = {"to", "float", "weight", "bare", "card", "without_weights"}  # of `export` and files
    for name in wann.__all__:
        if inspect.isfunction(getattr(wann, name)):
            taken |= set(inspect.signature(getattr(wann, name)).parameters)
    unknown = {
        (path.name, said)
        for path in sorted((ROOT / "wann").rglob("*.py"))
        if path.parent.name != "cli" and path.parts[-2:] != CSS
        for text in _texts(ast.parse(path.read_text()))
        for said in re.findall(r"(?<![\w=<>!])([a-z_]+)=(?![=])", _translated(text))
        if said not in taken
    }
    assert unknown == set()


def _texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module that name flags, but for docstrings."""
    pages = {
        ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, PAGED)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if "--" in node.value and node.value not in pages:
            yield node.value


def _translated(text: str) -> str:
    """Return what `in_python` changed of a text: the arguments alone."""
    old = set(re.findall(r"[a-z_]+=", text))
    return " ".join(one for one in re.findall(r"[a-z_]+=", in_python(text)) if one not in old)

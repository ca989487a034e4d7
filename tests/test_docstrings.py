"""What the docstrings promise: a function with many parameters describes each of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from paths import ROOT

MANY = 5


def sources() -> list[Path]:
    files = [*(ROOT / "wann").glob("**/*.py"), *(ROOT / "envs").glob("**/*.py")]
    return [path for path in files if "wann/envs" not in path.as_posix()]


EVERY_SOURCE = pytest.mark.parametrize(
    "path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix()
)


def public_functions(
    scope: ast.Module | ast.ClassDef,
) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield each public function with its docstring; that of a class speaks for its `__init__`."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node)
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            yield node, ast.get_docstring(node) or ast.get_docstring(scope) or ""
        elif isinstance(node, ast.FunctionDef) and not (
            node.name.startswith("_") or is_overload(node)
        ):
            yield node, ast.get_docstring(node) or ""


def is_overload(function: ast.FunctionDef) -> bool:
    """Whether it has types alone: what is described is the function behind it."""
    return any(ast.unparse(decorator) == "overload" for decorator in function.decorator_list)


def parameters(function: ast.FunctionDef) -> list[str]:
    given = function.args
    named = [entry.arg for entry in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in named if name not in ("self", "cls")]


@EVERY_SOURCE
def test_five_parameters_or_more_are_described_one_by_one(path: Path) -> None:
    for function, text in public_functions(ast.parse(path.read_text())):
        names = parameters(function)
        if len(names) < MANY:
            continue
        _, _, described = text.partition("Args:")
        missing = [name for name in names if f"{name}:" not in described]
        assert not missing, f"{path.name}, {function.name}: Args: does not name {missing}"

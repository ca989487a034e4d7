"""The text of a formula reads back as the same tree, and nothing else is read."""

import pytest
from formula_toys import trees
from hypothesis import given, settings

from wann.activations import declared
from wann.activations.expression import Expression, X, fold, is_flat, operations_of
from wann.activations.text import parse, text_of
from wann.errors import UserError


@settings(max_examples=300, deadline=None)
@given(trees())
def test_a_tree_comes_back_from_its_text(tree: Expression) -> None:
    assert parse(text_of(tree)) == tree


@pytest.mark.parametrize("declaration", declared(), ids=lambda declaration: declaration.name)
def test_built_in_formulas_are_their_texts(declaration) -> None:
    assert parse(declaration.text) == declaration.tree


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("x/(1+abs(x))", "x / (1 + abs(x))"),
        ("((x))*.5", "x * 0.5"),
        ("--x", "-(-x)"),
        ("-x*x", "-x * x"),
        ("1e3 * x - 1.50", "1000 * x - 1.5"),
        ("x * -0", "x * -0.0"),
        ("x + 123456789012345678", "x + 1.2345678901234568e+17"),
        ("select(x>=2,x,-(3))", "select(x >= 2, x, -3)"),
    ],
)
def test_what_is_written_otherwise_is_the_same_formula(text: str, canonical: str) -> None:
    assert text_of(parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "got the end"),
        ("x +", "got the end"),
        ("x x", "expected its end, got 'x'"),
        ("(x", r"expected '\)', got the end"),
        ("3", "formula of x, got one without it"),
        ("y * x", "unknown function 'y'"),
        ("tan(x)", "unknown function 'tan': did you mean 'tanh'"),
        ("exp x", r"expected '\(', got 'x'"),
        ("exp(x, x)", r"expected '\)', got ','"),
        ("maximum(x)", "expected ',', got"),
        ("select(x, 1, 2)", "expected a comparison by >, <, >=, <="),
        ("x > 0", "expected its end, got '>'"),
        ("x == 0", "got '='"),
        ("x ** 2", r"expected x, a number, a function or a bracket, got '\*'"),
        ("x ^ 2", r"got '\^'; write powers as products"),
        ("1e999 * x", "numbers that are finite, got '1e999'"),
        ("x; import os", "got ';'"),
        ("__import__(x)", "unknown function '__import__'"),
        ("x\u0661", "operators or functions"),
        ("(" * 100 + "x" + ")" * 100, "at most 60 deep"),
        ("-" * 100 + "x", "at most 60"),
        ("+".join("x" * 99), "at most 60 in one another"),
        ("x" * 4001, "at most 4,000 characters, got 4,001"),
    ],
)
def test_what_is_no_formula_is_one_line(text: str, line: str) -> None:
    with pytest.raises(UserError, match=line) as problem:
        parse(text)
    assert "\n" not in str(problem.value)


def test_what_occurs_twice_is_translated_once() -> None:
    made: list[str] = []
    tree = parse("exp(x) / (1 + exp(x)) + x * x")
    fold(
        tree,
        "x",
        str,
        {name: lambda *parts, name=name: made.append(name) for name in operations_of(tree)},
    )
    assert sorted(made) == ["add", "add", "divide", "exp", "multiply"]


def test_an_operation_that_a_translation_lacks_is_named() -> None:
    with pytest.raises(UserError, match="expected a formula of exp, got the operation 'log'"):
        fold(parse("exp(log(x))"), 0.0, float, {"exp": lambda x: x})
    assert X.depth == X.nodes == 1


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("select(x > 0, 1, 0)", True),
        ("rint(x) * 2 + floor(x)", True),
        ("select(x > 0, x, 0)", False),
    ],
)
def test_flat_formulas_are_known(text: str, flat: bool) -> None:
    assert is_flat(parse(text)) is flat

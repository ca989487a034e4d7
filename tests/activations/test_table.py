"""Activations are declared once: by a function, or by the text that stands for it in files."""

import subprocess
import sys

import numpy as np
import pytest

from wann.activations import PAPER, Activation, Declaration, Value, activation, declared, table
from wann.activations.declaration import FIRST_OWN_CODE, own_declaration
from wann.activations.expression import X, number
from wann.errors import UserError


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is not there for the next one, nor what tests before these declared."""
    monkeypatch.setattr(table, "_by_code", {row.code: row for row in table.BUILT_IN})
    monkeypatch.setattr(table, "_by_name", {row.name: row for row in table.BUILT_IN})


def bent(x: Value) -> Value:
    return x / (2 + abs(x))


def test_the_built_in_ones_have_the_ids_and_names_of_the_release() -> None:
    assert [(row.code, row.name) for row in table.BUILT_IN] == [
        (a.value, a.label) for a in Activation
    ]
    assert set(PAPER) == {row.name for row in table.BUILT_IN} - {"square", "sign"}
    assert not any(row.is_own for row in table.BUILT_IN)
    assert table.own_texts(Activation) == ()


def test_a_function_is_declared_plainly_and_as_a_decorator() -> None:
    plain = activation(bent)
    decorated = activation(name="bent", colour="#1F9ea3", short="b")(bent)
    assert isinstance(decorated, Declaration)
    assert plain == decorated == table.by_name("bent") == table.by_code(plain.code)
    assert plain == table.to_activation(bent) == table.to_activation("bent")
    assert str(plain) == "bent = x / (2 + abs(x))"
    assert str(decorated) == str(table.by_name("bent")) == "bent = x / (2 + abs(x))  #1F9ea3 b"
    assert str(activation(bent)) == str(decorated), "a look that was given stays"
    assert repr(plain) == "<activation bent(x) = x / (2 + abs(x))>"
    assert declared()[-1] == plain
    assert table.own_texts([1, plain.code, plain.code]) == (str(decorated),)


def test_a_text_declares_it_in_another_process_under_the_same_code() -> None:
    made = activation(bent, colour="#000010")
    script = (
        "import sys; from wann.activations.table import from_text; x = from_text(sys.argv[1]); "
    )
    script += "print(x.code, x, x.ring, sep='|')"
    done = subprocess.run(
        [sys.executable, "-c", script, str(made)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{made.code}|{made}|#efb27f"
    assert FIRST_OWN_CODE <= made.code < 2**53
    assert int(float(made.code)) == made.code


def test_a_declaration_goes_into_another_formula() -> None:
    inner = activation(bent)
    outer = activation(lambda x: inner(2 * x) - np.tanh(x), name="outer")
    assert outer.text == "2 * x / (2 + abs(2 * x)) - tanh(x)"


def test_a_name_has_one_formula() -> None:
    activation(bent)
    with pytest.raises(UserError, match=r"'bent' is x / \(2 \+ abs\(x\)\) here already, got -x"):
        activation(lambda x: -x, name="bent")
    with pytest.raises(UserError, match=r"'tanh' is tanh\(x\) here already"):
        table.from_text("tanh = x")
    assert table.from_text("sigmoid = sigmoid(x)").code == Activation.SIGMOID


def test_a_built_in_one_stays_as_it_is_whatever_look_is_declared() -> None:
    before = table.declared()
    assert table.from_text("tanh = tanh(x)  #123456").code == Activation.TANH
    assert activation(np.tanh, name="tanh", colour="#123456", short="t").code == Activation.TANH
    assert str(table.by_name("tanh")) == "tanh"
    assert table.declared() == before
    assert [one.fill for one in table.declared()] == [one.fill for one in before]


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        ("tahn", "unknown activation 'tahn': did you mean 'tanh'"),
        ("bent", "unknown activation 'bent'"),
        (3.5, "expected an activation: a name, NAME = FORMULA, or a function of x, got 3.5"),
        (lambda x: -x, "a lambda: say name="),
        ("Bent = x", "at most 40 lower-case letters, digits and _ for an activation, got 'Bent'"),
        ("= x", "got ''"),
        ("a = x  #12", "a colour such as '#1f9ea3', got '#12'"),
        ("a = x  #123456 abcdefghi", "short label of at most 8 characters"),
        ("a = x  #123456 b c", "expected an activation as NAME = FORMULA"),
        ("a = b = x", "got '='|NAME = FORMULA"),
        ("a = tan(x)", "activation 'a': formula 'tan.x.': unknown function"),
    ],
)
def test_what_is_no_activation_is_one_line(wanted: object, line: str) -> None:
    before = declared()
    with pytest.raises(UserError, match=line) as problem:
        table.to_activation(wanted)
    assert "\n" not in str(problem.value)
    assert declared() == before


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UserError, match="unknown activation 99"):
        table.by_code(99)
    with pytest.raises(UserError, match="unknown activation 99"):
        table.own_texts([99])


def test_two_formulas_of_one_code_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = activation(bent)
    other = own_declaration("other", X)
    object.__setattr__(other, "code", made.code)
    with pytest.raises(UserError, match="its code is taken"):
        table.declare(other)


def test_unknown_ones_are_named() -> None:
    with pytest.raises(UserError, match="unknown activation 'tanh', 13: a toy cannot compute it"):
        table.check_handled([1, 13, Activation.TANH], (1,), "a toy")


def test_the_sign_of_numpy_is_the_built_in_one() -> None:
    assert activation(np.sign).code == Activation.SIGN
    assert [table.by_name("sign")(x) for x in (-0.5, 0.0, 1e-300)] == [-1.0, 0.0, 1.0]


def test_a_formula_without_x_is_refused_since_no_worker_could_read_it() -> None:
    with pytest.raises(UserError, match="expected a formula of x"):
        own_declaration("half", number(0.5))

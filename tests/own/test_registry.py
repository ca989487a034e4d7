import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from wann import trust
from wann.errors import UserError
from wann.own import Registry


def double(x: int) -> int:
    """Twice the number."""
    return 2 * x


def triple(x: int, shift: int = 0) -> int:
    return 3 * x + shift


THINGS: Registry[Callable[..., int]] = Registry(
    "thing", {"double": double}, expected="a function of (x) that returns a number", arguments=1
)


def test_a_registry_is_a_mapping_with_a_line_about_each_entry() -> None:
    assert THINGS.names() == list(THINGS) == ["double"]
    assert "double" in THINGS
    assert len(THINGS) == 1
    assert THINGS["double"] is double
    assert THINGS.about("double") == "Twice the number."
    assert repr(THINGS) == "Registry('thing': double)"


def test_a_name_a_path_to_it_and_the_object_are_the_same() -> None:
    with trust.forgotten_afterwards():
        assert THINGS.find("double") is THINGS.find(double) is double
        assert THINGS.find(f"{__name__}:triple") is THINGS.find(triple) is triple
    assert THINGS.name_of(double) == "double"
    assert THINGS.name_of(triple) == f"{__name__}:triple"
    assert THINGS.name_of("double") == "double"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("duoble", "unknown thing 'duoble': did you mean 'double'"),
        (3, "the thing int is 3: expected a function of"),
        (lambda: 1, r"takes \(\): expected a function of \(x\) that returns a number"),
        (lambda x, y: 1, r"takes \(x, y\): expected a function of \(x\)"),
        (f"{__name__}:THINGS", r"is Registry\('thing': double\): expected a function of \(x\)"),
    ],
)
def test_what_cannot_be_called_is_refused_in_one_line(wanted: object, says: str) -> None:
    with trust.forgotten_afterwards(), pytest.raises(UserError, match=says):
        THINGS.find(wanted)  # type: ignore[arg-type]


def test_what_a_function_raises_is_one_line_that_names_it_and_its_input() -> None:
    def broken(x: int) -> int:
        raise KeyError("no such key")

    with pytest.raises(UserError) as error:
        THINGS.call(broken, "the number 4", 4)
    line = str(error.value)
    assert "\n" not in line
    for part in ("the thing", "broken", "the number 4", "KeyError", "test_registry.py", "(x)"):
        assert part in line
    assert THINGS.call(partial(triple, shift=1), "1", 1) == 4


def test_the_module_of_the_current_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thing_of_mine.py").write_text("def four(x):\n    return 4 * x\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with trust.forgotten_afterwards():
        assert THINGS.find("thing_of_mine:four")(2) == 8

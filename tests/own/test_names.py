import json
import sys
from functools import partial
from pathlib import Path

import pytest

from wann import own, trust
from wann.errors import UserError
from wann.jobs.local import run_tasks
from wann.own import names

MODULE = """
from collections import OrderedDict as Renamed
NUMBER = 3


def mine(x):
    return x + 1


class Group:
    @staticmethod
    def inner():
        return 7


def make():
    return lambda: 5
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "names_of_mine.py").write_text(MODULE)
    (tmp_path / "broken_of_mine.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(names, "objects", {})
    monkeypatch.setattr(names, "unsent", {})
    monkeypatch.delitem(sys.modules, "names_of_mine", raising=False)


@pytest.mark.parametrize("name", ["names_of_mine:mine", "names_of_mine:Group.inner"])
def test_what_an_import_gives_is_named_by_its_module_and_found_again(name: str) -> None:
    with trust.forgotten_afterwards():
        thing = own.find_object(name, "thing")
        assert own.name_of(thing) == name
        assert own.find_object(own.name_of(thing), "thing") is thing
    assert own.name_of(json.dumps) in ("json:dumps", "json.__init__:dumps")


def test_what_no_import_gives_is_an_object_of_the_session() -> None:
    def local() -> int:
        return 1

    first, second = (lambda: 1), (lambda: 2)
    labels = [own.name_of(thing) for thing in (local, first, second, partial(local), first)]
    assert all(label.startswith("session:") for label in labels)
    assert labels[1] == labels[4] != labels[2], "two functions of one name are told apart"
    assert own.find_object(labels[1], "thing") is first
    assert own.find_object(labels[2], "thing") is second


def test_a_function_that_is_defined_anew_takes_the_place_of_the_one_before() -> None:
    found = []
    for number in (1, 2):
        space: dict[str, object] = {"__name__": "__main__"}
        exec(f"def rank(): return {number}", space)
        name = own.name_of(space["rank"])
        assert name == "session:rank"
        found.append(own.find_object(name, "ranking")())
    assert found == [1, 2]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("names_of_mine:min", r"unknown name in names_of_mine 'min': did you mean 'mine'\?"),
        ("no_module_of_mine:f", "No module named 'no_module_of_mine'; expected 'module:function'"),
        ("broken_of_mine:f", "broken_of_mine cannot be imported: ZeroDivisionError"),
        ("names_of_mine:", "expected a name such as 'module:function', got 'names_of_mine:'"),
        (":mine", "expected a name such as 'module:function'"),
        ("a b:c", "expected a name such as 'module:function'"),
        ("session:gone", "was an object of another Python session: pass it again"),
    ],
)
def test_names_that_find_nothing_are_refused_in_one_line(name: str, says: str) -> None:
    with trust.forgotten_afterwards(), pytest.raises(UserError, match=says) as error:
        own.find_object(name, "thing")
    assert "\n" not in str(error.value)


def test_a_name_out_of_a_file_is_imported_only_where_the_user_allows_it() -> None:
    with trust.forgotten_afterwards():
        with pytest.raises(UserError, match=r"a\.json wants to run code: 'names_of_mine:mine'"):
            own.find_object("names_of_mine:mine", "thing", wanted_by="a.json")
        assert "names_of_mine" not in sys.modules
        trust.allow("names_of_mine")
        assert own.find_object("names_of_mine:mine", "thing", wanted_by="a.json")(1) == 2


def use(name: str) -> int:
    return int(own.find_object(name, "thing")())


def test_objects_of_the_session_are_known_to_workers_where_they_can_be_sent() -> None:
    number = 41
    sent, unsent = (lambda: number + 1), partial(use, sys.stdout)
    labels = [own.name_of(sent), own.name_of(unsent)]
    outcomes = dict(run_tasks(use, labels, workers=2))
    assert outcomes[0].value == 42
    assert "cannot be sent to a worker" in outcomes[1].problem

import inspect
import sys
from pathlib import Path

import pytest

from wann.errors import UserError
from wann.pruning import Subject, Training, control, load_data, prune, scores

MODULE = '''
def chosen(scoring, share=0.5):
    """Import late, when the folder may no longer be searched."""
    from a_helper_of_mine import ANSWER

    return ANSWER
'''


@pytest.fixture(autouse=True)
def search_path_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_a_users_function_finds_its_modules_behind_those_that_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_score_of_mine.py").write_text(MODULE)
    (tmp_path / "a_helper_of_mine.py").write_text("ANSWER = 42\n")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    function = scores.find("a_score_of_mine:chosen")
    assert sys.path == [*before, str(tmp_path)]
    monkeypatch.chdir(tmp_path.parent)
    assert function(None) == 42  # type: ignore[arg-type, comparison-overlap]
    assert list(inspect.signature(function).parameters) == ["scoring", "share"]


def test_the_search_path_is_as_before_where_there_is_no_such_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    with pytest.raises(UserError, match="no_module_of_mine"):
        scores.find("no_module_of_mine:chosen")
    assert sys.path == before


MODEL = """
from torch import nn


class Late(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.first, self.last = nn.Linear(features, 8), nn.Linear(8, classes)

    def forward(self, x):
        from a_neighbour_of_mine import squash  # only now

        return self.last(squash(self.first(x.flatten(1))))


def build(inputs, classes):
    return Late(inputs[-1] * inputs[-2], classes)
"""


def test_a_model_may_import_its_neighbours_as_late_as_when_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_model_of_mine.py").write_text(MODEL)
    (tmp_path / "a_neighbour_of_mine.py").write_text("def squash(x):\n    return x.tanh()\n")
    monkeypatch.chdir(tmp_path)
    pruned = prune("a_model_of_mine:build", method="snip", density=0.5, training=Training(steps=5))
    assert pruned.kept > 0
    data = load_data("digits")
    subject = Subject(pruned.model, data, Training(steps=5))
    for runs in (
        lambda: pruned.shrink(data.x_test[:2]),
        lambda: pruned.to_network(data.x_test[:2]),
        lambda: control(subject, "shuffle", pruned.masks),
    ):
        monkeypatch.delitem(sys.modules, "a_neighbour_of_mine")
        runs()

"""Of the faults at every write of every command, a few, drawn anew for each command.

All of them: `every_write.py` beside this file, whose result stands in README.md there.
"""

import random
from contextlib import nullcontext
from pathlib import Path

import pytest
from fault_commands import Case, cases, check, make_inputs, points, undisturbed, warm_up
from fault_toys import FULL, HALF, INTERRUPT, KILL
from figure_toys import nothing_painted, searches_without_figures

# Films take long, and are written as all pictures are.
_NAMES = [name for name in cases(Path()) if name != "render"]
_FEW = {"compare", "prune"}  # which take seconds each time
_WITH_FIGURES = {"search"}  # the other searches make theirs in the same way


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    with nothing_painted(), searches_without_figures():
        make_inputs(folder)
    return folder


@pytest.mark.parametrize("name", _NAMES)
def test_what_a_fault_leaves_is_taken_up_to_the_same_bytes(
    name: str, inputs: Path, tmp_path: Path
) -> None:
    case, draw = cases(inputs)[name], random.Random(name)
    with nullcontext() if name in _WITH_FIGURES else searches_without_figures():
        _try_some(case, draw, 1 if name in _FEW else 3, tmp_path)


def _try_some(case: Case, draw: random.Random, count: int, tmp_path: Path) -> None:
    for folder in ("warm", "whole"):
        (tmp_path / folder).mkdir()
    warm_up(case, tmp_path / "warm")
    done, whole = undisturbed(case, tmp_path / "whole")
    every = list(points(done.steps))
    for fault in draw.sample((KILL, HALF, FULL, INTERRUPT), count):
        point = draw.choice([point for point in every if point.fault == fault])
        (tmp_path / fault).mkdir()
        check(case, point, tmp_path / fault, whole)

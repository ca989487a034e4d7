"""A search on a card, which is simulated here, is that of the CPU."""

from pathlib import Path
from typing import Any

import pytest

import wann
from wann.errors import UserError

TINY: dict[str, Any] = {
    "env": "CartPole-v1",
    "max_steps": 10,
    "population": 6,
    "generations": 2,
    "weights": [-1.0, 1.5],
    "weight_series": "fixed",
    "episodes": 1,
    "confirm_episodes": 1,
    "confirm_candidates": 1,
}


def test_a_search_has_the_same_bytes_on_a_card(tmp_path: Path) -> None:
    runs = [
        wann.search(**TINY, out=tmp_path / device, device=device, figures=False)
        for device in ("cpu", "cuda")
    ]
    assert runs[0].summary.digest == runs[1].summary.digest
    first, second = ((tmp_path / name / "champion.json").read_bytes() for name in ("cpu", "cuda"))
    assert first == second


def test_a_search_goes_on_elsewhere(tmp_path: Path) -> None:
    whole = wann.search(**TINY, out=tmp_path / "whole", figures=False)
    part = wann.search(
        **TINY, out=tmp_path / "part", device="cuda", figures=False, callback=lambda row: True
    )
    assert not part.summary.finished
    assert wann.resume(part, figures=False).summary.digest == whole.summary.digest


def test_measures_are_the_same(tmp_path: Path) -> None:
    found = [
        wann.evaluate("zoo:cartpole", episodes=2, device=device, max_steps=10).to_json()
        for device in ("cpu", "cuda:0")
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"device": "gpu"}, "device: expected cpu, cuda or cuda:NUMBER, got 'gpu'"),
        ({"device": "cuda:9"}, "device: expected a card below cuda:1"),
        ({"device": "cuda", "asynchronous": True}, "asynchronous= breeds whenever"),
        ({"device": "cuda", "backend": "gymnasium"}, "device: gym:CartPole-v1"),
        ({"device": "cuda", "ray": "127.0.0.1:1"}, ""),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(
    given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as problem:
        wann.search(**TINY | given, out=tmp_path / "run")
    assert str(problem.value).startswith(message)
    assert not (tmp_path / "run").exists()


def test_a_search_that_breeds_as_scores_come_in_goes_on_without_a_card(tmp_path: Path) -> None:
    run = wann.search(
        **TINY, asynchronous=True, out=tmp_path / "run", figures=False, callback=lambda row: True
    )
    with pytest.raises(UserError, match=r"asynchronous= breeds .* leave out device="):
        wann.resume(run, device="cuda")


def test_what_is_no_single_search_takes_no_device(tmp_path: Path) -> None:
    swept = tmp_path / "sweep"
    wann.sweep("swingup-quick", seeds="0", generations=1, population=4, out=swept, figures=False)
    with pytest.raises(UserError, match=r"device= is for a single search, and .* is a sweep"):
        wann.resume(swept, device="cuda")

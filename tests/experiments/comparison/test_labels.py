"""Every network of a comparison has a label of its own that a reader can trace to its place."""

from pathlib import Path

import pytest

from wann.experiments.comparison.labels import labels_of


def places(root: Path, *names: str) -> list[Path]:
    for name in names:
        (root / name).mkdir(parents=True, exist_ok=True)
    for sweep in ("first", "second"):
        (root / sweep).mkdir(exist_ok=True)
        (root / sweep / "sweep.json").touch()
    return [root / name for name in names]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["a", "b"], ["a", "b"]),
        (["x/run", "y/run"], ["x-run", "y-run"]),
        (["x/run", "y/run", "other"], ["x-run", "y-run", "other"]),
        (["u/x/run", "v/x/run"], ["u-x-run", "v-x-run"]),
        (["x/run", "x/run"], ["run", "run-2"]),  # nothing tells them apart
        (["first/seed=0", "second/seed=0"], ["first-seed-0", "second-seed-0"]),
        (["first/ranking=nsga2,seed=1"], ["first-ranking-nsga2-seed-1"]),
        (["budget-50"], ["budget-50-network"]),  # else rows of that budget would be its rows
    ],
)
def test_labels_tell_networks_apart_by_their_places(
    names: list[str], labels: list[str], tmp_path: Path
) -> None:
    found = places(tmp_path, *names)
    assert labels_of([None] * len(names), found) == labels
    champions = [place / "champion.json" for place in found]
    assert labels_of([None] * len(names), champions) == labels


def test_what_the_user_calls_a_network_stays_and_becomes_fit_for_a_file() -> None:
    assert labels_of(["mine", "mine", "<b>", None], [None] * 4) == [
        "mine",
        "mine-2",
        "b",
        "network",
    ]

"""Where studies, comparisons and sweeps are made: whose folder is taken, and whose is not."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wann.config import Making, SearchConfig
from wann.errors import UserError
from wann.experiments.comparison import filenames as of_comparisons
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.pruning import filenames as of_studies
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.study import Study
from wann.experiments.sweep import filenames as of_sweeps
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.sweep import Sweep
from wann.jobs.plan_files import Owner, PlanFile
from wann.network.from_masks import network_of_masks, smallest_dense


def a_comparison(folder: Path, seed: int = 0) -> Comparison:
    network = network_of_masks(smallest_dense(64, 10, 90))
    champion = Champion("grown", folder, network, np.ones(network.connections), {})
    plan = make_plan("digits", [champion], ["snip"], [seed], Making())
    return Comparison.create(folder, plan, [champion])


def a_study(folder: Path, seed: int = 0) -> Study:
    return Study.create(folder, StudyPlan("lenet-300-100", "digits", ("snip",), (0.5,), (seed,)))


def a_sweep(folder: Path, seed: int = 0) -> Sweep:
    return Sweep.create(str(folder), SweepPlan(SearchConfig(), {}, (seed,)))


KINDS: dict[str, tuple[Callable[..., Owner], PlanFile]] = {
    "study": (a_study, of_studies.PLAN),
    "comparison": (a_comparison, of_comparisons.PLAN),
    "sweep": (a_sweep, of_sweeps.PLAN),
}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@EVERY_KIND
def test_a_second_writer_is_refused_and_changes_nothing(kind: str, tmp_path: Path) -> None:
    make, _ = KINDS[kind]
    with make(tmp_path / "out"):
        before = contents(tmp_path)
        with pytest.raises(UserError, match="out is in use: another process is writing to it"):
            make(tmp_path / "out", seed=1)  # which a study and a comparison would add
        assert contents(tmp_path) == before
    make(tmp_path / "out").close()


@EVERY_KIND
def test_a_folder_with_something_of_the_users_is_left_untouched(kind: str, tmp_path: Path) -> None:
    make, plan = KINDS[kind]
    for names in (
        ("notes.txt",),
        plan.before or ("rows.csv",),
        ("environment.json",),
        (f".{plan.name}.0123abcd.unfinished", "notes.txt"),
    ):
        folder = tmp_path / str(len(os.listdir(tmp_path)))
        for name in names:
            path = folder / name.replace("*", "mine")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("mine")
        before = contents(folder)
        with pytest.raises(UserError, match=f"exists already, and is no .*{kind}: give another"):
            make(folder)
        assert contents(folder) == before


@EVERY_KIND
def test_links_under_names_of_ours_are_refused_before_work_begins(
    kind: str, tmp_path: Path
) -> None:
    make, plan = KINDS[kind]
    make(tmp_path / "out").close()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").write_text("mine")
    for pattern in plan.all_names:
        path = tmp_path / "out" / pattern.rstrip("/").replace("*", "0")
        held = tmp_path / "held"
        if path.exists():
            path.rename(held)
        path.symlink_to(held if held.exists() else tmp_path / "elsewhere")
        before = contents(tmp_path)
        with pytest.raises(UserError, match=f"{path.name} is a link, which is neither followed"):
            make(tmp_path / "out")
        assert contents(tmp_path) == before
        path.unlink()
        if held.exists():
            held.rename(path)
    make(tmp_path / "out").close()


def test_a_linked_folder_of_a_run_in_a_sweep_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with a_sweep(tmp_path / "out") as sweep:
        (tmp_path / "out" / "seed=0").symlink_to(tmp_path / "elsewhere")
        with (
            pytest.raises(UserError, match="seed=0 is a link"),
            sweep.store.work_folder("seed=0"),
        ):
            pass
        with pytest.raises(UserError, match="seed=0 is a link"):
            sweep.store.write("seed=0/worker.json", b"")
    assert os.listdir(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("name", ["a", "a.unfinished", "inner"])
def test_links_are_not_followed_behind_a_url_of_this_machine(name: str, tmp_path: Path) -> None:
    from wann.experiments.sweep.addresses import open_store

    (tmp_path / "victim").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(tmp_path / "victim" / ("" if name == "inner" else "a"))
    store = open_store(f"file://{tmp_path}/out")
    with pytest.raises(UserError, match="is a link"):
        store.write("inner/a" if name == "inner" else "a", b"new")
    assert os.listdir(tmp_path / "victim") == []

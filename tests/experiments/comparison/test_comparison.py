"""Comparisons are refused in one line where they make no sense, and can be resumed."""

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import REFERENCE_RUN
from without_pytorch import WITHOUT_PYTORCH

from wann.cli.main import main
from wann.config import Making
from wann.errors import UserError
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.input_networks import Input, champions_of
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.comparison.plan import ComparisonPlan
from wann.formats.whole_network import write_network
from wann.network.from_masks import network_of_masks, smallest_dense, trim
from wann.network.network import Network
from wann.tasks.registry import make_task

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

DIGITS = make_task("digits")
SHORT = (
    "--steps",
    "30",
    "--hidden",
    "12",
    "--generations",
    "1",
    "--episodes",
    "4",
    "--workers",
    "1",
)


def a_network(inputs: int = 64, connections: int = 90, seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    masks = trim(smallest_dense(inputs, 10, connections), connections, rng)
    return network_of_masks(masks)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "grown <b>.json"
    write_network(path, a_network(), None, "digits")
    return path


def run(*arguments: str | Path) -> int:
    return main(["compare", *map(str, arguments)])


def report(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Return what must be the same in any order of work: networks, and rows without times."""
    found = {}
    for path in sorted((folder / "rows").glob("**/*.json")):
        row = json.loads(path.read_text())
        for key in ("seconds", "latency", "cost"):
            row.pop(key, None)
        for entry in row.get("conditions", {}).values():
            entry.pop("seconds", None)
        found[str(path.relative_to(folder))] = json.dumps(row).encode()
    return found


def test_stopped_and_resumed_gives_the_same_rows(network: Path, tmp_path: Path) -> None:
    """Two champions of one size share contestants, and a budget has some that are of none."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    other = tmp_path / "other.json"
    write_network(other, a_network(seed=1), None, "digits")
    what = ("--against", "snip,rewired", "--seeds", "0", "--budgets", "60", *SHORT)
    assert run(network, other, *what, "--out", whole) == 0
    assert run(other, "--against", "rewired", "--seeds", "0", *SHORT, "--out", parts) == 0
    assert run(network, other, *what, "--out", parts) == 0
    assert contents(parts) == contents(whole)
    assert len(contents(whole)) == 2 * (2 * 4 + 1)
    for killed in ("grown-b/snip", "grown-b/dense", "budget-60/snip"):
        (parts / "rows" / killed / "seed=0" / "row.json").unlink()  # before its last file
    assert run(network, other, *what, "--out", parts) == 0
    assert contents(parts) == contents(whole)
    page = (whole / "report.html").read_text()
    assert "<b>" not in page.replace("<body>", "")
    assert report(whole)["finished"]
    for name in (
        "report.md",
        "summary.csv",
        "rows.csv",
        "conditions.svg",
        "conditions.png",
        "profile.svg",
    ):
        assert (whole / name).stat().st_size
    sizes = {entry["name"]: entry["structure"]["connections"] for entry in report(whole)["entries"]}
    assert sizes == {"grown": 90, "snip": 90, "rewired": 90, "dense": 65 * 12 + 120}
    for_grown = shlex.split((whole / "report.md").read_text().split("\n    ")[1].splitlines()[0])
    again = tmp_path / "again"
    assert main([*for_grown[1:-1], str(again), "--workers", "1"]) == 0
    rows = {name for name in contents(whole) if "/grown/" in name or "/dense/" in name}
    assert contents(again) == {name: contents(whole)[name] for name in rows}


def test_a_failure_is_reported_and_tried_again(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(network, "--against", "unit,shuffled", "--seeds", "0", *SHORT, "--out", out) == 2
    assert "1 row failed, unit with seed 0" in capsys.readouterr().err
    found = {entry["name"]: entry for entry in report(out)["entries"]}
    assert "meets no exact count" in found["unit"]["errors"][0]
    assert found["shuffled"]["rows"] == 1
    assert "meets no exact count" in (out / "report.html").read_text()
    with Comparison.open(out) as comparison:
        assert [job.name for job in comparison.left()] == ["unit"]


def test_two_files_are_compared_with_each_other(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    write_network(other, a_network(connections=40), np.ones(40), "digits")
    assert (
        run(
            network,
            other,
            "--task",
            "digits",
            "--seeds",
            "0",
            *SHORT,
            "--out",
            tmp_path / "two",
            "--json",
        )
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in found["entries"]] == ["grown-b", "other"]
    assert found["reference"] == "grown-b"


def a_run(folder: Path, finished: bool) -> Path:
    shutil.copytree(REFERENCE_RUN, folder)
    summary = json.loads((folder / "summary.json").read_text())
    (folder / "summary.json").write_text(json.dumps({**summary, "finished": finished}))
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("digits.json",), "one network alone: expected --against"),
        (("digits.json", "swingup.json"), "grown for swingup"),
        (("digits.json", "nowhere.json"), "nowhere.json does not exist"),
        (("digits.json", "few.json"), "few.json does not fit the task 'digits': it has 5 inputs"),
        (("digits.json", "empty.json"), "empty.json has no connections"),
        (
            ("digits.json", "unknown.json"),
            "unknown.json does not say what it was grown for: give --task",
        ),
        (("going", "--against", "imp"), "going is still in progress"),
        (("digits.json", "--against", "inp"), "unknown contestant 'inp': did you mean 'imp'"),
        (("swingup.json", "--against", "snip"), "snip needs a task with labels"),
        (("digits.json", "--against", ","), "--against: expected names"),
        (
            ("digits.json", "--against", "imp", "--hidden", "ten"),
            "--hidden: expected whole numbers",
        ),
        (("digits.json", "--against", "imp", "--seeds", "3-1"), "--seeds: expected a range"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    empty = Network(
        64,
        10,
        np.ones(10, dtype=np.int64),
        np.zeros(11, dtype=np.int64),
        np.zeros(0, dtype=np.int64),
    )
    for name, made, task in (
        ("digits", a_network(), "digits"),
        ("few", a_network(5), "digits"),
        ("empty", empty, "digits"),
        ("swingup", network_of_masks(smallest_dense(5, 1, 9)), "swingup"),
    ):
        write_network(tmp_path / f"{name}.json", made, None, task)
    text = json.loads((tmp_path / "digits.json").read_text())
    (tmp_path / "unknown.json").write_text(json.dumps({**text, "task": None}))
    a_run(tmp_path / "going", False)
    assert run(*arguments, "--out", "out") == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_refused(network: Path, tmp_path: Path) -> None:
    champions = champions_of([Input(network)], DIGITS)
    plan = make_plan("digits", champions, ["snip"], [0], Making())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(UserError, match="is no comparison"):
        Comparison.create(tmp_path / "full", plan, champions)
    Comparison.create(tmp_path / "new", plan, champions).close()
    for other, words in (
        (make_plan("digits", champions, ["snip"], [0], Making(steps=5)), "making"),
        (make_plan("digits", champions, [], [0], Making()), "against"),
        (
            ComparisonPlan("digits", {champions[0].label: "another"}, ("snip",), (0,), Making()),
            "network grown-b",
        ),
    ):
        with pytest.raises(UserError, match=f"{words} differ"):
            Comparison.create(tmp_path / "new", other, champions)
    assert ComparisonPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan


_COMPARING = """
from wann.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_pytorch_the_extra_that_is_missing_is_named(network: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        WITHOUT_PYTORCH + _COMPARING,
        "compare",
        str(network),
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [*command, "--against", "snip"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "expected PyTorch" in done.stderr
    assert done.stderr.endswith("not installed: pip install 'wann[prune]'\n")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_random_rows_of_two_versions_never_stand_side_by_side(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    champions = champions_of([Input(network)], DIGITS)
    making = Making(steps=30, hidden=(12,), generations=1, episodes=4)
    old = make_plan("digits", champions, ("random-erk", "random-dag"), (0,), making)
    Comparison.create(out, old, champions)
    plan = json.loads((out / "compare.json").read_text())
    assert plan.pop("draws") == 2
    (out / "compare.json").write_text(json.dumps(plan))
    with pytest.raises(UserError, match=r"version 1 .* rows of random-erk would be of both"):
        Comparison.create(out, old, champions)
    assert json.loads((out / "compare.json").read_text()) == plan
    without = make_plan("digits", champions, ("random-dag", "snip"), (0,), making)
    assert Comparison.create(out, without, champions).plan.draws == 1

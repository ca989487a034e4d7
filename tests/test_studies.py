"""Studies: what is run, what is kept of it, and that a stopped one goes on to the same rows."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from wann.cli import main
from wann.errors import UserError
from wann.pruning.pruned import control, prune
from wann.pruning.training import Training
from wann.studies.plan import Plan
from wann.studies.records import read_row
from wann.studies.summary import as_csv, summarise

SHORT = ("--steps", "60", "--seeds", "0", "--workers", "1")
PLAN = Plan("lenet-300-100", "digits", ("snip",), (0.2,), training=Training(steps=60, check_every=20))


def study(place: Path, *flags: str) -> int:
    return main(["prune", *SHORT, "--out", str(place), *flags])


def rows(place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((place / "summary.json").read_text())["rows"]
    return found


def without_time(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("study") / "whole"
    assert study(place, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all") == 0
    return place


def test_every_step_is_a_tidy_row_with_exact_counts(whole: Path) -> None:
    found = rows(whole)
    asked = [row for row in found if row["asked"] is not None and row["method"] != "dense"]
    assert {(row["method"], row["asked"], row["control"]) for row in asked} == {
        (method, density, kind)
        for method in ("imp", "snip", "magnitude")
        for density in (0.5, 0.3)
        for kind in (None, "reinit", "shuffle", "random")
    }
    assert all(row["kept"] == round(row["asked"] * row["total"]) for row in asked)
    in_rounds = [row["density"] for row in found if row["method"] == "imp" and row["asked"] is None]
    assert in_rounds == pytest.approx([0.8 ** (n + 1) for n in range(len(in_rounds))], rel=0.05)
    by_layer = {kind: row["kept_by_layer"] for row in asked for kind in [(row["method"], row["asked"], row["control"])]}
    for method in ("imp", "snip", "magnitude"):
        assert by_layer[method, 0.3, "shuffle"] == by_layer[method, 0.3, "reinit"] == by_layer[method, 0.3, None]
        assert sum(by_layer[method, 0.3, "random"].values()) == sum(by_layer[method, 0.3, None].values())


def test_stopped_and_resumed_gives_the_same_rows(whole: Path, tmp_path: Path) -> None:
    """A part of the densities first, a step lost on the way, then all: nothing done is done again."""
    place = tmp_path / "parts"
    assert study(place, "--method", "imp,snip", "--density", "0.5") == 0
    before = {path: path.stat().st_mtime_ns for path in place.glob("seed=0/**/row.json")}
    lost = place / "seed=0" / "imp" / "density=0.5" / "row.json"
    lost.unlink()
    before.pop(lost)
    assert study(place, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all") == 0
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert without_time(rows(place)) == without_time(rows(whole))


def test_a_folder_of_another_study_is_refused(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert study(whole, "--batch", "10") == 2
    assert "holds a study of other settings (training differ)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--density", "1.5"], "densities in (0, 1]"),
        (["--density", "a"], "--density: expected numbers in (0, 1]"),
        (["--density", "0.5,0.5"], "expected different densities"),
        (["--method", "magnitud"], "did you mean"),
        (["--method", "nowhere:score"], "nowhere"),
        (["--controls", "shuffel"], "did you mean"),
        (["--training", "lht"], "did you mean"),
        (["--model", "lenet"], "lenet"),
        (["--dataset", "nothing"], "nothing"),
        (["--density", "0.00001"], "cannot keep one of its 19200 weights"),
        (["--learning-rate", "1e30"], "learning_rate must be between"),
        (["--device", "tpu"], "device 'tpu' cannot be used"),
    ],
)
def test_mistakes_are_one_line(
    flags: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(tmp_path / "study", "--method", "snip", *flags) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("wann: ")
    assert expected in error


def test_methods_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--method", "list"]) == 0
    assert "lottery tickets (Frankle & Carbin 2019)" in capsys.readouterr().out


def test_a_damaged_row_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "row.json").write_text("{")
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)


def test_verdicts_need_three_seeds_and_an_interval_off_zero() -> None:
    def row(method: str, seed: int, accuracy: float) -> dict[str, Any]:
        settings = {"model": "m", "dataset": "d", "control": None, "asked": 1.0, "round": None, "total": 9, "kept": 9}
        measured = {"density": 1.0, "effective_density": None, "seconds": 1.0, "accuracy": accuracy}
        others = dict.fromkeys(("accuracy_without_retraining", "accuracy_at_early_stop", "early_stop_step"))
        return {"method": method, "seed": seed, **settings, **measured, **others}

    dense = [row("dense", seed, 0.9) for seed in range(3)]
    for drops, verdict in (
        ((0.1, 0.1), "not resolved"),
        ((0.1, 0.1, 0.1), "worse"),
        ((-0.1, -0.12, -0.1), "better"),
        ((0.1, -0.1, 0.2), "not resolved"),
    ):
        found = summarise(dense + [row("x", seed, 0.9 - drop) for seed, drop in enumerate(drops)])
        assert [one["verdict"] for one in found] == [None, verdict]
    assert "accuracy_mean,accuracy_low" in as_csv(found)


def test_prune_in_one_line_leaves_the_model_as_it_is() -> None:
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 30), torch.nn.ReLU(), torch.nn.Linear(30, 10))
    before = {name: value.clone() for name, value in model.state_dict().items()}
    pruned = prune(model, "digits", method="synflow", density=0.1, training=Training(steps=60, check_every=20))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert pruned.kept == round(0.1 * (64 * 30 + 30 * 10))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()
    example = torch.randn(5, 1, 8, 8)
    assert torch.allclose(pruned.shrink(example)(example), pruned.model.eval()(example), atol=1e-5)


@pytest.mark.parametrize("method", ["gradual", "rigl", "set", "edge-popup", "supermask", "imp-late", "imp-lr", "unit"])
def test_methods_that_train_while_they_prune(method: str) -> None:
    pruned = prune("lenet-300-100", "digits", method, 0.5, training=Training(steps=60, check_every=20))
    if method == "unit":
        assert pruned.density < 0.55
    else:
        assert pruned.kept == round(0.5 * sum(mask.numel() for mask in pruned.masks.values()))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()


def test_controls_differ_from_what_they_control() -> None:
    subject = PLAN.subject(0)
    pruned = prune(subject.model, subject.data, "snip", 0.2, training=PLAN.training)
    shuffled, drawn = (control(subject, kind, pruned.masks).masks for kind in ("shuffle", "random"))
    for name, mask in pruned.masks.items():
        assert int(shuffled[name].sum()) == int(mask.sum())
        assert not torch.equal(shuffled[name], mask)
    assert sum(int(mask.sum()) for mask in drawn.values()) == pruned.kept
    with pytest.raises(UserError, match="did you mean 'shuffle'"):
        control(subject, "shufle", pruned.masks)

"""Studies: what is run, what is kept of it, and that a stopped one goes on to the same rows."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from pruning_toys import newest

from wann.cli.main import main
from wann.config import PRESETS, Training
from wann.errors import UserError
from wann.experiments.pruning.plan import Plan
from wann.experiments.pruning.records import read_row
from wann.experiments.pruning.study import Study
from wann.experiments.pruning.summary import find_plateaus, summarise
from wann.experiments.pruning.table import as_text, plateaus_as_text
from wann.jobs.local import Outcome
from wann.jobs.tables import as_csv
from wann.pruning.api import control, prune
from wann.pruning.methods import METHODS

SHORT = ("--steps", "60", "--seeds", "0", "--workers", "1")
PLAN = Plan(
    "lenet-300-100", "digits", ("snip",), (0.2,), training=Training(steps=60, check_every=20)
)


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
    assert (
        study(place, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all")
        == 0
    )
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
    by_layer = {
        kind: row["kept_by_layer"]
        for row in asked
        for kind in [(row["method"], row["asked"], row["control"])]
    }
    for method in ("imp", "snip", "magnitude"):
        assert (
            by_layer[method, 0.3, "shuffle"]
            == by_layer[method, 0.3, "reinit"]
            == by_layer[method, 0.3, None]
        )
        assert sum(by_layer[method, 0.3, "random"].values()) == sum(
            by_layer[method, 0.3, None].values()
        )


def test_stopped_and_resumed_gives_the_same_rows(whole: Path, tmp_path: Path) -> None:
    """A part of the densities first, a step lost on the way, then all: nothing done is done again."""
    place = tmp_path / "parts"
    assert study(place, "--method", "imp,snip", "--density", "0.5") == 0
    before = {path: path.stat().st_mtime_ns for path in place.glob("seed=0/**/row.json")}
    lost = place / "seed=0" / "imp" / "density=0.5" / "row.json"
    lost.unlink()
    before.pop(lost)
    assert (
        study(place, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all")
        == 0
    )
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert without_time(rows(place)) == without_time(rows(whole))


def test_a_study_goes_on_by_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "study"
    assert study(place, "--method", "snip", "--density", "0.5") == 0
    lost = place / "seed=0" / "snip" / "density=0.5" / "row.json"
    before = rows(place)
    lost.unlink()
    capsys.readouterr()
    assert main(["resume", str(place), "--workers", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 2
    assert without_time(rows(place)) == without_time(before)
    assert main(["resume", str(place), "--threads", "2"]) == 2
    assert "--workers N runs N at once" in capsys.readouterr().err


def test_a_folder_of_another_study_is_refused(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(whole, "--batch", "10") == 2
    assert "holds a study of other settings (training differ)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--density", "1.5"], "densities in (0, 1]"),
        (["--density", "a"], "--density: expected numbers in (0, 1]"),
        (["--density", "0.5,0.5"], "expected different densities"),
        (["--method", "magnitud"], "did you mean"),
        (["--method", "nowhere:score"], "and nowhere.py in"),
        (["--method", "json:nothing"], "json has no function 'nothing'"),
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


def test_a_score_of_ones_own_is_found_in_the_current_folder_and_missed_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_score.py").write_text(
        "def square(scoring):\n    return {n: scoring.model.get_parameter(n).detach() ** 2 for n "
        "in scoring.masks}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    assert study(tmp_path / "none", "--method", "own_score:cube", "--density", "0.5") == 2
    assert not (tmp_path / "none").exists()
    assert study(tmp_path / "some", "--method", "own_score:square", "--density", "0.5") == 0
    assert [row["method"] for row in rows(tmp_path / "some")] == ["dense", "own_score:square"]


def test_what_is_done_starts_nothing_and_other_methods_are_not_counted(whole: Path) -> None:
    plan = Plan(
        "lenet-300-100",
        "digits",
        ("snip",),
        (0.5,),
        training=dataclasses.replace(PRESETS["lth-short"], steps=60),
    )
    done = Study.create(whole, plan)
    assert (done.planned, done.finished()) == (2, 2)

    def runner(work: object, orders: list[object], **_: object) -> Iterator[tuple[int, Outcome]]:
        assert not orders
        yield from ()

    assert list(done.run(runner, retries=0, stopped=lambda: False)) == []
    more = Study.create(whole, dataclasses.replace(plan, densities=(0.5, 0.4)))
    assert (more.planned, more.finished()) == (3, 2)


def test_effective_density_is_of_what_may_be_pruned(tmp_path: Path) -> None:
    assert (
        study(
            tmp_path / "study",
            "--method",
            "random-erk",
            "--density",
            "0.02",
            "--protect",
            "fc2,fc3",
        )
        == 0
    )
    _, row = rows(tmp_path / "study")
    assert list(row["kept_by_layer"]) == ["fc1.weight"]
    assert 0 < row["effective"] <= row["kept"] == round(0.02 * 19200)
    assert row["effective_density"] == row["effective"] / 19200


def test_the_python_call_gives_what_a_study_gives(whole: Path) -> None:
    training = dataclasses.replace(PRESETS["lth-short"], steps=60)
    for method in ("imp", "snip", "magnitude"):
        found = prune("lenet-300-100", "digits", method, 0.3, training=training)
        (row,) = (
            r for r in rows(whole) if (r["method"], r["asked"], r["control"]) == (method, 0.3, None)
        )
        assert (found.accuracy, found.kept) == (row["accuracy"], row["kept"])


def test_methods_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--method", "list"]) == 0
    assert "lottery tickets (Frankle & Carbin 2019)" in capsys.readouterr().out


def test_a_damaged_row_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "row.json").write_text("{")
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)


def one_row(method: str, seed: int, density: float, accuracy: float) -> dict[str, Any]:
    settings = {
        "model": "m",
        "dataset": "d",
        "control": None,
        "asked": density,
        "round": None,
        "total": 900,
    }
    measured = {"density": density, "effective_density": None, "seconds": 1.0, "accuracy": accuracy}
    others = dict.fromkeys(
        ("accuracy_without_retraining", "accuracy_at_early_stop", "early_stop_step")
    )
    return {
        "method": method,
        "seed": seed,
        "kept": round(900 * density),
        **settings,
        **measured,
        **others,
    }


def row(method: str, seed: int, accuracy: float) -> dict[str, Any]:
    return one_row(method, seed, 1.0, accuracy)


def test_verdicts_need_three_seeds_and_an_interval_off_zero() -> None:
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
    ticket = [row("x", seed, 0.9 - 0.01 * seed) for seed in range(3)]
    redrawn = [
        {**row("x", seed, 0.8 - 0.01 * seed - 0.001 * seed), "control": "reinit"}
        for seed in range(3)
    ]
    found = summarise(dense + ticket + redrawn)
    assert [one["verdict_of_control"] for one in found] == [None, None, "worse"]
    assert found[2]["against_method"]["mean"] == pytest.approx(-0.101)
    assert "against method" in as_text(found)
    assert "against method" not in as_text(found[:2])


def test_plateaus_end_where_a_point_is_lost_seed_by_seed() -> None:
    def points(seed: int, base: float) -> list[dict[str, Any]]:
        accuracies = {
            1.0: base,
            0.5: base - 0.002,
            0.2: base - 0.004 - 0.001 * seed,
            0.1: base - 0.05,
            0.05: base,
        }
        return [
            one_row("dense" if density == 1.0 else "x", seed, density, value)
            for density, value in accuracies.items()
        ]

    # Seeds differ by more
    rows = [row for seed, base in enumerate((0.9, 0.97, 0.93)) for row in points(seed, base)]
    (found,) = find_plateaus(summarise(rows))
    assert found == {"method": "x", "control": None, "end": 0.2, "lost": 0.1, "resolved": True}
    assert (
        plateaus_as_text([found])
        == "x: within 1 point of the whole model down to 20.00 % (lost at 10.00 %)"
    )
    (alone,) = find_plateaus(summarise([row for row in rows if row["seed"] == 0]))
    assert (alone["end"], alone["resolved"]) == (0.2, False)
    assert "already at 10.00 %" in plateaus_as_text([{**found, "end": None}])


def test_densities_that_keep_as_many_are_not_added_up() -> None:
    common = {
        "model": "m",
        "dataset": "d",
        "method": "x",
        "control": None,
        "round": None,
        "total": 9,
        "kept": 4,
    }
    measured = {
        "density": 4 / 9,
        "effective_density": None,
        "seconds": 1.0,
        "accuracy": 0.5,
        "seed": 0,
    }
    others = dict.fromkeys(
        ("accuracy_without_retraining", "accuracy_at_early_stop", "early_stop_step")
    )
    found = summarise([{**common, **measured, **others, "asked": asked} for asked in (0.44, 0.45)])
    assert [(row["asked"], row["n"]) for row in found] == [(0.44, 1), (0.45, 1)]


def test_prune_in_one_line_leaves_the_model_as_it_is() -> None:
    model = torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(64, 30), torch.nn.ReLU(), torch.nn.Linear(30, 10)
    )
    before = {name: value.clone() for name, value in model.state_dict().items()}
    pruned = prune(
        model, "digits", method="synflow", density=0.1, training=Training(steps=60, check_every=20)
    )
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert pruned.kept == round(0.1 * (64 * 30 + 30 * 10))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()
    example = torch.randn(5, 1, 8, 8)
    assert torch.allclose(pruned.shrink(example)(example), pruned.model.eval()(example), atol=1e-5)


@pytest.mark.parametrize(
    "method", ["gradual", "rigl", "set", "edge-popup", "supermask", "imp-late", "imp-lr", "unit"]
)
def test_methods_that_train_while_they_prune(method: str) -> None:
    pruned = prune(
        "lenet-300-100", "digits", method, 0.5, training=Training(steps=60, check_every=20)
    )
    if method == "unit":
        assert pruned.density < 0.55
    else:
        assert pruned.kept == round(0.5 * sum(mask.numel() for mask in pruned.masks.values()))
    for name, mask in pruned.masks.items():
        assert not pruned.model.get_parameter(name)[~mask].any()


def test_a_variant_of_a_method_is_still_that_method() -> None:
    """RigL with other layer densities stays RigL: its masks end as gradients grew them, not as SET's chance did."""
    found = {}
    for name in ("rigl", "set"):
        own = dataclasses.replace(METHODS[name], allocate="uniform")
        found[name] = prune(
            "lenet-300-100", "digits", own, 0.2, training=Training(steps=60, check_every=20)
        ).masks
        shares = [float(mask.float().mean()) for mask in found[name].values()]
        assert shares == pytest.approx([0.2] * len(shares), abs=0.01)
    assert any(not torch.equal(found["rigl"][name], mask) for name, mask in found["set"].items())
    with pytest.raises(UserError, match="as kind, got 'riggel'"):
        dataclasses.replace(METHODS["rigl"], kind="riggel")


def test_a_score_is_a_method() -> None:
    """By its name, as module:function, or the function itself.

    It ranks the weights of the trained model.
    """
    settings = {"density": 0.3, "training": Training(steps=60, check_every=20)}
    one, two, three = (
        prune("lenet-300-100", "digits", score, **settings)
        for score in ("movement", "pruning_toys:newest", newest)
    )
    assert one.kept == 15060
    for name, mask in one.masks.items():
        assert torch.equal(mask, two.masks[name])
        assert torch.equal(mask, three.masks[name])


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

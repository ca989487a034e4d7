"""A recipe's method gives way to evolution where what is given beside it is for evolution."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from run_toys import TINY
from without_pytorch import WITHOUT_PYTORCH

import wann
from wann.api.recipe_method import giving_way
from wann.api.searched import searched
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names

LABELLED = ("digits", "mnist", "mnist256", "fashion-mnist", "fashion256", "dataset")


def test_recipes_for_labelled_data_train_masks() -> None:
    trained = [name for name in recipe_names() if load_recipe(name).method == "gradient"]
    assert sorted(trained) == sorted(LABELLED)


@pytest.mark.parametrize(
    ("given", "grid", "seeded", "reasons"),
    [
        ({}, {}, False, []),
        ({"seed": 3, "max_connections": 90, "weights": "-1,1"}, {}, False, []),
        ({"generations": 5}, {}, False, ["generations"]),
        ({"population": 64, "crossover": 0.1}, {}, False, ["population", "crossover"]),
        ({"asynchronous": True}, {}, False, ["asynchronous"]),
        ({"islands": 2}, {}, False, ["islands"]),
        ({"gradient_every": 5}, {}, False, ["gradient_every"]),
        ({"mutation": {"my_module:mine": 0.1}}, {}, False, ["mutation"]),
        ({"strata": (0.5, 2.0)}, {}, False, ["strata"]),
        ({"strata": (0.5, 2.0), "parent": "mixed"}, {}, False, []),
        ({"activations": "relu,inverse,linear"}, {}, False, ["activations"]),
        ({"activations": "relu,linear"}, {}, False, []),
        ({"activations": "sin", "parent": "mixed"}, {}, False, []),
        ({"steps": 100}, {}, False, []),
        ({"steps": 100, "population": 64}, {}, False, []),  # neither heeds both: refused
        ({"method": "gradient", "generations": 5}, {}, False, []),
        ({"method": "es", "generations": 5}, {}, False, []),
        ({}, {"elite": (0.1, 0.2)}, False, ["elite"]),
        ({}, {"method": ("gradient", "evolution"), "population": (8, 16)}, False, []),
        ({}, {"max_connections": (90, 200)}, False, []),
        ({}, {"activations": (("relu", "linear"), ("sin",))}, False, ["activations"]),
        ({}, {"activations": (("relu",), ("linear",))}, False, []),
        ({}, {"activations": (("sin",), ("relu",)), "parent": ("mixed",)}, False, []),
        ({"steps": 100}, {"elite": (0.1, 0.2)}, False, []),
        ({}, {}, True, ["seed_from"]),
        ({"steps": 100}, {}, True, []),
        ({"generations": 5}, {}, True, ["generations"]),
        ({"method": "gradient"}, {}, True, []),
    ],
)
def test_what_is_in_the_way_of_a_recipes_method(
    given: dict[str, Any], grid: dict[str, Any], seeded: bool, reasons: list[str]
) -> None:
    base = load_recipe("digits")
    assert giving_way("digits", base, given, grid, seeded) == reasons
    # Who wrote a recipe has named the method in it
    assert giving_way("mine.toml", base, given, grid, seeded) == []
    assert giving_way(base, base, given, grid, seeded) == []
    assert giving_way("swingup", load_recipe("swingup"), given, grid, seeded) == []


@pytest.mark.parametrize(
    ("recipe", "given", "method"),
    [
        ("digits", {}, "gradient"),
        (None, {"dataset": ([[0.0], [1.0]] * 9, [0, 1] * 9)}, "gradient"),
        (None, {"dataset": ([[0.0], [1.0]] * 9, [0, 1] * 9), "population": 8}, "evolution"),
        (None, {"env": "CartPole-v1"}, "evolution"),
        ("mnist256-paper", {}, "evolution"),
        ("digits", {"asynchronous": True, "population": 8}, "evolution"),
    ],
)
def test_what_is_searched_has_the_method(
    recipe: str | None, given: dict[str, Any], method: str
) -> None:
    env, dataset = given.pop("env", None), given.pop("dataset", None)
    found = searched(recipe, env, dataset, given)
    assert found.config.method == method
    told = recipe != "mnist256-paper" and env is None and method == "evolution"
    assert len(found.notes) == told


def test_settings_are_those_of_method_evolution_and_a_note_says_so() -> None:
    found = searched("digits", None, None, TINY, grid={"elite": (0.1, 0.2)})
    named = searched("digits", None, None, TINY | {"method": "evolution"})
    assert found.config == named.config
    assert named.notes == ()
    assert found.notes == (
        "method evolution, because confirm_episodes, generations, population and elite are given; "
        "the recipe digits has method gradient otherwise",
    )


@pytest.mark.parametrize(
    ("recipe", "given", "problem"),
    [
        ("digits", {"steps": 5, "population": 8}, "population is for evolution: leave it out, or"),
        ("digits", {"method": "gradient", "elite": 0.1}, "give method evolution in place of grad"),
        ("digits", {"env": "CartPole-v1"}, "has no labels, and gradients need them"),
        ("digits", {"task": "swingup"}, "has no labels, and gradients need them"),
        ("digits", {"seed_from": "zoo:digits", "steps": 5, "parent": "mixed"}, "makes no differen"),
        ("swingup-quick", {"add_recurrent": 0.1}, "is for recurrent networks: leave it out, or"),
        ("swingup-quick", {"mutation": "add_recurrent=1"}, "add_recurrent adds recurrent connec"),
        ("digits", {"completions": "nowhere"}, "needs asynchronous="),
    ],
)
def test_what_no_method_heeds_is_refused_before_anything_is_written(
    recipe: str, given: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=problem) as raised:
        wann.search(recipe, **given, out=tmp_path / "run")
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "run").exists()


SEARCHING = """
import wann
from wann.cli.main import main

assert main(["search", "digits", "--out", "run"]) == 2
try:
    wann.WannClassifier().fit([[0.0], [1.0]] * 9, [0, 1] * 9)
except wann.UserError as error:
    print(error, file=sys.stderr)
"""


def test_without_pytorch_one_line_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTORCH + SEARCHING],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert line.endswith("pip install 'wann[prune]', or give method evolution")
    assert list(tmp_path.iterdir()) == []


def test_a_run_resumed_without_pytorch_is_told_what_to_install_alone(tmp_path: Path) -> None:
    run = wann.search(
        "digits", steps=250, max_connections=20, threads=1, figures=False, out=tmp_path / "run"
    )
    (run.folder / "summary.json").unlink()
    resuming = "from wann.cli.main import main\nassert main(['resume', 'run']) == 2"
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PYTORCH + resuming],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1].endswith("pip install 'wann[prune]'")

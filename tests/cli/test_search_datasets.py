"""From a data set of one's own to its figures and conditions, by the command line."""

import json
from pathlib import Path

import pytest
from datasets_toys import write_npz

from wann.cli.main import main
from wann.config import CONDITION_NAMES
from wann.formats import read_network

pytestmark = pytest.mark.usefixtures("nothing_painted")


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A short search on a small data set."""
    folder = tmp_path_factory.mktemp("classify")
    path = write_npz(folder / "my data.npz", examples=400)
    settings = [
        "--method=evolution",
        "--generations",
        "25",
        "--population",
        "40",
        "--max-connections",
        "40",
        "--tournament",
        "8",
    ]
    assert (
        main(
            [
                "search",
                "--dataset",
                str(path),
                "--out",
                str(folder / "run"),
                "--seed",
                "3",
                *settings,
                "--json",
            ]
        )
        == 0
    )
    return folder / "run"


def result_of(capsys, *arguments: str) -> dict:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_champion_knows_its_data_set(run: Path) -> None:
    file = read_network(run / "champion.json")
    assert file.task is not None
    assert file.task.startswith("data:/")
    assert file.task.endswith("my data.npz")


def test_all_conditions_are_accuracies(run: Path, capsys) -> None:
    result = result_of(capsys, "evaluate", str(run), "--conditions", "all", "--episodes", "20")
    conditions = result["conditions"]
    assert list(conditions) == [*CONDITION_NAMES, "ensemble"]
    for entry in conditions.values():
        assert {"mean", "sd", "sd_over", "n", "ci95"} <= set(entry)
        assert 0.0 <= entry["ci95"][0] <= entry["mean"] <= entry["ci95"][1] <= 1.0
    assert conditions["random_weights"]["n"] == conditions["random_shared"]["n"] == 20
    assert conditions["tuned_weights"]["method"] == "gradient"
    assert conditions["tuned_shared"]["mean"] > 0.5
    assert conditions["ensemble"]["n"] == 132
    assert all(0.0 <= mean <= 1.0 for _, mean in result["profile"])


def test_tuned_weights_are_saved_and_given_back(run: Path, capsys) -> None:
    tuned = result_of(capsys, "tune", str(run), "--weights", "individual", "--generations", "5")
    assert tuned["method"] == "gradient"
    rows = [
        json.loads(line)
        for line in (Path(tuned["folder"]) / "generations.jsonl").read_text().splitlines()
    ]
    assert [row["epoch"] for row in rows] == [0, 1, 2, 3, 4, 5]
    found = result_of(capsys, "evaluate", tuned["network"], "--conditions", "tuned_weights")[
        "conditions"
    ]
    assert found["tuned_weights"]["method"] == "given"
    assert found["tuned_weights"]["mean"] == pytest.approx(tuned["mean"])


def test_progress_counts_to_the_last_epoch(run: Path, capsys) -> None:
    assert main(["tune", str(run), "--weights", "individual", "--generations", "2"]) == 0
    assert "generation 3/3: accuracy " in capsys.readouterr().err
    assert main(["evaluate", str(run), "--conditions", "tuned_weights"]) == 0
    assert "generation 31/31: accuracy " in capsys.readouterr().err


def test_its_figures(run: Path, tmp_path: Path, capsys) -> None:
    assert main(["render", str(run), "--out", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert {
        "champion.png",
        "classes.png",
        "confusion.png",
        "profile.png",
        "learning_curve.png",
    } <= names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "--dataset", "/no/such.npz"], "does not exist: expected a table"),
        (["search", "--deskew"], "--deskew needs --dataset PATH"),
        (["search", "--size", "4"], "--size needs --dataset PATH"),
        (["search", "--dataset", "a.npz", "--env", "CartPole-v1"], "--env and --dataset all say"),
        (["search"], "expected a recipe, --env ID or --dataset PATH"),
        (
            ["search", "digits", "--episodes-last", "-1"],
            "last: expected a whole number between 0",
        ),
        (["search", "digits", "--crossover", "2"], "crossover: expected a number between 0 and 1"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], message: str, capsys) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert not captured.out

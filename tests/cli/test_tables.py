"""Tables from the command line: searched, evaluated, tuned, pruned, swept and compared."""

import json
import re
from pathlib import Path

import pytest
from datasets_toys import flowers, write_table

from wann.cli.main import main
from wann.formats import read_network

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

SHORT = ["--method=evolution", "--generations", "4", "--population", "30", "--tournament", "4"]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    return write_table(tmp_path_factory.mktemp("table") / "flowers.csv", flowers())


@pytest.fixture(scope="module")
def run(table: Path) -> Path:
    """A short search on the table."""
    out = table.parent / "run"
    arguments = ["--dataset", str(table), "--label", "kind", "--out", str(out), *SHORT]
    assert main(["search", *arguments]) == 0
    return out


def test_a_search_shows_accuracies(table: Path, capsys) -> None:
    arguments = ["search", "--dataset", str(table), "--label", "kind", *SHORT[1:]]
    assert main([*arguments, "--out", str(table.parent / "shown")]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("wann: method evolution, because generations, population and to") == 1
    assert re.search(r"champion accuracy \d+\.\d %, loss \d", captured.err)
    assert re.search(r"accuracy \d+\.\d % on validation examples .*, loss \d", captured.out)
    assert "mean return" not in captured.out


def result_of(capsys, *arguments: object) -> dict:
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_champion_keeps_how_its_table_was_read(run: Path, table: Path, capsys) -> None:
    task = read_network(run / "champion.json").task or ""
    assert task.startswith(f"data:{table} ")
    assert '"low"' in task
    found = result_of(capsys, "evaluate", run, "--episodes", 5)
    assert found["classes"] == ["bellis", "carex", "iris"]
    # The same rows in another order, at another place: read alike, so as many inputs.
    header, *rows = flowers()
    moved = write_table(table.parent / "moved.csv", [header, *rows[::-1]])
    again = result_of(capsys, "evaluate", run, "--episodes", 5, "--dataset", moved)
    assert again["connections"] == found["connections"]


def test_every_command_that_takes_a_data_set_takes_tables(run: Path, table: Path, capsys) -> None:
    tuned = result_of(
        capsys, "tune", run, "--weights", "individual", "--generations", 2, "--dataset", table
    )
    assert tuned["method"] == "gradient"
    out = table.parent
    named = ["--dataset", table, "--label", "kind"]
    short = ["--model", "lenet-300-100", "--steps", 20, "--density", 0.5, "--method", "magnitude"]
    pruned = result_of(capsys, "prune", *named, *short, "--out", out / "study", "--workers", 1)
    assert pruned["summary"]
    swept = result_of(
        capsys, "sweep", *named, *SHORT, "--seeds", "0", "--out", out / "sweep", "--workers", 1
    )
    assert swept["finished"]
    (swept_run,) = swept["runs"]
    assert swept_run["accuracy"] == swept["settings"][0]["accuracy"]
    assert 0.3 < swept_run["accuracy"] <= 1
    header, *rows = (out / "sweep" / "runs.csv").read_text().splitlines()
    assert header.endswith(",accuracy")
    assert rows[0].endswith(f",{swept_run['accuracy']}")


def test_tuning_and_evaluating_a_classifier_show_accuracies(run: Path, capsys) -> None:
    capsys.readouterr()
    out = run.with_name("tuned-individual.json")
    how = ["--weights", "individual", "--generations", "2"]
    assert main(["tune", str(run), *how, "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert re.search(r"by gradient, accuracy \d+\.\d % on the test examples$", said.out.strip())
    assert re.search(r"accuracy \d+\.\d % on validation examples", said.err)
    shared = ["--weights", "shared", "--out", str(run.with_name("tuned-shared.json"))]
    assert main(["tune", str(run), *shared]) == 0
    assert "%" in capsys.readouterr().out
    assert main(["evaluate", str(out), "--episodes", "5"]) == 0
    assert "hidden nodes, accuracies\n" in capsys.readouterr().out


def test_a_sweep_shows_accuracies(table: Path, capsys) -> None:
    named = ["--dataset", str(table), "--label", "kind", "--seeds", "0", "--workers", "1"]
    assert main(["sweep", *named, *SHORT, "--out", str(table.parent / "seen")]) == 0
    captured = capsys.readouterr()
    assert re.search(r"generation 4/4, accuracy \d+\.\d % with \d+ connections", captured.err)
    assert captured.out.split()[:3] == ["setting", "n", "accuracy"]
    assert re.search(r"^\S+ +1 +\d+\.\d % ", captured.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "--dataset", "TABLE"], "say which column has the classes with --label COLUMN"),
        (["search", "--dataset", "TABLE", "--label", "length"], "(regression) is not supported"),
        (["search", "--label", "kind"], "--label needs --dataset PATH"),
        (["tune", "RUN", "--resume", "--env", "CartPole-v1"], "remove --env or --dataset"),
        (["tune", "RUN", "--weights", "shared", "--env", "CartPole-v1"], "does not fit the task"),
        (["evaluate", "RUN", "--dataset", "TABLE", "--deskew"], "for images, got a table"),
        (["prune", "--dataset", "digits", "--label", "kind"], "are for tables"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], message: str, run: Path, table: Path, capsys
) -> None:
    named = {"TABLE": str(table), "RUN": str(run)}
    capsys.readouterr()
    assert main([named.get(argument, argument) for argument in arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1

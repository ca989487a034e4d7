"""What is in memory is read back from its file as it was given: names, texts and classes."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pytest

import wann
from wann.api.data_files import data_file
from wann.api.scored_on import scored_on
from wann.api.sweep_result import SweepResult
from wann.datasets.coded_table import load_table, options_of
from wann.datasets.dataset import Dataset
from wann.datasets.files import ARRAYS
from wann.errors import UserError

X = np.arange(60.0).reshape(20, 3)
ROWS = np.arange(20)
SIDE = np.array(["l", "r"])[ROWS % 2]
QUICK: dict[str, Any] = {
    "method": "evolution",
    "generations": 1,
    "population": 8,
    "figures": False,
    "threads": 1,
    "progress": False,
}


def read(folder: Path, given: Any, **settings: Any) -> Dataset:
    found = scored_on(None, given, None, {}, settings)
    assert not isinstance(found, str | None)
    (folder / found.name).write_bytes(found.content)
    return load_table(folder / found.name, options_of(found.settings))


def numbered() -> pandas.DataFrame:
    return pandas.DataFrame(np.c_[X, 10 + ROWS % 2])


FRAMES: dict[str, tuple[Any, dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "numbers for names": (numbered(), {"label": "3"}, ("0", "1", "2"), ("10", "11")),
    "a number for the label": (numbered(), {"label": 3}, ("0", "1", "2"), ("10", "11")),
    "of NumPy": (numbered(), {"label": np.int64(3)}, ("0", "1", "2"), ("10", "11")),
    "numbers to drop": (numbered(), {"label": 3, "drop": [1]}, ("0", "2"), ("10", "11")),
    "one number to drop": (numbered(), {"label": 3, "drop": 1}, ("0", "2"), ("10", "11")),
    "numbers and texts": (
        pandas.DataFrame(X).assign(side=SIDE, name=[f"n{i}" for i in ROWS]),
        {"label": "side", "drop": ["name"]},
        ("0", "1", "2"),
        ("l", "r"),
    ),
    "few rows": (
        pandas.DataFrame(X[:4]).assign(side=SIDE[:4]),
        {"label": "side"},
        ("0", "1", "2"),
        ("l", "r"),
    ),
    "of polars": (
        polars.DataFrame({"0": X[:, 0], "1": 10 + ROWS % 2}),
        {"label": "1"},
        ("0",),
        ("10", "11"),
    ),
    "names in the first row, too": (
        pandas.DataFrame({"a": ["a", "b"] * 10, "l": SIDE}),
        {"label": "l"},
        ("a=a", "a=b"),
        ("l", "r"),
    ),
    "texts that look like numbers": (
        pandas.DataFrame({"a": ["01", "1"] * 10, "b": ROWS, "y": ["01", "1", "1", "10"] * 5}),
        {"label": "y"},
        ("a=01", "a=1", "b"),
        ("01", "1", "10"),
    ),
    "a label by its position": (
        polars.DataFrame({"a": ROWS, "y": ["01", "1"] * 10}),
        {"label": "2"},
        ("a",),
        ("01", "1"),
    ),
}


@pytest.mark.parametrize("name", FRAMES)
def test_the_names_of_a_frame_are_known(name: str, tmp_path: Path) -> None:
    given, settings, features, classes = FRAMES[name]
    found = read(tmp_path, given, **settings)
    assert (found.feature_names, found.class_names) == (features, classes)
    assert len(found.x_train) + len(found.x_test) == len(given)


LABELS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "texts that look like numbers": (["01", "1", "10", "A1"] * 5, ("01", "1", "10", "A1")),
    "texts of numbers": (["2", "1", "10", "1"] * 5, ("1", "2", "10")),
    "padded": (["02", "01"] * 10, ("01", "02")),
    "bytes": (np.array([b"b", b"a"] * 10), ("a", "b")),
    "one-hot rows": (np.eye(3)[ROWS % 3], ("0", "1", "2")),
    "one column": ((ROWS % 3)[:, None], ("0", "1", "2")),
    "large numbers": (2**53 + ROWS % 2, (str(2**53), str(2**53 + 1))),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_of_arrays_are_what_they_are(name: str, tmp_path: Path) -> None:
    labels, classes = LABELS[name]
    found = read(tmp_path, (X, np.asarray(labels)))
    assert found.class_names == classes
    if name == "texts that look like numbers":
        y = np.concatenate([found.y_train, found.y_test])
        assert np.bincount(y).tolist() == [5] * 4


def test_names_and_texts_of_examples_are_known(tmp_path: Path) -> None:
    found = read(tmp_path, (pandas.DataFrame(X), SIDE))
    assert (found.feature_names, len(found.x_train)) == (("0", "1", "2"), 16)
    few = read(tmp_path, (pandas.DataFrame(X[:4]), SIDE[:4]))
    assert len(few.x_train) + len(few.x_test) == 4
    known = np.array([[b"1.5"], [b"2.5"]] * 10)
    assert read(tmp_path, (known, SIDE)).feature_names == ("x1",)
    dropped = pandas.DataFrame({"a": ROWS, "b": ROWS + 1j, "y": SIDE})
    assert read(tmp_path, dropped, label="y", drop=["b"]).feature_names == ("a",)
    unmasked = np.ma.array(X, mask=np.zeros(X.shape, bool))
    assert data_file((unmasked, SIDE), {}) == data_file((X, SIDE), {})
    texts = np.array([["01", "x"], ["1", "y"]] * 10)
    assert read(tmp_path, (texts, SIDE)).feature_names == ("x1=01", "x1=1", "x2=x", "x2=y")


def test_specs_of_what_is_found_at_sight_say_no_more_than_before() -> None:
    for given in ((X, SIDE), (X, ROWS % 2), (X, ROWS % 2 / 2), (X, np.array(["1", "2"] * 10))):
        assert data_file(given, {}).settings == {"label": "label"}
    frame = pandas.DataFrame(X, columns=["a", "b", "c"]).assign(side=SIDE, n=["1", "2"] * 10)
    assert data_file(frame, {"label": "side"}).settings == {"label": "side"}


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        (numbered(), {"label": 7}, "label must be a name, got 7"),
        ((X, np.array(["a", "a "] * 10)), {}, "differ in more than the spaces around them"),
        ((X, np.ones((20, 2))), {}, "dataset: expected a label for each example, or a row with a"),
        ((np.ma.masked_equal(X, 10), SIDE), {}, "dataset: no value in column 2, row 4 .it is mask"),
        ((X, np.ma.masked_equal(ROWS, 3)), {}, "dataset: no value in row 4 .it is masked"),
        ((X, SIDE, np.ma.masked_equal(X, 10), SIDE), {}, "dataset: no value in column 2, row 4"),
        ((X + 1j, SIDE), {}, "dataset: expected numbers or texts, got complex128"),
        ((X, ROWS % 2 + 1j), {}, "dataset: expected numbers or texts, got complex128"),
        ((X, (ROWS % 2).astype("M8[s]")), {}, "dataset: expected numbers or texts, got datetime64"),
        (numbered() + 1j, {"label": 3}, "in column '0', got 1j in row 1: make numbers or texts"),
        (numbered().assign(a=[[1]] * 20), {"label": 3}, r"in column 'a', got \[1\] in row 1"),
        (polars.DataFrame({"a": [[1]] * 20, "y": ROWS}), {"label": "y"}, "leave such columns out"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(given: Any, settings: Any, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        scored_on(None, given, None, {}, settings)
    assert "\n" not in str(raised.value)


def test_new_rows_in_a_frame_are_read_like_the_first(tmp_path: Path) -> None:
    frame = pandas.DataFrame(X).assign(side=SIDE)
    run = wann.search(dataset=frame, label="side", out=tmp_path / "run", **QUICK)
    assert run.evaluate(dataset=frame, threads=1).mean == run.evaluate(threads=1).mean
    for count in (1, 3):  # of which a table alone does not show the header
        few = frame[:count]
        few.to_csv(tmp_path / "few.csv", index=False)
        in_memory = run.evaluate(dataset=few, threads=1)
        in_a_file = run.evaluate(dataset=tmp_path / "few.csv", threads=1)
        assert in_memory.random_shared == in_a_file.random_shared
        assert f"all of its {count} rows are for the test" in in_memory.notes[0]
    with pytest.raises(UserError, match="expected more examples for training, got 1 of 2 classes"):
        run.evaluate(dataset=frame[:1], conditions=["tuned_weights"], threads=1)
    with pytest.raises(UserError, match="no column '1' for the network"):
        run.evaluate(dataset=frame.drop(columns=[1]), threads=1)


def test_a_champion_of_arrays_keeps_their_scale_and_classes(tmp_path: Path) -> None:
    parts = (X[::2], SIDE[::2], X[1::2], SIDE[1::2])
    run = wann.search(dataset=(X[:16], SIDE[:16], X[16:], SIDE[16:]), out=tmp_path / "r", **QUICK)
    coding = {"low": 0.0, "high": 47.0, "classes": ["l", "r"]}
    assert run.champion.info["coding"] == coding
    assert "coding" not in run.config.task
    assert "coding" not in run.champion.export(tmp_path / "net.py").read_text()
    np.savez(tmp_path / "n.npz", **dict(zip(ARRAYS, parts, strict=True)))
    for given in (parts, tmp_path / "n.npz"):
        found = run.evaluate(dataset=given, threads=1)
        assert found.classes == ("l", "r")
        assert json.dumps(coding, sort_keys=True) in found.task
    (run.folder / "champion.json").rename(tmp_path / "alone.json")
    unlike = (X[::2], np.array(["l", "x"])[ROWS[::2] // 2 % 2], X[:2], SIDE[:2])
    with pytest.raises(UserError, match="class 'x' is none of those that the network knows: l, r"):
        wann.evaluate(tmp_path / "alone.json", dataset=unlike, threads=1)
    scaled = wann.evaluate(tmp_path / "alone.json", dataset=(X[16:], SIDE[16:]), threads=1)
    assert "all of its 4 rows are for the test" in scaled.notes[0]


def framed() -> pandas.DataFrame:
    return pandas.DataFrame(X).assign(side=SIDE)


def test_a_run_goes_on_and_is_evaluated_wherever_its_folder_is_moved(tmp_path: Path) -> None:
    more = {**QUICK, "generations": 3, "dataset": framed(), "label": "side"}
    whole = wann.search(out=tmp_path / "whole", **more)
    part = wann.search(out=tmp_path / "a" / "part", callback=lambda _: True, **more)
    assert '"data:./data.csv {' in (part.folder / "config.json").read_text()
    assert part.config.task.startswith(f"data:{tmp_path}/a/part/data.csv")
    moved = tmp_path / "moved ü"
    part.folder.rename(moved)
    before = wann.open_run(moved)
    assert before.champion.task == before.config.task
    found = wann.resume(moved, threads=1, figures=False)
    assert isinstance(found, wann.Run)
    assert (found.digest, found.accuracy) == (whole.digest, whole.accuracy)
    for name in ("config.json", "champion.json", "generations.jsonl"):
        assert (moved / name).read_bytes() == (whole.folder / name).read_bytes(), name
    evaluated = [wann.evaluate(place, threads=1).mean for place in (moved, whole)]
    assert evaluated[0] == evaluated[1]
    for network in sorted(moved.glob("*/*.json")):
        assert wann.load(network).task == found.config.task
    tuned = wann.tune(moved, weights="shared", threads=1, progress=False)
    assert tuned.path is not None
    assert '"data:./data.csv {' in tuned.path.read_text()
    moved.rename(tmp_path / "again")
    assert wann.evaluate(tmp_path / "again" / tuned.path.name, threads=1).mean is not None


def test_other_data_are_not_taken_for_those_of_a_run(tmp_path: Path) -> None:
    run = wann.search(dataset=framed(), label="side", out=tmp_path / "run", **QUICK)
    (tmp_path / "other").mkdir()
    alone = tmp_path / "other" / "champion.json"
    alone.write_bytes((run.folder / "champion.json").read_bytes())
    with pytest.raises(UserError, match=r"other/data\.csv does not exist: .* or give dataset="):
        wann.evaluate(alone, threads=1)
    (alone.parent / "data.csv").write_text("0,1,2,side\n1,2,3,l\n3,2,1,r\n" * 9)
    with pytest.raises(UserError, match=r"other/data\.csv holds other data than those"):
        wann.evaluate(alone, threads=1)
    assert wann.evaluate(alone, dataset=framed(), threads=1).mean is not None
    (run.folder / "data.csv").unlink()
    with pytest.raises(UserError, match=r"run/data\.csv does not exist"):
        wann.evaluate(run.folder, threads=1)


def test_runs_of_before_name_their_data_by_their_path(tmp_path: Path) -> None:
    framed().to_csv(tmp_path / "data.csv", index=False)
    run = wann.search(dataset=tmp_path / "data.csv", label="side", out=tmp_path / "run", **QUICK)
    for name in ("config.json", "champion.json"):
        assert f'"data:{tmp_path}/data.csv ' in (run.folder / name).read_text()
    run.folder.rename(tmp_path / "moved")
    assert wann.evaluate(tmp_path / "moved", threads=1).mean is not None


def as_earlier_versions_named_it(sweep: Path) -> None:
    for name in ("sweep.json", "seed=0/config.json"):
        as_an_earlier_version_named_it(sweep / name, sweep)


def as_an_earlier_version_named_it(file: Path, folder: Path) -> None:
    text = re.sub("data:[^ ]*data.csv", f"data:{folder}/data.csv", file.read_text())
    text = re.sub(r', \\"sha256\\": \\"[0-9a-f]+\\"', "", text)
    assert "sha256" not in text.partition('"task"')[2].partition("\n")[0]
    file.write_text(text)


def test_a_run_of_an_earlier_version_can_be_moved_too(tmp_path: Path) -> None:
    run = wann.search(dataset=framed(), label="side", out=tmp_path / "run", **QUICK)
    accuracy = run.accuracy
    for name in ("config.json", "champion.json"):
        as_an_earlier_version_named_it(run.folder / name, run.folder)
    (run.folder / "summary.json").unlink()  # whose digest is of another text
    moved = tmp_path / "moved"
    run.folder.rename(moved)
    assert wann.evaluate(moved, threads=1).mean is not None
    found = wann.resume(moved, threads=1, figures=False)
    assert isinstance(found, wann.Run)
    assert found.accuracy == accuracy
    other = framed().assign(side=SIDE[::-1])
    other.to_csv(moved / "data.csv", index=False)
    as_an_earlier_version_named_it(moved / "champion.json", tmp_path / "run")
    with pytest.raises(UserError, match=r"run/data\.csv does not exist"):
        wann.evaluate(moved / "champion.json", threads=1)


def test_a_sweep_goes_on_wherever_its_folder_is_moved(tmp_path: Path) -> None:
    how = {name: value for name, value in QUICK.items() if name != "threads"}
    how |= {"dataset": framed(), "label": "side", "workers": 1}
    found = wann.sweep(seeds=[0], out=tmp_path / "sweep", **how)
    single = wann.search(dataset=framed(), label="side", out=tmp_path / "single", **QUICK)
    assert found.best.digest == single.digest
    as_earlier_versions_named_it(tmp_path / "sweep")
    assert wann.sweep(seeds=[0], out=tmp_path / "sweep", **how).summary.finished
    shutil.rmtree(tmp_path / "sweep")
    wann.sweep(seeds=[0], out=tmp_path / "sweep", **how)
    (tmp_path / "sweep").rename(tmp_path / "moved")
    assert wann.sweep(seeds=[0], out=tmp_path / "moved", **how).best.digest == single.digest
    (tmp_path / "moved" / "seed=0" / "summary.json").unlink()
    again = wann.resume(tmp_path / "moved", workers=1, figures=False)
    assert isinstance(again, SweepResult)
    assert again.best.digest == single.digest
    assert wann.evaluate(tmp_path / "moved" / "seed=0", threads=1).mean is not None


FLAT = np.column_stack([ROWS % 7, np.full(len(ROWS), 3), -ROWS / 3, ROWS % 5])
OF_EXAMPLES = {
    "texts": SIDE,
    "truths": SIDE == "r",
    "wholes": ROWS // 2 % 2 * 7 - 3,
    "fractions": np.where(SIDE == "r", 1.5, -2.0),
    "one-hot": np.eye(2)[ROWS // 2 % 2],
}


@pytest.mark.parametrize("name", OF_EXAMPLES)
def test_what_was_grown_on_two_arrays_is_evaluated_on_four(name: str, tmp_path: Path) -> None:
    y = OF_EXAMPLES[name]
    run = wann.search(dataset=(FLAT, y), out=tmp_path / "run", **QUICK)
    one = run.evaluate(dataset=(FLAT[:7], y[:7]), threads=1)
    parts = (FLAT, y, FLAT[:7], y[:7])
    np.savez(tmp_path / "n.npz", **dict(zip(ARRAYS, parts, strict=True)))
    for given in (parts, tmp_path / "n.npz", lambda: parts):
        other = run.evaluate(dataset=given, threads=1)
        assert (other.random_shared, other.classes) == (one.random_shared, one.classes)
    tuned = run.evaluate(dataset=parts, conditions=["tuned_weights"], threads=1)
    assert tuned.conditions["tuned_weights"].mean >= 0.0


def test_arrays_that_do_not_show_the_columns_of_a_table_are_refused(tmp_path: Path) -> None:
    frame = pandas.DataFrame(FLAT, columns=["x4", "x2", "x3", "x1"])
    ordered = wann.search(dataset=(FLAT, SIDE), out=tmp_path / "a", **QUICK)
    named = wann.search(dataset=(frame, SIDE), out=tmp_path / "b", **QUICK)
    parts = (FLAT, SIDE, FLAT[:7], SIDE[:7])
    with pytest.raises(UserError, match=r"give a table with the columns .*'x4', 'x3', 'x1'"):
        named.evaluate(dataset=parts, threads=1)
    few = (FLAT[:, :3], SIDE, FLAT[:7, :3], SIDE[:7])
    with pytest.raises(UserError, match="4 features or more, as the network was grown for"):
        ordered.evaluate(dataset=few, threads=1)
    with pytest.raises(UserError, match="class 'x' is none of those that the network knows: l, r"):
        ordered.evaluate(dataset=(FLAT, SIDE, FLAT[:1], np.array(["x"])), threads=1)

"""Tables become data sets: split by a seed, scaled by their training rows, texts as inputs."""

import json
from pathlib import Path

import numpy as np
import pytest
from datasets_toys import flowers, write_table

from wann.datasets.coded_table import TableOptions, load_table
from wann.datasets.coding import CodedColumn, Coding
from wann.errors import UserError
from wann.tasks.classify import Classification
from wann.tasks.datasets import coded_alike
from wann.tasks.registry import make_task
from wann.tasks.spec import make_spec, parse_spec


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_table(tmp_path / "flowers.csv", flowers())


def test_rows_are_split_within_each_class(path: Path) -> None:
    data = load_table(path, TableOptions("kind"))
    assert data.class_names == ("bellis", "carex", "iris")
    assert data.feature_names == ("length", "width")
    assert (np.bincount(data.y_train).tolist(), np.bincount(data.y_test).tolist()) == (
        [22] * 3,
        [8] * 3,
    )
    half = load_table(path, TableOptions("kind", test_share=0.5))
    assert np.bincount(half.y_test).tolist() == [15] * 3
    assert "66 rows for training, 24 for the test, drawn" in data.notes[0]
    assert "classes: bellis, carex, iris" in data.notes[0]


def test_the_split_depends_on_its_seed_alone(path: Path) -> None:
    first, again, other = (
        load_table(path, TableOptions("kind", split_seed=seed)) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_train, other.x_train)


def test_training_rows_reach_from_0_to_1_and_the_test_rows_are_scaled_like_them(
    path: Path,
) -> None:
    rows = np.array([[float(cell) for cell in row[:2]] for row in flowers()[1:]])
    data = load_table(path, TableOptions("kind"))
    assert data.x_train.min(axis=0).tolist() == [0.0, 0.0]
    assert data.x_train.max(axis=0).tolist() == [1.0, 1.0]
    columns = json.loads(data.coding or "")["columns"]
    low, high = (np.array([column[key] for column in columns]) for key in ("low", "high"))
    expected = ((rows - low) / (high - low)).clip(0, 1).astype(np.float32)
    found = np.concatenate([data.x_train, data.x_test])
    np.testing.assert_array_equal(found[np.lexsort(found.T)], expected[np.lexsort(expected.T)])


@pytest.mark.parametrize("arrays", [False, True])
def test_a_coding_may_say_that_nothing_is_clipped(arrays: bool, tmp_path: Path) -> None:
    x, y = np.array([[0.5], [3.0], [-1.0], [1.5]]), np.array(["a", "b", "a", "b"])
    columns = (CodedColumn("x1", 1.0, 2.0),)
    if arrays:
        path = tmp_path / "data.npz"
        np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    else:
        rows = [["x1", "kind"], *([f"{row[0]}", kind] for row, kind in zip(x, y, strict=True))]
        path = write_table(tmp_path / "data.csv", rows)
    for clipped in (True, False):
        coding = Coding(columns, ("a", "b"), clipped)
        assert Coding.from_json(coding.to_json()) == coding
        settings = {"coding": coding.to_values(), "label": "kind", "whole": True}
        task = make_task(make_spec(f"data:{path}", settings))
        assert isinstance(task, Classification)
        scaled = x.astype(np.float32) - 1
        expected = scaled.clip(0, 1) if clipped else scaled
        np.testing.assert_array_equal(task.dataset.x_test, expected)
        assert Coding.from_json(task.dataset.coding or "") == coding


def test_texts_become_inputs_and_columns_of_one_value_are_left_out(tmp_path: Path) -> None:
    table = flowers()
    more = [["colour", "planet"]] + [[("red", "blue")[i % 2], "earth"] for i in range(90)]
    path = write_table(tmp_path / "t.csv", [b + a for a, b in zip(table, more, strict=True)])
    data = load_table(path, TableOptions("kind"))
    assert data.feature_names == ("colour=blue", "colour=red", "length", "width")
    assert set(map(tuple, data.x_train[:, :2].tolist())) == {(0.0, 1.0), (1.0, 0.0)}
    assert "column 'colour' has texts: an input for each of blue, red" in data.notes
    assert "left out, as all training rows are alike there: planet" in data.notes


def test_a_column_of_names_is_refused(tmp_path: Path) -> None:
    table = [[f"plant {i}", *row] for i, row in enumerate(flowers())]
    path = write_table(tmp_path / "t.csv", table)
    with pytest.raises(UserError, match="has 90 different texts, expected at most 50: leave it"):
        load_table(path, TableOptions("kind"))
    assert load_table(path, TableOptions("kind", drop=("1",))).x_train.shape[1] == 2


LABELS = {
    "none": (None, "say which column has the classes with --label COLUMN, one of length, width"),
    "unknown": ("knd", "no column 'knd' for --label: expected one of length, width, kind"),
    "numbers": ("length", r"column length: the labels are \d+ different numbers.*regression"),
}


@pytest.mark.parametrize("name", LABELS)
def test_what_is_no_column_of_classes(name: str, path: Path) -> None:
    label, message = LABELS[name]
    with pytest.raises(UserError, match=message):
        load_table(path, TableOptions(label))


def test_labels_that_are_numbers_are_classes_in_their_order(tmp_path: Path) -> None:
    rows = [["x", "y"]] + [[f"{i}", f"{(10, 9, -1)[i % 3]}"] for i in range(30)]
    data = load_table(write_table(tmp_path / "t.csv", rows), TableOptions("y"))
    assert data.class_names == ("-1", "9", "10")


def test_one_row_of_each_class_is_no_data_set(tmp_path: Path) -> None:
    path = write_table(tmp_path / "t.csv", [["x", "y"], ["1", "a"], ["2", "b"]])
    with pytest.raises(UserError, match="expected a class with two rows or more"):
        load_table(path, TableOptions("y"))


# ---- the task of a table


def spec_of(path: Path) -> str:
    return make_spec(f"data:{path}", {"label": "kind"})


def test_the_spec_holds_how_a_table_was_read(path: Path) -> None:
    task = make_task(spec_of(path)).frozen()
    again = make_task(task.spec)
    assert again.spec == task.spec == again.frozen().spec
    np.testing.assert_array_equal(again.images, task.images)
    assert list(task.input_names) == ["length", "width"]


def test_other_rows_are_treated_as_the_network_was_taught(path: Path, tmp_path: Path) -> None:
    known = make_task(spec_of(path)).frozen()
    wider = [[f"{10 * float(a):.2f}", b, c] for a, b, c in flowers()[1:61]]
    # Columns in another order, one more, and no iris at all.
    table = [["kind", "height", "width", "length"]]
    table += [[c, "7", b, a] for a, b, c in wider if c != "iris"]
    other = write_table(tmp_path / "other.csv", table)
    task = make_task(coded_alike(f"data:{other}", known.spec))
    assert (task.outputs, list(task.output_names)) == (3, ["bellis", "carex", "iris"])
    assert list(task.input_names) == ["length", "width"]
    assert task.images[:, 0].min() == 1.0  # ten times as long as any: clipped
    assert sorted(set(task.labels.tolist())) == [0, 1]
    assert coded_alike("digits", known.spec) == "digits"
    assert coded_alike(f"data:{other}", "swingup") == f"data:{other}"


NEW = {
    "class": (["1", "2", "tulipa"], "class 'tulipa' is none of those that the network knows"),
    "text": (["long", "2", "iris"], "expected numbers in column 'length', got texts"),
}


@pytest.mark.parametrize("name", NEW)
def test_what_the_network_does_not_know(name: str, path: Path, tmp_path: Path) -> None:
    row, message = NEW[name]
    known = make_task(spec_of(path)).frozen()
    other = write_table(
        tmp_path / "o.csv", [flowers()[0], *[row] * 4, *[["long", "1", "carex"]] * 2]
    )
    if name == "class":
        other = write_table(tmp_path / "o.csv", [*flowers(), row, row])
    with pytest.raises(UserError, match=message):
        make_task(coded_alike(f"data:{other}", known.spec))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label": 5}, "label must be a name, got 5"),
        ({"test_share": 2}, "test_share must be between 0.01 and 0.9"),
        ({"lable": "kind"}, "unknown setting of data:.*'lable'"),
        ({"label": "kind", "coding": []}, "the coding of a table"),
        ({"label": "kind", "coding": {"columns": [{}], "classes": []}}, "the coding of a table"),
    ],
)
def test_wrong_settings_are_refused(settings: dict, message: str, path: Path) -> None:
    with pytest.raises(UserError, match=message):
        make_task(make_spec(f"data:{path}", settings))
    assert parse_spec(spec_of(path))[1] == {"label": "kind"}


def test_all_rows_of_another_table_can_be_for_the_test(tmp_path: Path) -> None:
    rows = "".join(f"{i},{'yes' if i % 2 else 'no'}\n" for i in range(20))
    (tmp_path / "first.csv").write_text(f"a,c\n{rows}")
    coding = load_table(tmp_path / "first.csv", TableOptions("c")).coding
    (tmp_path / "other.csv").write_text("a,c\n3,yes\n5,yes\n7,yes\n")  # of one class alone
    found = load_table(tmp_path / "other.csv", TableOptions("c", coding=coding, whole=True))
    assert len(found.x_test) == 3
    assert found.y_test.tolist() == [1, 1, 1]
    assert "all of its 3 rows are for the test" in found.notes[0]
    half = load_table(tmp_path / "other.csv", TableOptions("c", coding=coding))
    assert len(half.x_test) == 1

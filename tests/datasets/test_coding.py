"""A network keeps the scale and the classes of the arrays it was grown for, whatever it gets."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets_toys import write_idx

from wann.datasets.coding import ArrayCoding, Coding, is_of_arrays
from wann.datasets.dataset import Dataset
from wann.errors import UserError
from wann.tasks.classify import Classification
from wann.tasks.datasets import array_coding_of, coded_alike, with_array_coding
from wann.tasks.registry import make_task
from wann.tasks.spec import make_spec

NAMES = np.array(["ant", "bee", "cat"])
X = np.linspace(-2.0, 2.0, 90).reshape(30, 3)
Y = np.arange(30) % 3
CODING = {"low": -2.0, "high": 2.0, "classes": ["ant", "bee", "cat"]}


def save(path: Path, x: np.ndarray = X, y: np.ndarray = NAMES[Y]) -> Path:
    np.savez(path, x_train=x[::2], y_train=y[::2], x_test=x[1::2], y_test=y[1::2])
    return path


def known(folder: Path, **settings: Any) -> str | None:
    """Return the spec of a network that was grown for arrays, as evaluations know it."""
    task = make_task(make_spec(f"data:{save(folder / 'first.npz')}", settings))
    return with_array_coding(task.spec, {**CODING})


def again(spec: str, of_network: str | None, whole: bool = False) -> Classification:
    task = make_task(coded_alike(spec, of_network, whole))
    assert isinstance(task, Classification)
    return task


def test_the_coding_is_that_of_the_training_part(tmp_path: Path) -> None:
    found = array_coding_of(make_task(f"data:{save(tmp_path / 'a.npz')}"))
    assert found == {**CODING, "high": float(X[::2].max())}
    assert is_of_arrays(found)
    assert array_coding_of(make_task("digits")) is None
    assert array_coding_of(make_task("swingup")) is None


def test_the_data_of_a_network_are_what_they_were(tmp_path: Path) -> None:
    spec = f"data:{save(tmp_path / 'a.npz')}"
    plain = make_task(spec)
    coded = again(spec, with_array_coding(spec, array_coding_of(plain)))
    assert isinstance(plain, Classification)
    for name, value in plain.dataset._asdict().items():
        np.testing.assert_array_equal(getattr(coded.dataset, name), value)


def test_other_arrays_have_the_scale_and_the_classes_of_the_first(tmp_path: Path) -> None:
    other = save(tmp_path / "b.npz", X / 10, NAMES[1 + Y % 2])  # in it are no ants
    found = again(f"data:{other}", known(tmp_path))
    assert found.output_names == ("ant", "bee", "cat")
    assert set(found.dataset.y_test.tolist()) == {1, 2}
    np.testing.assert_allclose(found.dataset.x_test, (X[1::2] / 10 + 2) / 4, atol=1e-6)
    assert found.dataset.scaled_from == (-2.0, 2.0)
    assert again(f"data:{other}", f"data:{other}").output_names == ("bee", "cat"), "as before"


def test_an_unknown_class_is_refused(tmp_path: Path) -> None:
    for label in ("cow", "zebra", "1"):
        y = NAMES[Y].astype("U9")
        y[7] = label
        other = save(tmp_path / "b.npz", X, y)
        with pytest.raises(UserError, match=f"class '{label}' is none of those that the network k"):
            again(f"data:{other}", known(tmp_path))


NUMBERS: dict[str, tuple[list[str], Any, list[int]]] = {
    "whole": (["5", "6", "7"], [7, 5], [2, 0]),
    "floats": (["5", "6", "7"], [7.0, 5.0], [2, 0]),
    "fractions": (["0.5", "1.0"], [1, 1], [1, 1]),
    "truth values": (["false", "true"], [True, False], [1, 0]),
    "truth values as numbers": (["0", "1"], [True, False], [1, 0]),
    "one-hot": (["0", "2"], [[0, 0, 1], [1, 0, 0]], [1, 0]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_labels_that_are_numbers(name: str, tmp_path: Path) -> None:
    classes, labels, codes = NUMBERS[name]
    other = save(tmp_path / "b.npz", X, np.array(labels)[np.arange(30) // 2 % 2])
    spec = with_array_coding("data:first.npz", {**CODING, "classes": classes})
    assert again(f"data:{other}", spec).dataset.y_test[:2].tolist() == codes


def test_a_table_has_the_scale_of_the_arrays(tmp_path: Path) -> None:
    rows = [f"{a},{NAMES[i % 2]},{b},{c}" for i, (a, b, c) in enumerate(X.tolist())]
    (tmp_path / "t.csv").write_text("\n".join(["a,kind,b,c", *rows]))
    spec = f'data:{tmp_path / "t.csv"} {{"label": "kind"}}'
    found = again(spec, known(tmp_path), whole=True)
    np.testing.assert_allclose(found.dataset.x_test, (X + 2) / 4, atol=1e-6)
    assert found.output_names == ("ant", "bee", "cat")
    of_table = make_task(spec).frozen().spec
    with pytest.raises(UserError, match="expected a table, as the network was grown for one"):
        again(f"data:{save(tmp_path / 'b.npz')}", of_table)


def test_images_are_prepared_like_the_first(tmp_path: Path) -> None:
    images, labels = np.arange(480).reshape(30, 4, 4) % 256, Y.astype("u1")
    write_idx(tmp_path, images.astype("u1"), labels, images.astype("u1"), labels)
    coding = {"low": 0.0, "high": 510.0, "classes": ["0", "1", "2"]}
    spec = with_array_coding('data:first.npz {"deskew": true, "size": 2}', coding)
    found = again(f"data:{tmp_path}", spec, whole=True)
    assert found.dataset.shape == (2, 2)
    assert found.dataset.x_test.max() <= 0.5
    own = again(f'data:{tmp_path} {{"size": 3}}', spec)
    assert own.dataset.shape == (3, 3)


def arrays() -> Any:
    return X / 2, NAMES[1 + Y % 2]


def made() -> Dataset:
    return Dataset("made", X, Y, X, Y, 3, (3,), ("ant", "bee", "dog"))


def test_functions_are_treated_alike(tmp_path: Path) -> None:
    found = again(f"data:{__name__}:arrays", known(tmp_path))
    assert found.output_names == ("ant", "bee", "cat")
    assert found.dataset.scaled_from == (-2.0, 2.0)
    with pytest.raises(UserError, match=r"has the classes .*'dog'.*: expected those that the net"):
        again(f"data:{__name__}:made", known(tmp_path))
    with pytest.raises(UserError, match="test_coding:arrays: label are for tables"):
        make_task(f'data:{__name__}:arrays {{"label": "a"}}')


@pytest.mark.parametrize(
    "damaged",
    [{"low": 1.0}, {**CODING, "low": 3.0}, {**CODING, "low": "x"}, {**CODING, "classes": 3}],
)
def test_a_damaged_coding_is_said_to_be_one(damaged: dict, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the coding of arrays: expected low, high and classes"):
        make_task(make_spec(f"data:{save(tmp_path / 'a.npz')}", {"coding": damaged}))


def test_what_has_no_coding_of_arrays_stays() -> None:
    for spec in (None, "swingup", "digits", 'data:t.csv {"coding": {"columns": []}}'):
        assert with_array_coding(spec, CODING) == spec
    for coding in (None, 5, {}, {"columns": [], "low": 1}):
        assert with_array_coding("data:a.npz", coding) == "data:a.npz"


def test_arrays_of_one_value_are_a_scale_too() -> None:
    coding = ArrayCoding(3.0, 3.0, ("a", "b"))
    assert ArrayCoding.from_json(json.dumps(coding.to_json())) == coding
    of_columns = coding.of_columns(["x"])
    assert Coding.from_json(of_columns.to_json()) == of_columns

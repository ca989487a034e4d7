"""Labels of every kind become classes with names, or one line says why not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wann.datasets.files import load_file
from wann.datasets.images import Preparation
from wann.datasets.labels import classes_of, encode
from wann.errors import UserError
from wann.tasks.registry import make_task

NAMED = {
    "from 0 on": ([0, 1, 2, 1], ["0", "1", "2"], [0, 1, 2, 1]),
    "from 1 on": ([1, 2, 3, 2], ["1", "2", "3"], [0, 1, 2, 1]),
    "gaps": ([0, 7, 1000000, 7], ["0", "7", "1000000"], [0, 1, 2, 1]),
    "negative": ([-1, 1, -1], ["-1", "1"], [0, 1, 0]),
    "whole floats": ([2.0, 1.0, 2.0], ["1", "2"], [1, 0, 1]),
    "a few fractions": ([0.5, 1.5, 0.5], ["0.5", "1.5"], [0, 1, 0]),
    "texts": (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
    "bytes": ([b"\xc3\xa4", b"a"], ["a", "ä"], [1, 0]),
    "truth values": ([True, False], ["false", "true"], [1, 0]),
    "one-hot": ([[0, 0, 1], [1, 0, 0]], ["0", "2"], [1, 0]),
    "one-hot floats": ([[0.0, 1.0], [1.0, 0.0]], ["0", "1"], [1, 0]),
    "a column": ([[3], [5]], ["3", "5"], [0, 1]),
    "control characters": (["a\n\x1b[2J", "b"], [r"a\n\x1b[2J", "b"], [0, 1]),
    "large": ([2**63, 2**64 - 1], [str(2**63), str(2**64 - 1)], [0, 1]),
}


@pytest.mark.parametrize("name", NAMED)
def test_classes_have_their_labels_as_names(name: str) -> None:
    labels, names, classes = NAMED[name]
    found, found_names = classes_of(np.array(labels), "here")
    assert found.dtype == np.int64
    assert (found.tolist(), list(found_names)) == (classes, names)


REFUSED = {
    "one class": (np.ones(9, int), "at least two classes among the labels, got only '1'"),
    "one text": (np.array(["x"] * 3), "at least two classes among the labels, got only 'x'"),
    "nan": (np.array([1.0, np.nan]), "a label for each example, got nan for example 2"),
    "empty text": (np.array(["a", " "]), "got an empty text for example 2"),
    "no UTF-8": (np.array([b"\xff", b"a"]), "expected texts in UTF-8"),
    "real numbers": (np.random.default_rng(0).random(99), r"99 different numbers.*\(regression\)"),
    "as many as examples": (np.arange(99), r"99 different numbers for 99 examples.*regression"),
    "repeated real numbers": (np.arange(300) % 30 / 7.0, "30 different numbers for 300 examples"),
    "too many": (np.arange(4000) % 1001, "1001 different numbers"),
    "identities": (np.array([f"id{i}" for i in range(50)]), "50 different texts as labels of 50"),
    "two ones": (np.array([[1, 1], [0, 1]]), r"a row with a single 1 for each, got int64 \(2, 2\)"),
    "shares": (np.array([[0.5, 0.5], [0.0, 1.0]]), "a row with a single 1"),
    "images": (np.zeros((4, 2, 2)), "a row with a single 1"),
    "times": (np.array(["2020-01-01"], "M8[D]"), "whole numbers or texts as labels, got datetime"),
    "complex": (np.array([1j, 2]), "whole numbers or texts as labels, got complex128"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_label_is_refused(name: str) -> None:
    labels, message = REFUSED[name]
    with pytest.raises(UserError, match=f"here: .*{message}") as caught:
        classes_of(labels, "here")
    assert "\n" not in str(caught.value)


def test_parts_must_be_alike_and_the_test_part_has_no_class_of_its_own() -> None:
    with pytest.raises(UserError, match="labels of both parts must be alike, got int64"):
        encode(np.array([0, 1]), np.array(["0", "1"]), "here")
    with pytest.raises(UserError, match="must be alike"):
        encode(np.eye(3), np.eye(2), "here")
    with pytest.raises(UserError, match="class '9' is in the test part alone"):
        encode(np.array([0, 1]), np.array([0, 9]), "here")


@pytest.mark.parametrize(
    ("train", "test", "names"),
    [
        (np.uint64([2**53, 2**53 + 1]), np.int64([2**53]), [2**53, 2**53 + 1]),
        (np.uint64([2**53, 2**53 + 1, 0]), np.int8([0]), [0, 2**53, 2**53 + 1]),
        (np.uint64([2**64 - 1, 2**64 - 2]), np.int64([]), [2**64 - 2, 2**64 - 1]),
        (np.int64([2**53, 2**53 + 1, 0]), np.float64([0.0]), [0, 2**53, 2**53 + 1]),
        (np.array([-1, 3]), np.array([3.0], np.float32), [-1, 3]),
        (np.array([0.5, 3.0]), np.array([3]), [0.5, 3.0]),
        (np.array([True, False]), np.array([1]), [0, 1]),
        (np.array(["b", "a"]), np.array([b"a"]), ["a", "b"]),
        (np.eye(2, dtype=np.uint64), np.eye(2, dtype=np.int64), [0, 1]),
    ],
)
def test_labels_of_two_types_are_joined_exactly(train: Any, test: Any, names: list) -> None:
    found = encode(train, test, "here")
    assert found[2] == tuple(map(str, names))
    assert (found[0].tolist(), len(found[1])) == (classes_of(train, "here")[0].tolist(), len(test))


@pytest.mark.parametrize("test", [np.array([0.5]), np.array([-1])])
def test_labels_that_would_become_one_are_refused(test: np.ndarray) -> None:
    train = np.uint64([2**64 - 1, 2**64 - 2])
    with pytest.raises(UserError, match=r"must be alike.* and numbers beyond 9.*: give both as"):
        encode(train, test, "here")


def write(path: Path, y: np.ndarray) -> Path:
    """Write a data set with as many features as labels, whose test part is the training part."""
    x = np.random.default_rng(0).random((len(y), 4))
    np.savez(path, x_train=x, y_train=y, x_test=x, y_test=y)
    return path


def test_labels_from_1_give_no_class_that_never_wins(tmp_path: Path) -> None:
    path = write(tmp_path / "flowers.npz", np.arange(90) % 3 + 1)
    task = make_task(f"data:{path}")
    assert (task.outputs, list(task.output_names)) == (3, ["1", "2", "3"])
    assert sorted(set(task.labels.tolist())) == [0, 1, 2]


def test_a_class_with_one_example_is_one_to_learn(tmp_path: Path) -> None:
    for place in range(0, 30, 3):  # wherever it lies, also where validation would have taken it
        y = np.arange(30) % 2
        y[place] = 5
        task = make_task(f"data:{write(tmp_path / f'{place}.npz', y)}")
        train, validation = task.split
        assert set(task.labels[train].tolist()) == {0, 1, 2}
        assert sorted([*train, *validation]) == list(range(30))


def test_too_few_examples_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="expected more examples for training, got 2"):
        make_task(f"data:{write(tmp_path / 'two.npz', np.arange(2))}")


def test_the_names_of_a_file_come_with_it(tmp_path: Path) -> None:
    data = load_file(write(tmp_path / "t.npz", np.array(["no", "yes"] * 9)), Preparation())
    assert (data.classes, data.class_names) == (2, ("no", "yes"))

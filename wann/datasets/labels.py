"""Labels of any kind become classes: numbers from 0 on, with the names that users know.

Whole numbers with gaps, from 1 on or negative, texts, truth values, whole numbers stored as floats,
and rows with a single 1 (one-hot) are labels. A class is there because an example of it is: no
output of a network stands for a class without examples.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.datasets.numerals import number_in
from wann.errors import UserError
from wann.terminal import printable

MOST_CLASSES = 1000
# So many different numbers may always be classes; more than these are where they repeat.
_FEW = 20
_SHOWN = 10  # names in a message
EXACT = 2.0**53  # whole numbers up to here are exact in float64

Labels = NDArray[Any]


def encode(
    y_train: Labels, y_test: Labels, origin: object
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[str, ...]]:
    """Return the classes of the training and of the test examples, and the classes' names.

    `y_train` and `y_test` are labels as `classes_of` takes them. UserError, naming `origin`, where
    they are none, are not alike, or the test part has a class that nothing can be trained on.
    """
    if y_train.shape[1:] != y_test.shape[1:] or (y_train.dtype.kind in "US") != (
        y_test.dtype.kind in "US"
    ):
        raise UserError(
            f"{origin}: labels of both parts must be alike, got {y_train.dtype} {y_train.shape} "
            f"for training and {y_test.dtype} {y_test.shape} for the test"
        )
    codes, names = classes_of(_joined(y_train, y_test, origin), origin)
    train, test = codes[: len(y_train)], codes[len(y_train) :]
    alone = np.setdiff1d(test, train)
    if len(alone):
        raise UserError(
            f"{origin}: class {names[alone[0]]!r} is in the test part alone, so that no network "
            "can learn it: give it training examples, or leave its test examples out"
        )
    return train, test, names


def _joined(y_train: Labels, y_test: Labels, origin: object) -> Labels:
    """Return the labels of both parts as one array, in which no two numbers have become one."""
    if y_train.dtype == y_test.dtype:
        return np.concatenate([y_train, y_test])
    parts = [_comparable(one_each(part, origin), origin) for part in (y_train, y_test)]
    if {part.dtype.kind for part in parts} == {"i", "u"}:
        largest = np.iinfo(np.int64).max
        if all(part.max(initial=0) <= largest for part in parts):
            parts = [part.astype(np.int64) for part in parts]
        elif all(part.min(initial=0) >= 0 for part in parts):
            parts = [part.astype(np.uint64) for part in parts]
    joined = np.concatenate(parts)
    if joined.dtype.kind == "f" and any(
        part.dtype.kind in "iu" and _is_beyond_floats(part) for part in parts
    ):
        raise UserError(
            f"{origin}: labels of both parts must be alike, got {y_train.dtype} for training and "
            f"{y_test.dtype} for the test, and numbers beyond {EXACT:g}: give both as one type"
        )
    return joined


def _is_beyond_floats(wholes: Labels) -> bool:
    return bool(wholes.max(initial=0) > EXACT or wholes.min(initial=0) < -EXACT)


def classes_of(labels: Labels, origin: object) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the class of each of `labels` (examples,), and the name of each class.

    Classes are in the order of numbers or of texts. Labels (examples, 1) are taken as (examples,),
    and rows (examples, classes) with a single 1 as the number of its column. UserError, naming
    `origin`, where they are something else, are all alike, or are rather numbers to predict.
    """
    found, codes = np.unique(_comparable(one_each(labels, origin), origin), return_inverse=True)
    _check_classes(found, len(labels), origin)
    return codes.astype(np.int64).reshape(-1), tuple(_name(value) for value in found.tolist())


def codes_among(labels: Labels, names: Sequence[str], origin: object) -> NDArray[np.int64]:
    """Return which of the classes called `names` each of `labels` is.

    UserError, naming `origin`, where one is none of them.
    """
    found, codes = np.unique(_comparable(one_each(labels, origin), origin), return_inverse=True)
    values = found.tolist()
    if found.dtype.kind == "b" and not {"false", "true"} & set(names):  # they are 0 and 1 then
        values = [int(value) for value in values]
    known = [_known(_name(value), names, origin) for value in values]
    return np.array(known, dtype=np.int64)[codes.reshape(-1)]


def _known(label: str, names: Sequence[str], origin: object) -> int:
    number = class_among(label, names)
    if number is None:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        raise UserError(
            f"{origin}: class {printable(label)!r} is none of those that the network knows: "
            f"{', '.join(names[:_SHOWN])}{more}"
        )
    return number


def class_among(label: str, names: Sequence[str]) -> int | None:
    """Return which of the classes called `names` a label is, None where it is none of them.

    A label that has none of the names is compared with them as a number: 1 is the class 1.0.
    """
    if (name := printable(label)) in names:
        return names.index(name)
    number = number_in(label)
    if number is None:
        return None
    alike = [i for i, other in enumerate(names) if _are_equal(number, number_in(other))]
    return alike[0] if len(alike) == 1 else None


def _are_equal(one: float, other: float | None) -> bool:
    """Whether two numbers are equal: whole ones to the last digit, others as floats."""
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return other is not None and float(one) == float(other)


def one_each(labels: Labels, origin: object) -> Labels:
    """Return one label for each example (examples,), of a row with a single 1 its column.

    UserError, naming `origin`, where there is not one.
    """
    if labels.ndim == 1:
        return labels
    if labels.ndim == 2 and labels.shape[1] == 1:
        return labels[:, 0]
    if labels.ndim == 2 and labels.dtype.kind in "uifb":
        ones = labels == 1
        if ((labels == 0) | ones).all() and (ones.sum(axis=1) == 1).all():
            return np.asarray(ones.argmax(axis=1))
    raise UserError(
        f"{origin}: expected a label for each example, or a row with a single 1 for each, got "
        f"{labels.dtype} {labels.shape}"
    )


def texts_of(labels: Labels, origin: object) -> Labels:
    """Return labels, texts in place of bytes; UserError where these are no UTF-8."""
    if labels.dtype.kind != "S":
        return labels
    try:
        return np.char.decode(labels, "utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{origin}: expected texts in UTF-8, got other bytes") from None


def _comparable(labels: Labels, origin: object) -> Labels:
    """Return labels as truth values, whole numbers, floats of which some are not whole, or texts.

    UserError where some are missing or of another kind.
    """
    kind = labels.dtype.kind
    if kind == "f":
        if not np.isfinite(labels).all():
            example = int(np.flatnonzero(~np.isfinite(labels))[0])
            raise UserError(
                f"{origin}: expected a label for each example, got {labels[example]} for example "
                f"{example + 1}: leave such examples out"
            )
        whole = (labels == np.round(labels)).all() and (np.abs(labels) <= EXACT).all()
        return labels.astype(np.int64) if whole else labels.astype(np.float64)
    labels = texts_of(labels, origin)
    if labels.dtype.kind == "U":
        empty = np.flatnonzero(np.char.strip(labels) == "")
        if len(empty):
            raise UserError(
                f"{origin}: expected a label for each example, got an empty text for example "
                f"{int(empty[0]) + 1}: leave such examples out"
            )
    elif kind not in "uib":
        raise UserError(f"{origin}: expected whole numbers or texts as labels, got {labels.dtype}")
    return labels


def _check_classes(found: Labels, examples: int, origin: object) -> None:
    """Raise UserError unless the different labels `found` are two or more classes."""
    count = len(found)
    if count < 2:
        one = f"only {_name(found.tolist()[0])!r}" if count else "none"
        raise UserError(f"{origin}: expected at least two classes among the labels, got {one}")
    fractions = found.dtype.kind == "f"
    many = count > _FEW and (fractions or 2 * count > examples)
    if count <= MOST_CLASSES and not many:
        return
    if found.dtype.kind == "U":
        raise UserError(
            f"{origin}: expected at most {MOST_CLASSES} classes that repeat, got {count} different "
            f"texts as labels of {examples} examples: is it the right column?"
        )
    raise UserError(
        f"{origin}: the labels are {count} different numbers for {examples} examples: predicting "
        "numbers (regression) is not supported, only classes: group the numbers into classes"
    )


def _name(value: object) -> str:
    """Return a label as it is shown."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value))

"""The data sets with a name, and those that functions of the user's own return."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from wann import own
from wann.arrays import array_of, without_gaps
from wann.datasets.cifar10 import CIFAR_CLASSES, load_cifar10
from wann.datasets.coded_table import TableOptions, split
from wann.datasets.coding import ArrayCoding, Coding
from wann.datasets.dataset import Dataset, prepared
from wann.datasets.digits import load_digits
from wann.datasets.fashion_mnist import FASHION_CLASSES, load_fashion_mnist
from wann.datasets.files import from_parts
from wann.datasets.images import Preparation
from wann.datasets.labels import classes_of
from wann.datasets.mnist import load_mnist
from wann.errors import UserError, in_short, unknown
from wann.own import Registry

_ABOUT = {
    "digits": "1797 handwritten digits of 8 x 8 pixels, shipped with the package",
    "mnist": "70000 handwritten digits of 28 x 28 pixels, read from WANN_DATA",
    "fashion-mnist": "70000 clothes of 28 x 28 pixels, read from WANN_DATA",
    "cifar10": "60000 photographs of 32 x 32 pixels in colour, read from WANN_DATA",
}
# What the labels 0 to 9 are called
CLASS_NAMES = {
    "mnist": tuple("0123456789"),
    "fashion-mnist": FASHION_CLASSES,
    "cifar10": CIFAR_CLASSES,
}

DATASETS: Registry[Callable[[], Any]] = Registry(
    "data set",
    {
        "digits": load_digits,
        "mnist": load_mnist,
        "fashion-mnist": load_fashion_mnist,
        "cifar10": load_cifar10,
    },
    expected="a function that returns (x, y), (x_train, y_train, x_test, y_test) or a Dataset",
    arguments=0,
    about=_ABOUT.__getitem__,
)


def load_dataset(
    name: str, preparation: Preparation | None = None, known: ArrayCoding | Coding | None = None
) -> Dataset:
    """Return the data set called `name`, prepared as `preparation` says, or as it is.

    `known` are scale and classes, or the coding of a table, that one of the user's own is given.
    UserError with the known names if there is none of that name.
    """
    if own.is_name(name):
        return _own(name, preparation or Preparation(), known)
    if name not in DATASETS:
        raise unknown("data set", name, DATASETS)
    parts = DATASETS[name]()
    if preparation not in (None, Preparation()) and parts[0].ndim != 3:
        raise UserError(f"{name}: deskew and size are for images in grey, got {parts[0].shape[1:]}")
    found = prepared(name, parts, preparation or Preparation())
    return found._replace(class_names=CLASS_NAMES.get(name, found.class_names))


def _own(name: str, preparation: Preparation, known: ArrayCoding | Coding | None) -> Dataset:
    """Return the data set that a function of the user's own returns."""
    found = DATASETS.call(DATASETS.find(name), "no arguments")
    if isinstance(found, Dataset):
        for part in found:
            without_gaps(part, f"the data set {name}")
        if isinstance(known, Coding) and found.coding != known.to_json():
            raise UserError(
                f"the data set {name} has another coding than the table that the network was grown "
                "for: return examples and labels as they come"
            )
        if known and found.class_names not in (None, known.classes):
            raise UserError(
                f"the data set {name} has the classes {in_short(found.class_names)}: expected "
                f"those that the network knows, {in_short(known.classes)}"
            )
        return found
    if not isinstance(found, tuple | list) or len(found) not in (2, 4):
        raise UserError(
            f"the data set {name} returned {in_short(found)}: expected {DATASETS.expected}"
        )
    arrays = [array_of(part, f"the data set {name}") for part in found]
    if len(arrays) == 2:
        arrays = _parted(name, *arrays)
    parts = (arrays[0], arrays[1], arrays[2], arrays[3])
    return from_parts(name, parts, preparation, name, known)


def _parted(name: str, x: NDArray[Any], y: NDArray[Any]) -> list[NDArray[Any]]:
    """Return a training and a test part, as a table is split by default."""
    if x.ndim < 2 or y.ndim < 1 or len(x) != len(y):
        raise UserError(
            f"the data set {name}: expected examples (examples, ...) and a label for each, got "
            f"{x.shape} and {y.shape}"
        )
    codes, names = classes_of(y, name)
    train, test = split(name, codes, len(names), TableOptions())
    return [x[train], y[train], x[test], y[test]]

"""The data sets with a name."""

from collections.abc import Callable

from wann.datasets.dataset import Dataset, Parts, prepared
from wann.datasets.digits import load_digits
from wann.datasets.images import Preparation
from wann.datasets.mnist import load_mnist
from wann.errors import unknown

DATASETS: dict[str, Callable[[], Parts]] = {"digits": load_digits, "mnist": load_mnist}


def load_dataset(name: str, preparation: Preparation | None = None) -> Dataset:
    """Return the data set called `name`, prepared as `preparation` says, or as it is.

    UserError with the known names if there is none of that name.
    """
    if name not in DATASETS:
        raise unknown("data set", name, DATASETS)
    return prepared(name, DATASETS[name](), preparation or Preparation())

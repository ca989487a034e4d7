"""MNIST (LeCun, Cortes & Burges 1998): handwritten digits."""

from wann.datasets.dataset import Parts
from wann.datasets.idx_files import IdxFiles, load_idx_files

MNIST = IdxFiles(
    "MNIST",
    folder="mnist",
    inside=("", "mnist"),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    digests={
        "x_train": "6bbc9ace898e44ae57da46a324031adb",
        "y_train": "a25bea736e30d166cdddb491f175f624",
        "x_test": "2646ac647ad5339dbf082846283269ea",
        "y_test": "27ae3e4e09519cfbb04c329615203637",
    },
)


def load_mnist() -> Parts:
    """Return 60000 training and 10000 test images (examples, 28, 28) of 0 to 255, and their labels.

    UserError as `load_idx_files`.
    """
    return load_idx_files(MNIST)

"""Fashion-MNIST (Xiao, Rasul & Vollgraf 2017): photographs of clothes, in the format of MNIST."""

from wann.datasets.dataset import Parts
from wann.datasets.idx_files import IdxFiles, load_idx_files

FASHION_MNIST = IdxFiles(
    "Fashion-MNIST",
    folder="fashion-mnist",
    # Not $WANN_DATA itself: its files have the names of MNIST's, which may lie there.
    inside=("fashion-mnist",),
    mirrors=(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    digests={
        "x_train": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "y_train": "9018921c3c673c538a1fc5bad174d6f9",
        "x_test": "8181f5470baa50b63fa0f6fddb340f0a",
        "y_test": "15d484375f8d13e6eb1aabb0c3f46965",
    },
    elsewhere=("/usr/share/datasets/fashion-mnist",),  # Debian's package dataset-fashion-mnist
)
# Section 2 of the paper, in the order of the labels
FASHION_CLASSES = (
    *("t-shirt", "trousers", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)


def load_fashion_mnist() -> Parts:
    """Return 60000 training and 10000 test images (examples, 28, 28) of 0 to 255, and their labels.

    UserError as `load_idx_files`.
    """
    return load_idx_files(FASHION_MNIST)

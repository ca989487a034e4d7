"""The 1797 digits of 8x8 pixels that come with the package.

The test part of "Optical Recognition of Handwritten Digits" (Alpaydin & Kaynak 1998, UCI Machine
Learning Repository, CC BY 4.0), split anew into training and test examples.
"""

from importlib import resources

import numpy as np

from wann.datasets.dataset import Parts

TEST = 450


def load_digits() -> Parts:
    """Return 1347 training and 450 test images (examples, 8, 8) of 0 to 16, and their labels."""
    with (
        resources.as_file(resources.files("wann.datasets") / "digits.npz") as path,
        np.load(path) as file,
    ):
        images, labels = file["images"], file["labels"]
    order = np.random.default_rng(0).permutation(len(labels))
    test, train = order[:TEST], order[TEST:]
    return images[train], labels[train], images[test], labels[test]

import pytest

from wann.datasets.idx_files import find_file
from wann.datasets.mnist import MNIST
from wann.errors import UserError
from wann.machine.home import expanded


def test_a_home_is_put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/there")
    assert str(expanded("~/x", "--dataset")) == "/there/x"
    assert str(expanded("a/~x", "--dataset")) == "a/~x"


def test_a_home_that_nobody_knows_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "~nobody-of-this-name/x"
    with pytest.raises(UserError, match="--dataset: expected a path, got '~nobody-of-this"):
        expanded(path, "--dataset")
    monkeypatch.setenv("WANN_DATA", path)
    with pytest.raises(UserError, match="WANN_DATA: expected a path"):
        find_file(MNIST, "train-images-idx3-ubyte")

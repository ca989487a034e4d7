from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from wann.datasets.dataset import Dataset
from wann.errors import UserError
from wann.network.torch_module import torch
from wann.pruning.training.data import batches, from_dataset, from_tensors, load_data


def made(shape: tuple[int, ...], n: int = 60, name: str = "made") -> Dataset:
    rng = np.random.default_rng(0)
    features = int(np.prod(shape))
    x = rng.random((n, features)).astype(np.float32)
    y = rng.integers(0, 3, n)
    return Dataset(name, x, y, x[:9], y[:9], 3, shape)


def test_digits_are_split_and_normalised() -> None:
    data = load_data("digits", seed=1)
    assert [len(y) for y in (data.y, data.y_validation, data.y_test)] == [1235, 112, 450]
    assert data.shape == (1, 8, 8)
    assert data.x.shape == (1235, 1, 8, 8)
    assert float(data.x.mean()) == pytest.approx(0, abs=1e-5)
    assert float(data.x.std()) == pytest.approx(1, abs=1e-3)


def test_a_twelfth_is_5000_of_mnist_and_the_usual_numbers_are_taken() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.random((1200, 784)).astype(np.float32), rng.integers(0, 10, 1200)
    data = from_dataset(Dataset("mnist", x, y, x[:5], y[:5], 10, (28, 28)))
    assert (len(data.y), len(data.y_validation)) == (1100, 100)
    np.testing.assert_allclose(
        data.x_test.flatten(1), (x[:5] - 0.1307) / 0.3081, rtol=1e-5, atol=1e-6
    )


def test_the_split_depends_on_the_seed_alone_and_loses_nothing() -> None:
    first, second, other = (load_data("digits", seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.x, second.x)
    assert not torch.equal(first.y_validation, other.y_validation)
    both = torch.cat([first.x, first.x_validation]).flatten(1).sum(1).sort().values
    again = torch.cat([other.x, other.x_validation]).flatten(1).sum(1).sort().values
    assert both.shape == again.shape
    assert torch.equal(first.x_test.shape and first.y_test, other.y_test)


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        ((5,), (5,)),
        ((6, 7), (1, 6, 7)),
        ((6, 7, 3), (3, 6, 7)),
        ((3, 6, 7), (3, 6, 7)),
        ((2, 2, 2, 2), (16,)),
    ],
)
def test_shapes(given: tuple[int, ...], shape: tuple[int, ...]) -> None:
    data = from_dataset(made(given))
    assert data.shape == shape
    assert data.x.shape[1:] == shape
    flat = from_dataset(made(given), flat=True)
    assert flat.shape == (int(np.prod(given)),)
    assert flat.x.shape[1:] == flat.shape


def test_channels_last_are_put_first() -> None:
    dataset = made((6, 7, 3))
    data = from_dataset(dataset)
    image = dataset.x_test[4].reshape(6, 7, 3)
    channel = data.x_test[4, 2].double().numpy()
    assert np.corrcoef(channel.ravel(), image[:, :, 2].ravel())[0, 1] == pytest.approx(1)


def test_features_are_normalised_each_and_a_constant_one_is_left() -> None:
    dataset = made((3,))
    dataset.x_train[:, 1] = 0.5
    data = from_dataset(dataset)
    np.testing.assert_allclose(data.x.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(data.x.std(0, correction=0), [1, 0, 1], atol=1e-5)


def test_an_own_file(tmp_path: Path) -> None:
    x, y = np.arange(48.0).reshape(12, 4), np.arange(12) % 2
    np.savez(tmp_path / "own.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    data = load_data(str(tmp_path / "own.npz"))
    assert (len(data.y), data.shape, data.classes) == (11, (4,), 2)


def test_batches_are_whole_and_hold_each_example_once_an_epoch() -> None:
    order = batches(10, 3, seed=4)
    epochs = [torch.cat([next(order) for _ in range(3)]) for _ in range(2)]
    assert all(len(set(epoch.tolist())) == 9 for epoch in epochs)
    assert not torch.equal(*epochs)
    again = batches(10, 3, seed=4)
    assert torch.equal(torch.cat([next(again) for _ in range(3)]), epochs[0])
    assert sorted(next(batches(4, 60, 0)).tolist()) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("digit", {}, "did you mean 'digits'"),
        ("no/such.npz", {}, "does not exist"),
        ("digits", {"validation": 1.0}, "between 0 and 1, got 1.0"),
        ("digits", {"device": "cud"}, "device 'cud' cannot be used"),
        ("digits", {"device": "cuda:99"}, "device 'cuda:99' cannot be used"),
    ],
)
def test_refusals(name: str, more: dict[str, object], message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        load_data(name, **more)
    assert "\n" not in str(caught.value)


def test_too_few_examples() -> None:
    with pytest.raises(UserError, match="has 1 training examples: too few"):
        from_dataset(made((2,), n=1))


def test_tensors_of_ones_own_are_taken_as_they_are() -> None:
    x, y = torch.arange(24.0).reshape(12, 2), torch.arange(12) % 3
    data = from_tensors(x, y, x[:4], y[:4], validation=0.25)
    assert (data.shape, data.classes) == ((2,), 3)
    assert (len(data.y), len(data.y_validation), len(data.y_test)) == (9, 3, 4)
    together = torch.cat([data.x, data.x_validation])
    assert torch.equal(together[together[:, 0].argsort()], x)
    assert torch.equal(data.y, (data.x[:, 0] / 2).long() % 3)
    other = from_tensors(x, y, x[:4], y[:4], validation=0.25, seed=1)
    assert not torch.equal(other.x, data.x)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (torch.zeros(11, dtype=torch.long), "got examples (12, 2) and labels (11,)"),
        (torch.zeros(12), "of type torch.float32"),
        (torch.zeros(12, 1, dtype=torch.long), "labels (12, 1)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels: torch.Tensor, words: str) -> None:
    x = torch.zeros(12, 2)
    with pytest.raises(UserError) as error:
        from_tensors(x, labels, x, labels)
    assert words in str(error.value)

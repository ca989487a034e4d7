"""Images are shifted and mirrored by chance, as a slow twin does it, in training alone."""

import pytest
import torch
from made_up_toys import made_up, small
from torch import nn

from wann.config import PRESETS, Training
from wann.errors import UserError
from wann.pruning.training import train
from wann.pruning.training.augment import PADDING, crop_and_flip, look_of
from wann.pruning.training.data import Data

IMAGES = torch.arange(1.0, 1 + 6 * 2 * 5 * 7).reshape(6, 2, 5, 7)


def twin(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Shift and mirror one image after the other, with the same draws."""
    drawn = torch.randint(2 * PADDING + 1, (2, len(x), 1), generator=generator)
    mirrored = torch.randint(2, (len(x), 1), generator=generator)
    found = torch.zeros_like(x)
    for k, image in enumerate(x):
        for i in range(x.shape[2]):
            for j in range(x.shape[3]):
                row = i + int(drawn[0, k]) - PADDING
                column = x.shape[3] - 1 - j if mirrored[k] else j
                column += int(drawn[1, k]) - PADDING
                if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                    found[k, :, i, j] = image[:, row, column]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_it_does_what_the_twin_does(seed: int) -> None:
    one, other = (torch.Generator().manual_seed(seed) for _ in range(2))
    assert torch.equal(crop_and_flip(IMAGES, one), twin(IMAGES, other))


def test_the_same_seed_gives_the_same_images_and_none_leaves_them() -> None:
    batch = torch.tensor([3, 0, 5])
    settings = Training(augment="crop-flip")
    first, second = look_of(IMAGES, settings, 1), look_of(IMAGES, settings, 1)
    assert torch.equal(first(batch), second(batch))
    assert not torch.equal(first(batch), first(batch))
    assert not torch.equal(first(batch), look_of(IMAGES, settings, 2)(batch))
    assert torch.equal(look_of(IMAGES, Training(), 1)(batch), IMAGES[batch])
    assert PRESETS["resnet"].augment == "crop-flip"


def test_training_sees_them_and_is_the_same_again() -> None:
    chance = torch.Generator().manual_seed(0)
    x, y = torch.randn(40, 1, 6, 6, generator=chance), torch.arange(40) % 3
    data = Data(x[:20], y[:20], x[20:30], y[20:30], x[30:], y[30:], (1, 6, 6), 3)
    weights = []
    for augment in ("crop-flip", "crop-flip", "none"):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3))
        train(model, data, None, Training(steps=5, batch=10, augment=augment))
        weights.append(model[1].weight.detach())
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_what_are_no_images_is_one_line() -> None:
    with pytest.raises(UserError, match=r"is for images .* got examples of shape \(12,\)"):
        train(small(), made_up(), None, Training(steps=5, augment="crop-flip"))
    with pytest.raises(UserError, match="augment"):
        Training(augment="flip")

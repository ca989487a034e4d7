"""Images that are shifted and mirrored by chance in training, on tensors in memory.

Source: He et al. (2016), section 4.2, after Lee et al. (2015): 4 pixels of zeros are added on each
side, a crop of the first size is drawn, and half of the images are mirrored. Of normalised images,
zeros are the mean.
"""

from collections.abc import Callable

from wann.config import Training
from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples
from wann.pruning.torch_random import generator_for

PADDING = 4  # pixels on each side

Look = Callable[[torch.Tensor], Examples]


def look_of(x: Examples, settings: Training, seed: int) -> Look:
    """Return what gives the examples of a batch of indices, as `settings` want them in training.

    The same seed gives the same shifts, whatever is pruned. UserError if examples are no images
    that could be shifted.
    """
    if settings.augment == "none":
        return lambda batch: x[batch]
    if not isinstance(x, torch.Tensor) or x.ndim != 4:
        raise UserError(
            "augment='crop-flip' is for images (channels, height, width), got examples of shape "
            f"{tuple(x.shape[1:])}; expected augment='none' for them"
        )
    generator, images = generator_for(seed, "augmentation"), x
    return lambda batch: crop_and_flip(images[batch], generator)


def crop_and_flip(x: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return images (examples, channels, height, width), shifted and mirrored by chance.

    `generator`, on the CPU, draws by how much each is shifted, and whether it is mirrored.
    """
    count, channels, height, width = x.shape
    drawn = torch.randint(2 * PADDING + 1, (2, count, 1), generator=generator)
    mirrored = torch.randint(2, (count, 1), generator=generator).bool()
    rows = drawn[0] + torch.arange(height)
    places = torch.arange(width)
    columns = drawn[1] + torch.where(mirrored, places.flip(0), places)
    padded = nn.functional.pad(x, (PADDING,) * 4)
    index = (
        torch.arange(count)[:, None, None, None],
        torch.arange(channels)[None, :, None, None],
        rows[:, None, :, None],
        columns[:, None, None, :],
    )
    return padded[tuple(part.to(x.device) for part in index)]

"""Random numbers of the global generators, lent: what a model draws from them is settled, and they go on as before."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def settled(model: nn.Module, seed: int) -> Iterator[None]:
    """Seed the global generators of the processor and of the devices `model` is on, until the block ends."""
    devices = sorted(
        {parameter.device.index for parameter in model.parameters() if parameter.is_cuda}
    )
    with torch.random.fork_rng(devices=devices):
        torch.default_generator.manual_seed(seed)
        for device in devices:
            with torch.cuda.device(device):
                torch.cuda.manual_seed(seed)
        yield


def seed_from(generator: torch.Generator) -> int:
    """Return a seed drawn from `generator`."""
    return int(torch.randint(2**62, (1,), generator=generator))

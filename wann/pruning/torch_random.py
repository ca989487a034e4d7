"""Random numbers of PyTorch: seeds from named streams, and global generators lent."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from wann.streams import stream


def torch_seed(seed: int, purpose: str, *indices: int) -> int:
    """Return a seed for PyTorch, drawn from the stream of `seed` for `purpose` at `indices`."""
    return int(stream(seed, purpose, *indices).integers(2**63))


def generator_for(seed: int, purpose: str, *indices: int) -> torch.Generator:
    """Return a generator on the CPU, seeded by `torch_seed`."""
    return torch.Generator().manual_seed(torch_seed(seed, purpose, *indices))


def seed_from(generator: torch.Generator) -> int:
    """Return a seed drawn from `generator`."""
    return int(torch.randint(2**62, (1,), generator=generator))


def generator_of(generator: torch.Generator, name: str) -> torch.Generator:
    """Return a generator for what is called `name`, seeded by a number drawn from `generator`.

    Two names get different random numbers from equal generators.
    """
    return generator_for(seed_from(generator), name)


@contextmanager
def settled(seed: int, devices: Iterable[torch.device] = ()) -> Iterator[None]:
    """Seed PyTorch's global generators until the block ends; then they go on as before.

    Those are the generator of the CPU and those of the CUDA devices among `devices`. What models
    draw from them meanwhile, as dropout and `reset_parameters` do, is always the same.
    """
    cuda = sorted({device.index for device in devices if device.type == "cuda"})
    with torch.random.fork_rng(devices=cuda):
        torch.default_generator.manual_seed(seed)
        for index in cuda:
            with torch.cuda.device(index):
                torch.cuda.manual_seed(seed)
        yield


@contextmanager
def in_use(model: nn.Module) -> Iterator[None]:
    """Let `model` be run without gradients, in this block.

    What it draws meanwhile, as dropout does that goes on in use, is always the same, and the global
    generators go on as before.
    """
    with settled(0, devices_of(model)), torch.no_grad():
        yield


def devices_of(model: nn.Module) -> set[torch.device]:
    """Return the devices that parameters of `model` are on."""
    return {parameter.device for parameter in model.parameters()}

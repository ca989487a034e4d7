"""Training of the autoencoder, epoch by epoch, so that it can be stopped and gone on with.

All that is drawn depends on the seed and the epoch alone. PyTorch promises equal results on one
thread of the same machine in the same version: there, one seed gives the same bytes, however often
the training was stopped. Several threads, or a GPU, may change the last bits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import EncodeConfig
from wann.errors import UserError
from wann.experiments.encoding import folder as names
from wann.experiments.encoding.autoencoder import Autoencoder, as_tensor, initialise
from wann.machine.tensors import read_tensors, tensors_bytes
from wann.network.torch_module import torch
from wann.pruning.torch_random import generator_for
from wann.runs.rundir import RunDir
from wann.streams import stream

_MOMENTS = ("exp_avg", "exp_avg_sq", "step")  # of Adam, for each parameter


class EpochRow(NamedTuple):
    """What an epoch came to, on the pictures that are trained on."""

    epoch: int
    error: float  # squared error of a number of a picture, which is from 0 to 1
    nats: float  # that the latents of a picture tell


class Trainer:
    """An autoencoder in training, and how far that is."""

    def __init__(self, run: RunDir, config: EncodeConfig, device: torch.device) -> None:
        """Begin, or go on from the checkpoint in the folder; UserError where it is damaged."""
        self._run, self._config, self.device = run, config, device
        self.model = Autoencoder(config.latents)
        initialise(self.model, generator_for(config.seed, "encoder"))
        # Pictures have their channels last, and convolutions are faster where weights do, too
        self.model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._adam = torch.optim.Adam(self.model.parameters(), lr=config.learning_rate)
        self.epoch = 0
        path = run.path / names.CHECKPOINT
        if path.exists():
            try:
                self._restore(path.read_bytes())
            except (UserError, KeyError, ValueError, RuntimeError) as error:
                raise UserError(
                    f"{path} is damaged ({error}): remove it, and the training begins anew"
                ) from None

    def epochs(self, pictures: NDArray[np.uint8]) -> Iterator[EpochRow]:
        """Train, and yield a row for each epoch once its checkpoint is written.

        `pictures` (n, side, side, 3) are those for training; they may be mapped from a file.
        """
        while self.epoch < self._config.epochs:
            row = self._train(pictures)
            self._run.append(names.EPOCHS, row._asdict())
            self.epoch += 1
            self._run.write_content(names.CHECKPOINT, self._state())
            yield row

    def _train(self, pictures: NDArray[np.uint8]) -> EpochRow:
        config = self._config
        order = stream(config.seed, "encode-order", self.epoch).permutation(len(pictures))
        drawn = generator_for(config.seed, "encode-noise", self.epoch)
        errors, nats = 0.0, 0.0
        for first in range(0, len(order), config.batch):
            # In the order of the file, which a disk reads faster
            some = np.sort(order[first : first + config.batch])
            given = as_tensor(pictures[some], self.device)
            noise = torch.randn(len(some), config.latents, generator=drawn).to(self.device)
            loss, error, told = self.model.loss(given, noise, config.beta)
            self._adam.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self._adam.step()
            errors += float(error) * len(some)
            nats += float(told) * len(some)
        if not np.isfinite(errors):
            raise UserError(
                f"the loss of epoch {self.epoch + 1} is not finite: give a lower --learning-rate"
            )
        pixels = pictures[0].size
        return EpochRow(self.epoch + 1, errors / len(order) / pixels, nats / len(order))

    def _state(self) -> bytes:
        arrays: dict[str, NDArray[Any]] = {}
        for name, parameter in self.model.named_parameters():
            arrays[name] = parameter.detach().cpu().numpy()
            moments = self._adam.state[parameter]
            arrays |= {f"{name}/{kind}": moments[kind].cpu().numpy() for kind in _MOMENTS}
        return tensors_bytes(arrays, {"epoch": str(self.epoch)})

    def _restore(self, content: bytes) -> None:
        file = read_tensors(content)
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(torch.from_numpy(file.arrays[name].copy()))
                self._adam.state[parameter] = {
                    kind: torch.from_numpy(file.arrays[f"{name}/{kind}"].copy()).to(
                        "cpu" if kind == "step" else self.device
                    )
                    for kind in _MOMENTS
                }
        self.epoch = int(file.metadata["epoch"])
        # Of the rows, those behind the checkpoint are made again
        path = self._run.path / names.EPOCHS
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        self._run.write_content(names.EPOCHS, b"".join(lines[: self.epoch]))


@contextmanager
def on_threads(threads: int) -> Iterator[None]:
    """Let PyTorch work on so many threads within this context, by algorithms that repeat."""
    before, sure = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.set_num_threads(before)
        torch.use_deterministic_algorithms(sure)

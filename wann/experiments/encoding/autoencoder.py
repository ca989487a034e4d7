"""The variational autoencoder of World Models (Ha and Schmidhuber 2018), with fewer channels."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.pictures import CHANNELS, SIDE, STRIDE, WINDOW
from wann.machine.tensors import tensors_bytes
from wann.network.torch_module import nn, torch
from wann.tasks.gym.encoder import Seen
from wann.tasks.gym.encoder_files import FORMAT

_CHANNELS = (16, 16, 32, 32)  # of the four convolutions
# Of the transposed convolutions that lead back: channels, and the side of their windows
_BACK = ((64, 5), (32, 5), (16, 6), (CHANNELS, 6))
_FREE = 0.5  # nats that each latent may tell before it costs anything


class Autoencoder(nn.Module):
    """Pictures (n, 3, 64, 64) from 0 to 1, to latents, and back to pictures."""

    def __init__(self, latents: int) -> None:
        super().__init__()
        before, side = CHANNELS, SIDE
        for number, behind in enumerate(_CHANNELS, start=1):
            setattr(self, f"convolution{number}", nn.Conv2d(before, behind, WINDOW, STRIDE))
            before, side = behind, (side - WINDOW) // STRIDE + 1
        flat = before * side * side
        self.latents = nn.Linear(flat, latents)
        self.log_variance = nn.Linear(flat, latents)
        first = _BACK[0][0] * 2
        self.spread = nn.Linear(latents, first)
        steps: list[nn.Module] = []
        for number, (channels, window) in enumerate(_BACK):
            steps.append(nn.ConvTranspose2d(first, channels, window, STRIDE))
            steps.append(nn.Sigmoid() if number == len(_BACK) - 1 else nn.ReLU())
            first = channels
        self.decoder = nn.Sequential(*steps)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return what the convolutions make of pictures (n, 3, 64, 64): (n, features)."""
        seen = pictures
        for number in range(1, len(_CHANNELS) + 1):
            seen = torch.relu(getattr(self, f"convolution{number}")(seen))
        return seen.flatten(1)

    def mean(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the means (n, latents) of the latents, which is what an encoder gives."""
        found: torch.Tensor = self.latents(self.features(pictures))
        return found

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Return the pictures (n, 3, 64, 64) that latents (n, latents) stand for."""
        found: torch.Tensor = self.decoder(self.spread(latents)[:, :, None, None])
        return found

    def loss(
        self, pictures: torch.Tensor, noise: torch.Tensor, beta: float
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the loss of some pictures, and its parts: squared errors, and nats of the latents.

        `noise` (n, latents) is standard normal. Squared errors are summed over a picture, and nats
        over its latents; both are means over the pictures.
        """
        features = self.features(pictures)
        mean = self.latents(features)
        log_variance = self.log_variance(features).clamp(-10.0, 10.0)
        made = self.decode(mean + noise * torch.exp(0.5 * log_variance))
        error = (made - pictures).square().sum(dim=(1, 2, 3)).mean()
        nats = 0.5 * (mean.square() + log_variance.exp() - log_variance - 1.0).sum(dim=1)
        free = _FREE * mean.shape[1]
        return error + beta * nats.clamp_min(free).mean(), error.detach(), nats.mean().detach()


def as_tensor(pictures: NDArray[np.uint8], device: torch.device) -> torch.Tensor:
    """Return pictures (n, side, side, 3) as numbers from 0 to 1 (n, 3, side, side)."""
    given = torch.from_numpy(np.ascontiguousarray(pictures)).to(device)
    return given.permute(0, 3, 1, 2).to(torch.float32) / 255.0


def as_pictures(made: torch.Tensor) -> NDArray[np.uint8]:
    """Return numbers from 0 to 1 (n, 3, side, side) as pictures (n, side, side, 3)."""
    found: NDArray[Any] = (made * 255.0).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return found


def initialise(model: Autoencoder, generator: torch.Generator) -> None:
    """Draw all weights anew: uniform, as PyTorch does by itself, and zero biases."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.zero_()
                continue
            bound = 1.0 / math.sqrt(parameter[0].numel())
            parameter.uniform_(-bound, bound, generator=generator)


def round_encoder(model: Autoencoder) -> None:
    """Round the weights of the encoder to the half precision in which they are stored."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if _is_of_encoder(name):
                parameter.copy_(parameter.half().float())


def encoder_bytes(model: Autoencoder, seen: Seen) -> bytes:
    """Return the file of the encoder: the weights that make the means of the latents."""
    arrays = {
        name: parameter.detach().cpu().numpy().astype(np.float16)
        for name, parameter in model.named_parameters()
        if _is_of_encoder(name)
    }
    return tensors_bytes(arrays, {"format": FORMAT, **seen.to_texts()})


def _is_of_encoder(name: str) -> bool:
    return name.startswith(("convolution", "latents."))

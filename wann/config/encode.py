"""The settings of an encoder of pictures, which `wann encode` trains."""

from dataclasses import dataclass

from wann.config.settings import LARGEST_SEED, Settings, setting
from wann.errors import UserError


@dataclass(frozen=True)
class EncodeConfig(Settings):
    """The settings that decide which encoder comes out.

    No flag of `wann encode` sets `task`: `--env` and the flags of the environment do.
    """

    task: str = setting(
        "gym:CarRacing-v3", "the environment whose pictures are encoded", shown="that of --env"
    )
    frames: int = setting(10_000, "pictures that are collected", 20, 10**9)
    latents: int = setting(16, "numbers that a picture becomes, inputs of a network", 1, 1024)
    epochs: int = setting(10, "how often training goes through the pictures", 1, 10**6)
    batch: int = setting(32, "pictures in a training step", 1, 10**6)
    learning_rate: float = setting(0.001, "learning rate of Adam", 1e-9, 1.0)
    beta: float = setting(
        1.0, "what a nat of the latents costs, against a squared error of a number", 0.0, 1e6
    )
    crop: tuple[int, ...] = setting(
        (),
        "the part of a picture that counts: its first row, its first column, how many rows and how "
        "many columns",
        0,
        10**6,
        metavar="TOP,LEFT,HEIGHT,WIDTH",
        free=True,
        shown="all; of CarRacing what is above its instruments",
    )
    seed: int = setting(0, "the one seed: same seed, same bytes on one thread", 0, LARGEST_SEED)
    device: str = setting(
        "cpu", "what PyTorch trains on: cpu, cuda or cuda:NUMBER", metavar="DEVICE"
    )
    keep_frames: bool = setting(
        False, "leave the collected pictures in the folder", flag="keep-frames"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.crop) not in (0, 4):
            raise UserError(
                f"crop must be TOP,LEFT,HEIGHT,WIDTH, four whole numbers, got {len(self.crop)}"
            )

"""An encoder from beginning to end: pictures are collected, it is trained, measured and saved."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from wann.config import EncodeConfig
from wann.errors import UserError
from wann.experiments.encoding import folder as names
from wann.experiments.encoding.frames import Frames
from wann.experiments.encoding.players import played
from wann.experiments.encoding.playing import Plan, pictures_of
from wann.files import sha256
from wann.kernels.pictures import SIDE
from wann.runs.filenames import ENVIRONMENT
from wann.runs.rundir import RunDir
from wann.tasks.gym.encoder_files import read_encoder
from wann.tasks.gym.settings import settings_in

LIMIT = 500  # steps after which an episode is cut where the settings do not say it

Stop = Callable[[], bool]


class Progress(NamedTuple):
    """How far the making of an encoder is."""

    stage: str  # "frames" or "epochs"
    done: int
    total: int
    told: str  # in words


def plan_of(config: EncodeConfig) -> Plan:
    """Return what is played; UserError where the environment shows no pictures."""
    settings = settings_in(config.task)
    seen = pictures_of(settings, config.crop)
    return Plan(settings.spec, seen, config.seed, settings.max_steps or LIMIT)


def encode(
    run: RunDir, config: EncodeConfig, threads: int, stop: Stop = lambda: False
) -> Iterator[Progress]:
    """Make the encoder in a folder, from wherever that stands, and yield how far it is.

    It ends early, with all that is done saved, once `stop()` is true.

    Args:
        run: the folder, open for writing.
        config: the settings.
        threads: how many processes play, and threads train.
        stop: asked after each episode and each epoch.

    Raises:
        UserError: the environment fails, the disk is full, or a file of the folder is damaged.
    """
    from wann.experiments.encoding.training import Trainer, on_threads
    from wann.pruning.training.data import check_device

    if (run.path / names.MANIFEST).exists():
        _remove_sources(run, config)  # whoever wrote the manifest may have been killed behind it
        return
    plan, device = plan_of(config), check_device(config.device)
    frames = Frames(run)
    frames.check_room(config.frames)
    yield from _collect(frames, plan, config.frames, threads, stop)
    if len(frames) < config.frames:
        return
    with on_threads(threads):
        trainer = Trainer(run, config, device)
        pictures = frames.pictures()
        for row in trainer.epochs(pictures[: frames.training]):
            told = f"squared error {row.error:.5f}, {row.nats:.1f} nats"
            yield Progress("epochs", row.epoch, config.epochs, told)
            if stop():
                break
        if trainer.epoch == config.epochs:
            _finish(run, config, plan, frames, trainer)


def _collect(
    frames: Frames, plan: Plan, wanted: int, workers: int, stop: Stop
) -> Iterator[Progress]:
    if len(frames) >= wanted:
        return
    episodes = played(plan, len(frames.rows), workers)
    try:
        for episode in episodes:
            row = frames.add(episode, wanted)
            told = f"episode {row.episode + 1} ({row.policy})"
            yield Progress("frames", len(frames), wanted, told)
            if len(frames) >= wanted or stop():
                return
    finally:
        episodes.close()


def _finish(run: RunDir, config: EncodeConfig, plan: Plan, frames: Frames, trainer: Any) -> None:
    """Write encoder, picture and manifest, and remove what they were made from."""
    from wann.experiments.encoding.autoencoder import encoder_bytes, round_encoder
    from wann.experiments.encoding.scores import examples_of, measure, reconstructions

    round_encoder(trainer.model)
    content = encoder_bytes(trainer.model, plan.seen)
    encoder = read_encoder(content)
    scores = measure(trainer.model, encoder, frames.held_out())
    shown = examples_of(frames.pictures(), frames.training)
    run.write_content(names.PICTURE, reconstructions(trainer.model, encoder, shown))
    run.write_content(names.ENCODER, content)
    versions = run.read_json(ENVIRONMENT)
    manifest = {
        "environment": config.task,
        "encoder": {"file": names.ENCODER, "sha256": sha256(content), "bytes": len(content)},
        "preprocessing": {**plan.seen.to_texts(), "shrunk": f"{SIDE}x{SIDE}, means of areas"},
        "latents": config.latents,
        "frames": {
            "sha256": frames.digest,
            "training": frames.training,
            "episodes": len(frames.rows),
            "policies": _counted(frames),
        },
        "held_out": scores._asdict(),
        "settings": config.to_dict(),
        "versions": {name: versions[name] for name in ("python", "numpy") if name in versions}
        | {"torch": _torch_version()},
    }
    run.write_json(names.MANIFEST, manifest)
    _remove_sources(run, config)


def _remove_sources(run: RunDir, config: EncodeConfig) -> None:
    """Remove what the encoder was made from, unless it is to be kept."""
    for name in (names.CHECKPOINT, *([] if config.keep_frames else [names.FRAMES])):
        run.folder.remove(name)


def _counted(frames: Frames) -> dict[str, int]:
    """Return how many pictures each policy brought."""
    counts: dict[str, int] = {}
    for row in frames.rows:
        counts[row.policy] = counts.get(row.policy, 0) + row.frames
    return counts


def _torch_version() -> str:
    from wann.network.torch_module import torch

    return str(torch.__version__)


def check_torch() -> None:
    """Raise UserError, before anything is written, where PyTorch is not installed."""
    try:
        import wann.network.torch_module  # noqa: F401
    except ImportError as error:
        raise UserError(str(error)) from None

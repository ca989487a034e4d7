"""`wann.encode`: an encoder of pictures, from an environment to a file."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Unpack

from wann.api.arguments import PlayedArguments, of_kind
from wann.api.calls import public
from wann.api.encode_result import EncodeResult
from wann.api.paths import Place, new_path_of
from wann.api.running import check_local
from wann.api.scored_on import Environment, name_of, scored_on
from wann.api.watching.interrupts import interruptible
from wann.api.watching.watch import Interrupted, Watch
from wann.config import EncodeConfig, EnvironmentSettings, check_known, config_of
from wann.errors import UserError
from wann.runs.rundir import RunDir


@public
def encode(
    env: Environment,
    *,
    frames: int = EncodeConfig.frames,
    latents: int = EncodeConfig.latents,
    epochs: int = EncodeConfig.epochs,
    batch: int = EncodeConfig.batch,
    learning_rate: float = EncodeConfig.learning_rate,
    beta: float = EncodeConfig.beta,
    crop: Iterable[int] = EncodeConfig.crop,
    seed: int = EncodeConfig.seed,
    device: str = EncodeConfig.device,
    keep_frames: bool = EncodeConfig.keep_frames,
    out: Place | None = None,
    threads: int | None = None,
    progress: bool | None = None,
    **settings: Unpack[PlayedArguments],
) -> EncodeResult:
    """Train an encoder, which makes a few numbers of the pictures of an environment.

    This is what `wann encode` does on the command line, with the same defaults and the same files.
    Pictures are collected by playing, a variational autoencoder is trained on them by PyTorch, and
    its encoder is saved. A search reads pictures through it: `wann.search(env=..., encoder=...)`.

    Args:
        env: an environment whose observations are pictures, or that can be rendered: an id of
            Gymnasium, a class, or a function that makes one.
        frames: pictures that are collected.
        latents: numbers that a picture becomes.
        epochs: how often training goes through the pictures.
        batch: pictures in a training step.
        learning_rate: of Adam.
        beta: what a nat of the latents costs, against a squared error of a number of a picture.
        crop: the part that counts: top, left, height and width; by default all, of CarRacing what
            is above its instruments.
        seed: of all that is drawn.
        device: "cpu", "cuda" or "cuda:NUMBER".
        keep_frames: whether the collected pictures stay in the folder.
        out: the folder; by default runs/encoder-ENVIRONMENT, numbered if taken.
        threads: how many processes play, and threads train; by default one for every core.
        progress: whether progress is shown on stderr; None: where that is a terminal.
        settings: `env_kwargs`, `wrap`, `reset_options` and `max_steps` (500 by default), as for
            `wann.search`.

    Returns:
        The folder, and what is known of the encoder, such as its scores on held-out pictures.

    Raises:
        UserError: the environment shows no pictures, PyTorch or the device is missing, or there is
            no room on the disk.
        KeyboardInterrupt: after Ctrl-C, once the episode or epoch under way is finished and saved.

    Example:
        >>> found = wann.encode("CartPole-v1", frames=200, epochs=1, latents=4, out="encoder")
        >>> found.scores["explained"]
        >>> run = wann.search(env="CartPole-v1", encoder="encoder", generations=1, population=4)
    """
    from wann.experiments.encoding.encoding import check_torch, plan_of
    from wann.experiments.encoding.folder import created, created_where_free
    from wann.pruning.training.data import check_device

    given = locals()
    check_local(threads)
    check_known(settings, PlayedArguments.__annotations__)
    if env is None:
        raise UserError("expected --env ID, an environment with pictures")
    spec = scored_on(env, None, None, of_kind(settings, EnvironmentSettings), {})
    named = {e.name: given[e.name] for e in dataclasses.fields(EncodeConfig) if e.name != "task"}
    named |= {"task": spec, "crop": tuple(crop)}
    config = config_of(named, EncodeConfig())
    check_torch()
    check_device(config.device)
    plan_of(config)  # refuses what shows no pictures, before anything is written
    path, called = new_path_of(out), f"encoder-{name_of(env, None)}"
    lent = created(path, config) if path else created_where_free(Path("runs"), called, config)
    with lent as run:
        return _made(run, config, threads, Watch.of(progress))


def resume_encoding(folder: Path, threads: int | None, watch: Watch) -> EncodeResult:
    """Go on with the encoder in a folder; UserError if there is none, or it is damaged."""
    from wann.experiments.encoding.encoding import check_torch
    from wann.experiments.encoding.folder import reopened

    check_torch()
    with reopened(folder) as (run, config):
        return _made(run, config, threads, watch)


def _made(run: RunDir, config: EncodeConfig, threads: int | None, watch: Watch) -> EncodeResult:
    from wann.experiments.encoding.encoding import encode as making
    from wann.machine.cores import available_cores

    with interruptible("the episode or epoch") as interrupted:
        with watch.compiling():
            for row in making(run, config, threads or available_cores(), interrupted):
                watch.say(f"{row.stage} {row.done:,}/{row.total:,}: {row.told}")
        stopped = interrupted()
    if stopped and not EncodeResult.is_finished(run.path):
        raise Interrupted(f"not finished: continue with `wann resume {run.path}`", run.path)
    return EncodeResult(run.path)

"""Encoders are trained for real, on toys of a few pictures: the same bytes, stopped or not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from wann import trust
from wann.config import EncodeConfig
from wann.errors import UserError
from wann.experiments.encoding import folder as names
from wann.experiments.encoding.encoding import encode, plan_of
from wann.experiments.encoding.folder import created, created_where_free, reopened
from wann.experiments.encoding.frames import Frames
from wann.experiments.encoding.players import played
from wann.experiments.encoding.playing import Played, play
from wann.runs.lock import FolderLock

CONFIG = EncodeConfig(task="gym:picture_toys:Dot-v0", frames=48, epochs=3, latents=2, batch=16)


@pytest.fixture(autouse=True)
def trusted() -> Iterator[None]:
    """Let the module of the toys be imported, as where the user names it."""
    with trust.forgotten_afterwards():
        trust.allow("picture_toys")
        yield


def test_a_module_that_nobody_named_is_not_imported(tmp_path: Path) -> None:
    trust.take_over(trust.Permission())
    with pytest.raises(UserError, match="wants to run code"):
        made(tmp_path / "refused")


def never() -> bool:
    return False


def made(path: Path, config: EncodeConfig = CONFIG, threads: int = 1, stop: Any = never) -> Path:
    with created(path, config) as run:
        for _ in encode(run, config, threads, stop):
            pass
    return path


def test_a_default_folder_in_which_another_process_begins_is_left_to_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "a"), created_where_free(tmp_path, "a", CONFIG) as run:
        assert run.path.name == "a-2"
    with created_where_free(tmp_path, "a", CONFIG) as run:
        assert run.path.name == "a"
    with (
        pytest.raises(UserError, match="of what is done"),
        created_where_free(tmp_path, "a", CONFIG),
    ):
        raise UserError("of what is done")
    assert not (tmp_path / "a-4").exists()


def after(times: int) -> Callable[[], bool]:
    """Return what says to stop from the time on that it is asked so often."""
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked >= times

    return stop


def test_one_seed_gives_the_same_bytes_stopped_or_not(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole")
    for times in (2, 5):  # while pictures are collected, and while it is trained
        path = made(tmp_path / f"stopped{times}", stop=after(times))
        assert not (path / names.ENCODER).exists()
        with reopened(path) as (run, config):
            list(encode(run, config, 1))
        for name in (names.ENCODER, names.PICTURE, names.EPISODES, names.EPOCHS):
            assert (path / name).read_bytes() == (whole / name).read_bytes(), name
    with reopened(whole) as (run, config):
        assert list(encode(run, config, 1)) == []  # nothing is left to do
    (whole / names.FRAMES).touch()  # as where it was killed behind the manifest
    with reopened(whole) as (run, config):
        assert list(encode(run, config, 1)) == []
    assert not (whole / names.FRAMES).exists()
    manifest = json.loads((whole / names.MANIFEST).read_text())
    assert manifest["held_out"]["difference"] < 1e-4
    assert manifest["frames"]["training"] == 39
    assert sum(manifest["frames"]["policies"].values()) == 48
    assert not (whole / names.FRAMES).exists()
    with Image.open(whole / names.PICTURE) as picture:
        assert picture.height > 2 * 64


def test_pictures_do_not_depend_on_how_many_processes_play(tmp_path: Path) -> None:
    found = [made(tmp_path / str(threads), threads=threads, stop=after(5)) for threads in (1, 2)]
    one, two = ((path / names.FRAMES).read_bytes() for path in found)
    assert one == two
    assert len(one) == 48 * 64 * 64 * 3


def test_other_processes_know_the_environments_of_the_project() -> None:
    task = 'gym:wann/CartPoleSwingUp-v1 {"max_steps": 3}'
    plan = plan_of(EncodeConfig(task=task))
    episodes = played(plan, 0, 2)
    found = next(episodes)
    episodes.close()
    assert (found.pictures == play(plan, 0).pictures).all()


def test_the_usual_crop_is_that_of_the_observations_of_carracing() -> None:
    for task, crop in (
        ("gym:wann/CarRacing-v3", (0, 0, 84, 96)),
        ("gym:picture_toys:Dot-v0", (0, 0, 30, 40)),
    ):
        assert plan_of(EncodeConfig(task=task)).seen.crop == crop


@pytest.mark.parametrize(
    ("ends", "training"), [([10], 9), ([4, 10], 4), ([3, 8, 20], 8), ([11, 19, 20], 19)]
)
def test_whole_episodes_are_kept_out(tmp_path: Path, ends: list[int], training: int) -> None:
    with created(tmp_path / "some", CONFIG) as run:
        frames = Frames(run)
        for count in np.diff([0, *ends]):
            frames.add(Played("", np.zeros((count, 64, 64, 3), np.uint8)), ends[-1])
        assert frames.training == training


def test_it_learns_where_the_dot_is(tmp_path: Path) -> None:
    config = EncodeConfig(
        task=CONFIG.task, frames=120, epochs=6, latents=2, batch=16, keep_frames=True
    )
    path = made(tmp_path / "learnt", config)
    rows = [json.loads(line) for line in (path / names.EPOCHS).read_text().splitlines()]
    assert rows[-1]["error"] < 0.8 * rows[0]["error"]
    assert (path / names.FRAMES).stat().st_size == 120 * 64 * 64 * 3


def test_damage_is_one_line(tmp_path: Path) -> None:
    path = made(tmp_path / "stopped", stop=after(5))
    (path / names.CHECKPOINT).write_bytes(b"damaged")
    with pytest.raises(UserError, match="is damaged"), reopened(path) as (run, config):
        list(encode(run, config, 1))
    (path / names.FRAMES).write_bytes(b"short")
    with pytest.raises(UserError, match="is shorter than"), reopened(path) as (run, config):
        list(encode(run, config, 1))
    with pytest.raises(UserError, match="go on with: wann resume"), created(path, CONFIG):
        pass
    with pytest.raises(UserError, match="is not an encoder"), reopened(tmp_path):
        pass


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"task": "gym:picture_toys:Broken-v0"}, r"failed while pictures were collected \(seed"),
        ({"task": "gym:picture_toys:Blind-v0"}, "shows no pictures: expected observations of"),
        ({"task": "gym:FrozenLake-v1", "crop": (0, 0, 999, 999)}, "lies outside"),
        ({"device": "cuda:99"}, "device 'cuda:99' cannot be used"),
        ({"frames": 10**9}, "need .* of the disk"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, changes: dict[str, Any], says: str) -> None:
    config = EncodeConfig(**{**vars(CONFIG), **changes})
    with pytest.raises(UserError, match=says) as raised:
        made(tmp_path / "refused", config)
    assert "\n" not in str(raised.value)

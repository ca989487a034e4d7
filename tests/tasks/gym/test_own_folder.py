"""Environments that change the working folder: runs lie where they were asked for all the same."""

import os
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box

import wann
from wann.tasks.gym.own_folder import InOwnFolder, made_in_place

ASSETS = "WANN_TEST_ASSETS"


class AtItsFiles(gymnasium.Env[Any, Any]):
    """Reads a file of its folder at each step, by a relative path, as careless simulators do."""

    observation_space = Box(-1, 1, (2,), np.float32)
    action_space = Box(-1, 1, (1,), np.float32)

    def __init__(self) -> None:
        os.chdir(os.environ[ASSETS])

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self._steps = 0
        return self.np_random.uniform(-1, 1, 2).astype(np.float32), {}

    def step(self, action: Any) -> Any:
        self._steps += 1
        reward = float(Path("reward.txt").read_text()) * float(action[0])
        return (
            self.np_random.uniform(-1, 1, 2).astype(np.float32),
            reward,
            self._steps > 4,
            False,
            {},
        )


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assets, folder = tmp_path / "assets", tmp_path / "work"
    assets.mkdir()
    folder.mkdir()
    (assets / "reward.txt").write_text("2.5")
    monkeypatch.setenv(ASSETS, str(assets))  # which other processes see, too
    monkeypatch.chdir(folder)
    return folder


def test_an_environment_is_in_its_folder_and_this_process_in_its_own(here: Path) -> None:
    env = made_in_place(AtItsFiles)
    assert isinstance(env, InOwnFolder)
    assert Path.cwd() == here
    env.reset(seed=0)
    assert env.step(np.ones(1))[1] == 2.5
    env.close()
    assert Path.cwd() == here
    assert not isinstance(made_in_place(lambda: gymnasium.make("CartPole-v1")), InOwnFolder)


def test_a_run_lies_where_it_was_asked_for(here: Path) -> None:
    with wann.trust.forgotten_afterwards():
        run = wann.search(
            env=AtItsFiles,
            out="runs/a",
            population=8,
            generations=2,
            confirm_episodes=2,
            threads=1,
            figures=False,
        )
        assert run.folder == Path("runs/a")
        assert (here / "runs" / "a" / "champion.json").is_file()
        assert sorted(os.listdir(here)) == ["runs"]
        assert sorted(os.listdir(os.environ[ASSETS])) == ["reward.txt"]
        assert run.champion.connections >= 0

"""Environments that change the working folder, as some simulators do to find their files.

Such a one has a working folder of its own: what this process reads and writes lies where the user
said.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium

from wann.tasks.gym.stepping import Simulator, close_quietly


def made_in_place(make: Callable[[], Simulator]) -> Simulator:
    """Return the environment that `make` makes; the working folder stays as it is."""
    before = os.getcwd()
    try:
        env = make()
        folder = os.getcwd()
    finally:
        os.chdir(before)
    return env if folder == before else InOwnFolder(env, folder)


class InOwnFolder(gymnasium.Wrapper[Any, Any, Any, Any]):
    """An environment that does all it does in a working folder of its own."""

    def __init__(self, env: Simulator, folder: str) -> None:
        """Take an environment, and the working folder that it has chosen."""
        super().__init__(env)
        self._folder = folder

    def reset(self, **how: Any) -> Any:
        """Begin an episode."""
        with self._there():
            return self.env.reset(**how)

    def step(self, action: Any) -> Any:
        """Do a step."""
        with self._there():
            return self.env.step(action)

    def render(self) -> Any:
        """Return a picture."""
        with self._there():
            return self.env.render()

    def close(self) -> None:
        """End the environment."""
        with self._there():
            close_quietly(self.env)

    @contextmanager
    def _there(self) -> Iterator[None]:
        """Be in the environment's folder; it may choose another one."""
        before = os.getcwd()
        os.chdir(self._folder)
        try:
            yield
            self._folder = os.getcwd()
        finally:
            os.chdir(before)

"""Small environments, well-behaved and otherwise: `gym:gym_toys:toys/NAME-v0`."""

import copy
import ctypes
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.envs.registration import register, registry

OBSERVATIONS: dict[str, gymnasium.Space[Any]] = {
    "Box": spaces.Box(-1.0, 1.0, (2, 2)),
    "Discrete": spaces.Discrete(3, start=-1),
    "MultiDiscrete": spaces.MultiDiscrete([2, 3]),
    "MultiBinary": spaces.MultiBinary(4),
    "Dict": spaces.Dict({"b": spaces.Box(-2.0, 2.0, (2,)), "a": spaces.Discrete(2)}),
    "Tuple": spaces.Tuple((spaces.Dict({"x": spaces.MultiBinary(2)}), spaces.Box(0.0, 1.0, (1,)))),
}
INPUTS = {"Box": 4, "Discrete": 3, "MultiDiscrete": 5, "MultiBinary": 4, "Dict": 4, "Tuple": 3}
ACTIONS: dict[str, gymnasium.Space[Any]] = {
    "Discrete": spaces.Discrete(3, start=5),
    "MultiDiscrete": spaces.MultiDiscrete([2, 3]),
    "MultiBinary": spaces.MultiBinary((2, 2)),
    "Box": spaces.Box(np.array([[-2.0, 0.0]]), np.array([[2.0, 10.0]]), dtype=np.float64),
    "Unbounded": spaces.Box(-np.inf, np.array([1.0, np.inf]), (2,), dtype=np.float64),
    "Whole": spaces.Box(0, 4, (2,), dtype=np.int32),
    # The way from the middle to a bound is rounded to a bit beyond it: in float64 at both bounds of
    # the first number, in float64 and float32 at the upper one of the second
    "Rounded": spaces.Box(np.array([-1.5, -1.4]), np.array([2.9, 0.8]), dtype=np.float64),
}
OUTPUTS = {
    "Discrete": 3,
    "MultiDiscrete": 5,
    "MultiBinary": 4,
    "Box": 2,
    "Unbounded": 2,
    "Whole": 2,
    "Rounded": 2,
}
REFUSED: dict[str, gymnasium.Space[Any]] = {
    "Pixels": spaces.Box(0, 255, (32, 32, 3), np.uint8),
    "Large": spaces.Box(0.0, 1.0, (4097,)),
    "Text": spaces.Text(5),
    "Sequence": spaces.Dict({"a": spaces.Sequence(spaces.Discrete(2))}),
}
LENGTH = 12


class Toy(gymnasium.Env[Any, Any]):
    """Shows samples of its space, and rewards by its seed and the actions; checks every action."""

    def __init__(
        self,
        observation: str = "Box",
        action: str = "Discrete",
        fault: str = "",
        render_mode: Any = None,
    ):
        self.observation_space = copy.deepcopy({**OBSERVATIONS, **REFUSED}[observation])
        self.action_space = ACTIONS.get(action, spaces.Text(3))
        self.fault, self.steps = fault, 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        if self.fault == "reset":
            raise RuntimeError("no reset\ntoday")
        if self.fault.endswith("in resets") and (seed or 0) % 2 == 0:
            hang(self.fault)
        self.observation_space.seed(seed)
        self.steps, self.bad = 0, (seed or 0) % 2 == 0
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        assert self.action_space.contains(action), f"{action!r} is no action"
        self.steps += 1
        observation, reward = (
            self.observation_space.sample(),
            float(np.sum(action)) + self.np_random.random(),
        )
        if self.fault.endswith(" at 5") and self.steps == 4 and action == 5:
            if self.fault.startswith("raise"):
                raise ArithmeticError("five")
            if self.fault.startswith("segfault"):
                ctypes.string_at(0)
            if not self.fault.startswith("killed"):
                hang(self.fault)
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "slow":  # no step hangs, but all of them together take too long
            time.sleep(0.15 if self.bad else 0.0)
        if self.fault and self.bad and self.steps == 4:
            if self.fault == "raise":
                raise ArithmeticError("division by\nzero")
            if self.fault == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if self.fault in ("loops", "holds") and not is_rehearsed():
                never_return(self.fault)
            if self.fault == "loops in rehearsals" and is_rehearsed():
                never_return("loops")
            reward = np.nan if self.fault == "reward" else reward
            observation = np.full((2, 2), np.inf) if self.fault == "observation" else observation
            observation = np.zeros(3) if self.fault == "shape" else observation
        return observation, reward, self.steps == LENGTH and self.fault != "endless", False, {}


def is_rehearsed() -> bool:
    """Whether this process plays an environment before a search, to see whether it repeats."""
    return any(argument.endswith("rehearsing") for argument in sys.orig_argv)


def hang(manner: str) -> None:
    """Sleep, or be busy and let no other thread of Python run, for ever; not in rehearsals."""
    if is_rehearsed():
        return
    if manner.startswith("sleeps"):
        time.sleep(1e6)
    re.match("(a+)+$", "a" * 60 + "b")


def never_return(manner: str) -> None:
    """Leave a file named after this process in $TOY_MARKS, and be busy for ever.

    Whoever "holds" lets no other thread of Python run meanwhile.
    """
    (Path(os.environ["TOY_MARKS"]) / str(os.getpid())).touch()
    if manner == "holds":
        re.match("(a+)+$", "a" * 60 + "b")
    while True:
        pass


if "toys/Toy-v0" not in registry:
    register("toys/Toy-v0", entry_point="gym_toys:Toy")
    register("toys/Limited-v0", entry_point="gym_toys:Toy", max_episode_steps=5)
    register("toys/Pixels-v0", entry_point="gym_toys:Toy", kwargs={"observation": "Pixels"})
    register("toys/NoPackage-v0", entry_point="a_package_that_is_not_there:Env")

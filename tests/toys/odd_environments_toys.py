"""Environments as users bring them, each odd in one way: `gym:odd_environments_toys:NAME-v0`."""

import copy
import os
import random
import sys
import time
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

BOX = spaces.Box(-1.0, 1.0, (3,), np.float32)
Step = tuple[Any, Any, Any, Any, dict[str, Any]]


class Plain(gymnasium.Env[Any, Any]):
    """Nothing is odd here: a random walk of three numbers, rewarded by the action."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 10}  # noqa: RUF012
    horizon = 5  # steps: episodes are short, as pictures of a network are made of thousands

    def __init__(self, render_mode: str | None = None, **named: Any) -> None:
        self.observation_space: Any = BOX
        self.action_space: Any = spaces.Discrete(2)
        self.render_mode = render_mode

    def observe(self) -> Any:
        return self.state.astype(np.float32)

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.steps, self.state = 0, self.np_random.uniform(-1.0, 1.0, 3)
        return self.observe(), {}

    def step(self, action: Any) -> Step:
        self.steps += 1
        reward = float(self.state @ np.resize(np.asarray(action, dtype=float), 3))
        self.state = np.clip(0.9 * self.state + self.np_random.normal(0.0, 0.3, 3), -1.0, 1.0)
        return self.observe(), reward, False, self.steps >= self.horizon, {}

    def render(self) -> Any:
        return np.full((64, 96, 3), min(255, 8 * self.steps), np.uint8)


class Prints(Plain):
    """Writes to stdout at every occasion, from Python and below it."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        print("printed in __init__")

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        os.write(1, b"written in reset\n")
        return super().reset(seed=seed)

    def step(self, action: Any) -> Step:
        print("printed in step")
        sys.__stdout__.write("written in step\n")
        return super().step(action)

    def close(self) -> None:
        os.system("echo written by a process of its own")


# ---- episodes that do not repeat, each for another reason


class IgnoresSeed(Plain):
    """Begins where the global generator says."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.steps, self.state = 0, np.random.uniform(-1.0, 1.0, 3)  # noqa: NPY002
        return self.observe(), {}

    def step(self, action: Any) -> Step:
        self.steps += 1
        return self.observe(), 1.0, False, self.steps >= self.horizon, {}


class GlobalNoise(Plain):
    """Draws from a generator that all share in each step."""

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward + random.random(), *rest


class SharedGenerator(Plain):
    """Seeds the generator that all share: an instance alone repeats, several in turn do not."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        found = super().reset(seed=seed)
        np.random.seed(seed)  # noqa: NPY002
        return found

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward + np.random.random(), *rest  # noqa: NPY002


class DrawnOnce(Plain):
    """Has a strength that is drawn when it is made."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.strength = random.random()

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward * self.strength, *rest


class Remembers(Plain):
    """Gets harder with every episode."""

    episodes = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        self.episodes += 1
        return super().reset(seed=seed)

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward / self.episodes, *rest


class ReadsTheDate(Plain):
    """Pays more on some days than on others."""

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward * int(time.time() // 86400), *rest


class HashesText(Plain):
    """Depends on the hash of a text, which another process has otherwise."""

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward + hash("text") % 1000, *rest


NOT_REPEATING = (
    IgnoresSeed,
    GlobalNoise,
    SharedGenerator,
    DrawnOnce,
    Remembers,
    ReadsTheDate,
    HashesText,
)


# ---- spaces


def with_spaces(name: str, **given: Any) -> type[Plain]:
    """Return an environment in which some spaces are `given` ones."""

    def __init__(self: Plain, render_mode: str | None = None) -> None:
        Plain.__init__(self, render_mode)
        for which, space in given.items():
            setattr(self, which, copy.deepcopy(space))

    return type(name, (Plain,), {"__init__": __init__})


class NoSpaces(gymnasium.Env[Any, Any]):
    """Has no spaces, and neither metadata nor a render mode of its own."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        return np.zeros(3), {}

    def step(self, action: Any) -> Step:
        return np.zeros(3), 0.0, True, False, {}


class OwnText(spaces.Space[str]):
    """A space of texts that Gymnasium does not know."""

    def sample(self, *_: Any, **__: Any) -> str:
        return "go to the door"

    def contains(self, x: Any) -> bool:
        return isinstance(x, str)


SPACES = (
    with_spaces("NoneSpace", observation_space=None),
    with_spaces("NoneActions", action_space=None),
    with_spaces("TupleForSpace", observation_space=(3,)),
    with_spaces("EmptyDict", observation_space=spaces.Dict({})),
    with_spaces("EmptyTuple", observation_space=spaces.Tuple(())),
    with_spaces("EmptyBox", observation_space=spaces.Box(0.0, 1.0, (0,))),
    with_spaces("OnlyText", observation_space=spaces.Text(5)),
    with_spaces("OnlyOwnText", observation_space=OwnText()),
    with_spaces("DictOfText", observation_space=spaces.Dict({"a": OwnText()})),
    with_spaces("TextActions", action_space=spaces.Text(5)),
    with_spaces("NoActions", action_space=spaces.Box(0.0, 1.0, (0,))),
    with_spaces("HugeActions", action_space=spaces.Discrete(10**12)),
    with_spaces("HugeObservations", observation_space=spaces.Discrete(10**12)),
    NoSpaces,
)


# ---- what reset, step, render and close return


def with_returns(name: str, **given: Any) -> type[Plain]:
    """Return an environment in which some methods are other functions, of `self` and the rest."""
    return type(name, (Plain,), given)


def _changed_step(change: Any) -> Any:
    def step(self: Plain, action: Any) -> Any:
        return change(*Plain.step(self, action))

    return step


def _leave(*_: Any, **__: Any) -> Any:
    sys.exit("leaving")


def _raise(*_: Any, **__: Any) -> Any:
    raise RuntimeError("cannot close")


RETURNS = (
    with_returns("OldReset", reset=lambda self, **named: Plain.reset(self, **named)[0]),
    with_returns("NoReset", reset=lambda self, **named: None),
    with_returns("OldStep", step=_changed_step(lambda o, r, e, t, i: (o, r, e, i))),
    with_returns("NoStep", step=lambda self, action: None),
    with_returns("NoneReward", step=_changed_step(lambda o, r, *rest: (o, None, *rest))),
    with_returns("TextReward", step=_changed_step(lambda o, r, *rest: (o, "1.0", *rest))),
    with_returns("TwoRewards", step=_changed_step(lambda o, r, *rest: (o, np.ones(2), *rest))),
    with_returns("NanReward", step=_changed_step(lambda o, r, *rest: (o, np.nan, *rest))),
    with_returns("TwoEnds", step=_changed_step(lambda o, r, e, t, i: (o, r, np.ones(2), t, i))),
    with_returns("OtherShape", step=_changed_step(lambda o, *rest: (np.zeros((3, 1)), *rest))),
    with_returns("TextSeen", step=_changed_step(lambda o, *rest: (["1", "2", "3"], *rest))),
    with_returns("LeavesInStep", step=_leave),
    with_returns("LeavesInReset", reset=_leave),
)
GOOD_RETURNS = (
    with_returns("ArrayReward", step=_changed_step(lambda o, r, *s: (o, np.array([r]), *s))),
    with_returns(
        "NumPyFlags", step=_changed_step(lambda o, r, e, t, i: (o, r, np.bool_(e), np.array(t), i))
    ),
    with_returns("CannotClose", close=_raise),
    with_returns("NoMetadata", metadata={}),
)


# ---- how it is made and shown


class NoRenderMode(Plain):
    """Takes no argument at all."""

    def __init__(self) -> None:
        super().__init__()


class NeedsArgument(Plain):
    """Cannot be made without an argument."""

    def __init__(self, size: int, render_mode: str | None = None) -> None:
        super().__init__(render_mode)


class NeedsOptions(Plain):
    """Cannot be reset without an option, and changes what it is given."""

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        if not options or "level" not in options:
            raise ValueError("reset needs options={'level': N}")
        self.level = options.pop("level")
        return super().reset(seed=seed)

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward * self.level, *rest


class KeepsArguments(Plain):
    """Takes its settings out of a dict that it is given, and writes into one of its lists."""

    def __init__(self, config: dict[str, Any], render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.gains = config.pop("gains")
        if config:
            raise ValueError(f"expected nothing but gains, got {config}")

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        found = super().reset(seed=seed)
        self.gains[0] = float(self.np_random.normal())
        return found

    def step(self, action: Any) -> Step:
        observation, reward, *rest = super().step(action)
        return observation, reward * self.gains[0], *rest


class LeavesInInit(Plain):
    """Ends the process in which it is made."""

    def __init__(self, render_mode: str | None = None) -> None:
        sys.exit("leaving")


class Interrupts(Plain):
    """Raises what Ctrl-C does: at its reset, or at its third step."""

    def __init__(self, at: int = 3, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        self.at = at

    def observe(self) -> Any:
        if self.steps == self.at:
            raise KeyboardInterrupt
        return super().observe()


RENDERS = (
    with_returns("RendersNothing", render=lambda self: None),
    with_returns("HasNoRender", render=gymnasium.Env.render, metadata={"render_modes": []}),
    with_returns("RendersText", render=lambda self: "a picture"),
    with_returns("RendersLists", render=lambda self: [Plain.render(self)]),
    with_returns("CannotRender", render=_raise),
    NoRenderMode,
)


class Grid(Plain):
    """Shows a grid of symbols, a direction and a mission, as MiniGrid does."""

    def __init__(self, render_mode: str | None = None) -> None:
        super().__init__(render_mode)
        symbols = spaces.Box(0, 255, (7, 7, 3), np.uint8)
        self.observation_space = spaces.Dict(
            {"image": symbols, "direction": spaces.Discrete(4), "mission": OwnText()}
        )

    def observe(self) -> Any:
        symbols = np.zeros((7, 7, 3), np.uint8)
        symbols[self.steps % 7, 3] = (8, 1, 0)
        return {"image": symbols, "direction": self.steps % 4, "mission": "go to the door"}


# ---- wrappers


class Scaled(gymnasium.RewardWrapper[Any, Any]):
    """Multiplies and shifts rewards: of several the order shows."""

    def __init__(self, env: Any, by: float = 1.0, plus: float = 0.0) -> None:
        super().__init__(env)
        self.by, self.plus = by, plus

    def reward(self, reward: Any) -> float:
        return float(reward) * self.by + self.plus


class TakesArguments(gymnasium.RewardWrapper[Any, Any]):
    """Takes its settings out of a dict that it is given."""

    def __init__(self, env: Any, config: dict[str, Any]) -> None:
        super().__init__(env)
        self.by = config.pop("by")
        if config:
            raise ValueError(f"expected nothing but by, got {config}")

    def reward(self, reward: Any) -> float:
        return float(reward) * self.by


def shortened(env: Any, steps: int = 5) -> Any:
    """A function may wrap, too."""
    return gymnasium.wrappers.TimeLimit(env, steps)


def no_environment(env: Any) -> int:
    return 3


if os.environ.get("ODD_TOYS_PRINT"):
    print("printed on import")
    os.write(1, b"written on import\n")


ODD: tuple[type, ...] = (Plain, Prints, NeedsArgument, NeedsOptions, LeavesInInit, Grid)
for odd in (*ODD, KeepsArguments, *NOT_REPEATING, *SPACES, *RETURNS, *GOOD_RETURNS, *RENDERS):
    gymnasium.register(f"{odd.__name__}-v0", entry_point=odd)

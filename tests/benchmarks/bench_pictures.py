"""What a step of CarRacing costs with Gymnasium's pictures and with this project's.

Both drive the same way on the same track, in turn; envpool, where it is installed, stands still on
tracks of its own. Prints one JSON object: milliseconds of one core, medians over the turns, for the
physics of a step, its picture, and what an encoder of 16 latents makes of that. Needs `pip install
'wann[box2d]'`.
"""

import importlib
import importlib.util
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from wann.experiments.encoding.policies import policy_of
from wann.tasks.gym.encoder_files import find_encoder

TURNS, STEPS, TRACK, POOL = 5, 200, 3, 8
NAMES = {"gymnasium": "CarRacing-v3", "wann": "wann.envs:wann/CarRacing-v3"}


def main() -> None:
    """Print what everything costs."""
    environments: dict[str, Any] = {name: gymnasium.make(i) for name, i in NAMES.items()}
    controls = drive(environments["wann"])
    # Gymnasium's gas and brake begin at 0, ours at -1; a brake below 0 is none
    actions = {"wann": controls, "gymnasium": controls.copy()}
    actions["gymnasium"][:, 1] = (controls[:, 1] + 1.0) / 2.0
    actions["gymnasium"][:, 2] = np.maximum(controls[:, 2], 0.0)
    costs: dict[str, list[float]] = {}
    for turn in range(TURNS + 1):
        for name, env in environments.items():
            env.reset(seed=TRACK)
            whole, picture = milliseconds(lambda e=env, a=actions[name]: play(e, a))
            drawn, _ = milliseconds(lambda e=env.unwrapped: again(e))
            if turn:  # in the first turn kernels are compiled
                costs.setdefault(f"{name}: picture", []).append(drawn)
        if turn:  # physics are the same: they are what is left of the shorter whole
            costs.setdefault("physics", []).append(whole - drawn)
            for part, cost in encoding(picture).items():
                costs.setdefault(part, []).append(cost)
    medians = {name: round(statistics.median(each) / STEPS, 3) for name, each in costs.items()}
    print(json.dumps(medians | pooled(), indent=2))


def milliseconds(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the time of this process that a call takes, and what it returns."""
    started = time.process_time()
    result = call()
    return (time.process_time() - started) * 1e3, result


def drive(env: Any) -> NDArray[np.float32]:
    """Return the actions (steps, 3) of a script that follows the track."""
    env.reset(seed=TRACK)
    _, act = policy_of(env, 0, np.random.default_rng(0))
    actions = []
    for _ in range(STEPS):
        actions.append(act())
        env.step(actions[-1])
    return np.array(actions)


def play(env: Any, actions: NDArray[np.float32]) -> Any:
    """Return the last picture of a drive."""
    for action in actions:
        picture = env.step(action)[0]
    return picture


def again(env: Any) -> None:
    """Draw as many pictures as a drive has."""
    for _ in range(STEPS):
        env._render("state_pixels")


def encoding(picture: NDArray[np.uint8]) -> dict[str, float]:
    """Return what it costs to shrink a picture, and to make latents of it, for each step."""
    encoder = find_encoder("carracing")
    shrunk = encoder.seen.shrunk(picture[None])
    return {
        "shrinking": milliseconds(
            lambda: [encoder.seen.shrunk(picture[None]) for _ in range(STEPS)]
        )[0],
        "latents": milliseconds(lambda: [encoder.encode_shrunk(shrunk) for _ in range(STEPS)])[0],
    }


def pooled() -> dict[str, float]:
    """Return what a step of envpool costs, with its picture."""
    if importlib.util.find_spec("envpool") is None:
        return {}
    pool: Any = importlib.import_module("envpool").make(
        "CarRacing-v3", env_type="gymnasium", num_envs=POOL, num_threads=1, seed=TRACK
    )
    pool.reset()
    still = np.zeros((POOL, 3), dtype=np.float32)
    cost, _ = milliseconds(lambda: [pool.step(still) for _ in range(STEPS)])
    return {"envpool: step": round(cost / STEPS / POOL, 3)}


if __name__ == "__main__":
    main()

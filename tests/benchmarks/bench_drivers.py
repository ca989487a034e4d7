"""What drivers of CarRacing earn: random actions, a script that knows the track, and networks.

    python tests/benchmarks/bench_drivers.py NETWORK ... --weights=-0.5,0.5 --own-pictures

All drive the same fresh tracks for 1,000 steps. Prints a line for each: the mean return and its
95 % interval over the tracks. A network drives at each of the shared weights with this project's
pictures, and with `--own-pictures` at the first of them once more with Gymnasium's own, which takes
twenty times as long.
Needs `pip install 'wann[box2d]'`.
"""

import argparse

import gymnasium
import numpy as np

from wann.evaluators.evaluator import Evaluator
from wann.evaluators.processes import ProcessEvaluator
from wann.experiments.encoding.policies import policy_of
from wann.formats.load import load_network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.weights.conditions import interval

TRACKS = np.arange(20191106, 20191126)
TASK = 'gym:wann/CarRacing-v3 {"encoder": "carracing", "kwargs": {"quick_pictures": %s}}'


def main() -> None:
    """Print what all drivers earn."""
    parser = argparse.ArgumentParser(description="What drivers of CarRacing earn.")
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    parser.add_argument("--weights", default="-1,1", help="shared weights, separated by commas")
    parser.add_argument("--own-pictures", action="store_true", help="those of Gymnasium, too")
    options = parser.parse_args()
    say("random actions", [driven(int(seed), False) for seed in TRACKS])
    say("the script", [driven(int(seed), True) for seed in TRACKS])
    weights = [float(weight) for weight in options.weights.split(",")]
    with ProcessEvaluator() as evaluator:
        for path in options.networks:
            quick = earned(evaluator, path, weights, "true")
            for weight, returns in zip(weights, quick, strict=True):
                say(f"{path} at {weight:g}", returns)
            if options.own_pictures:
                own = earned(evaluator, path, weights[:1], "false")[0]
                say(f"{path} at {weights[0]:g}, pictures of Gymnasium", own)


def driven(seed: int, known: bool) -> float:
    """Return what a driver earns: the script, where the track is known to it, or random actions."""
    env = gymnasium.make("wann.envs:wann/CarRacing-v3")
    env.reset(seed=seed)
    env.action_space.seed(seed)
    act = policy_of(env, 0, np.random.default_rng(seed))[1] if known else env.action_space.sample
    total, ended = 0.0, False
    while not ended:
        _, reward, terminated, truncated, _ = env.step(act())
        total, ended = total + float(reward), terminated or truncated
    return total


def earned(evaluator: Evaluator, path: str, weights: list[float], quick: str) -> list[list[float]]:
    """Return the returns of a network, a list for each of the weights."""
    task, network = make_task(TASK % quick), load_network(path).network
    found = evaluator.evaluate(task, [network], Weightings.shared(weights), TRACKS)
    returns: list[list[float]] = found.returns[0].tolist()
    return returns


def say(who: str, returns: list[float]) -> None:
    """Print the mean of returns, with its interval."""
    found = interval(np.array(returns).reshape(-1, 1))
    assert found is not None
    print(f"{who}: {np.mean(returns):.1f} ({found[0]:.1f} to {found[1]:.1f})", flush=True)


if __name__ == "__main__":
    main()

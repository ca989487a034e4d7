"""`wann.measure_card`: a network with what it earns under the four conditions, for its card."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.calls import public
from wann.api.load import load
from wann.api.running import check_local
from wann.config import CONDITION_NAMES, EvaluateConfig, TuneConfig, config_of
from wann.errors import UserError, in_short
from wann.evaluators.make import make_evaluator
from wann.formats.card import KEY
from wann.formats.loaded_network import LoadedNetwork
from wann.network.digest import network_digest
from wann.runs.versions import deciding_versions
from wann.weights.conditions import measure_conditions, parse_conditions
from wann.weights.individual import finish, tune_individual
from wann.weights.measuring import Measuring

if TYPE_CHECKING:
    from wann.network.genome import Genome
    from wann.network.network import Network


@public
def measure_card(
    network: "str | Path | Genome | Network",
    *,
    conditions: str | Iterable[str] = CONDITION_NAMES,
    episodes: int = EvaluateConfig.episodes,
    seed: int = EvaluateConfig.seed,
    tuning: TuneConfig | None = None,
    command: str | None = None,
    threads: int | None = None,
) -> LoadedNetwork:
    """Return a network whose card says what it earns under the four weight conditions.

    They are measured as `wann evaluate --conditions all` does, which tunes weights and may take
    minutes; what is found stands in the files that the network is saved to, and in `card()`.

    Args:
        network: what `wann.load` takes; its task has to be known.
        conditions: some of `random_weights`, `random_shared`, `tuned_shared`, `tuned_weights`, or
            "all"; the tuned ones take longest.
        episodes: how many are drawn for each condition.
        seed: of the episodes and of the tunings.
        tuning: how individual weights are tuned; by default as `wann tune` does.
        command: how the network was made, to be made again.
        threads: how many to use; by default one for each core.

    Example:
        ```python
        network = wann.measure_card("runs/swingup-seed0", command="wann search swingup --seed 0")
        print(network.card())
        network.save("champion.json")
        ```
    """
    check_local(threads)
    asked = config_of({"episodes": episodes, "seed": seed}, EvaluateConfig())
    names = parse_conditions(conditions)
    if tuning is not None and not isinstance(tuning, TuneConfig):
        raise UserError(f"tuning: expected a TuneConfig, got {in_short(tuning)}")
    loaded = load(network)
    task = loaded.make_task()
    loaded.check_fits(task, "give it another task")
    with make_evaluator(task, threads) as evaluator:
        measuring = Measuring(task, loaded.network, evaluator, asked.seed)
        config = dataclasses.replace(tuning or TuneConfig(), task=task.spec, seed=asked.seed)
        found = measure_conditions(
            measuring,
            names=names,
            weights=loaded.weights,
            episodes=asked.episodes,
            tune=lambda start: finish(tune_individual(measuring, config, start=start)),
        )
    card: dict[str, Any] = {
        "returns": {name: _without_time(measure.to_json()) for name, measure in found.items()},
        "unit": task.held_out.measure,
        "episodes": asked.episodes,
        "seed": asked.seed,
        "digest": network_digest(loaded.network, loaded.weights),
        "tuning": config.to_dict(),
        "versions": deciding_versions(),
    }
    return loaded.with_info(**{KEY: card if command is None else {**card, "command": command}})


def _without_time(measure: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in measure.items() if name != "seconds"}

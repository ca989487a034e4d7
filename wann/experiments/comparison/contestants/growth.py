"""Contestants that are grown by gradients, with weights of their own, to an exact size.

See `wann.pruning.dynamic`. They are trained for as many steps as a pruned model in one round, all
of their growing in them, and have at most as many hidden units as that.
"""

import time

from wann.activations import Activation
from wann.config import GROWN_BY_GRADIENTS
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.experiments.comparison.contestants.perceptrons import ALL_KINDS, data_of, training_of
from wann.pruning.dynamic.grow import grow
from wann.pruning.dynamic.growing_model import GrowingModel
from wann.pruning.dynamic.plan import plan

_KINDS = dict(zip(GROWN_BY_GRADIENTS, ((Activation.RELU,), ALL_KINDS), strict=True))


def grown_by_gradients(setup: ContestantSetup, name: str, connections: int) -> Contestant:
    """Return the network that grows to exactly so many `connections`, trained.

    `setup`: for a task with labels; `name`: one of `GROWN_BY_GRADIENTS`.

    UserError if its units have fewer places for connections than that.
    """
    task, making = setup.task, setup.making
    planned = plan(task.inputs, task.outputs, making.hidden, connections, making.steps)
    started = time.process_time()
    model = GrowingModel(task.inputs, task.outputs, making.hidden, _KINDS[name])
    network, weights = grow(model, data_of(task), training_of(making), planned, setup.seed)
    cost = {"steps": making.steps, "seconds": round(time.process_time() - started, 3)}
    kinds = "rectifiers" if len(_KINDS[name]) == 1 else f"units of {len(_KINDS[name])} kinds"
    times = "once" if len(planned) == 1 else f"{len(planned)} times"
    about = (
        f"grown {times} from no connection and no hidden unit to {network.hidden} {kinds} in one "
        "training: units by GradMax (Evci 2022), connections by RigL's growth (Evci 2020)"
    )
    return Contestant(network, weights, about, cost)

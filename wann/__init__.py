"""Sparse networks, grown or pruned: weight-agnostic architecture search and the means to measure its results.

The names below are loaded on first use, so that `import wann` and `wann --help` cost nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wann.activations import Activation
    from wann.config import SearchConfig
    from wann.errors import UserError
    from wann.evaluators.make import make_evaluator
    from wann.evaluators.processes import ProcessEvaluator
    from wann.evaluators.threads import ThreadEvaluator
    from wann.experiments.growing.growth import Growth, grow
    from wann.experiments.growing.recipes import load_recipe
    from wann.formats import NetworkFile, read_network
    from wann.formats.loading import load_network
    from wann.network.compile import compile_genome
    from wann.network.genome import Genome
    from wann.network.network import Network
    from wann.search.generational import Search
    from wann.tasks.registry import make_task
    from wann.weights.evaluate import evaluate

_HOMES = {
    "Activation": "wann.activations",
    "Genome": "wann.network.genome",
    "Growth": "wann.experiments.growing.growth",
    "Network": "wann.network.network",
    "NetworkFile": "wann.formats",
    "ProcessEvaluator": "wann.evaluators.processes",
    "Search": "wann.search.generational",
    "SearchConfig": "wann.config",
    "ThreadEvaluator": "wann.evaluators.threads",
    "UserError": "wann.errors",
    "compile_genome": "wann.network.compile",
    "evaluate": "wann.weights.evaluate",
    "grow": "wann.experiments.growing.growth",
    "load_network": "wann.formats.loading",
    "load_recipe": "wann.experiments.growing.recipes",
    "make_evaluator": "wann.evaluators.make",
    "make_task": "wann.tasks.registry",
    "read_network": "wann.formats",
}

__all__ = [
    "Activation",
    "Genome",
    "Growth",
    "Network",
    "NetworkFile",
    "ProcessEvaluator",
    "Search",
    "SearchConfig",
    "ThreadEvaluator",
    "UserError",
    "compile_genome",
    "evaluate",
    "grow",
    "load_network",
    "load_recipe",
    "make_evaluator",
    "make_task",
    "read_network",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'wann' has no attribute {name!r}")

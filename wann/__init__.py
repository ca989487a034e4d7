"""Sparse networks, grown or pruned: weight-agnostic architecture search and the means to measure its results.

The names below are loaded on first use, so that `import wann` and `wann --help` cost nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wann.activations import Activation
    from wann.config import SearchConfig
    from wann.errors import UserError
    from wann.evaluators.choice import make_evaluator
    from wann.evaluators.processes import ProcessEvaluator
    from wann.evaluators.threads import ThreadEvaluator
    from wann.experiment import Growth, evaluate, grow
    from wann.formats import NetworkFile, read_network
    from wann.genome import Genome
    from wann.loading import load_network
    from wann.network import Network, compile_genome
    from wann.recipes import load_recipe
    from wann.search import Search
    from wann.tasks import make_task

_HOMES = {
    "Activation": "wann.activations",
    "Genome": "wann.genome",
    "Growth": "wann.experiment",
    "Network": "wann.network",
    "NetworkFile": "wann.formats",
    "ProcessEvaluator": "wann.evaluators.processes",
    "Search": "wann.search",
    "SearchConfig": "wann.config",
    "ThreadEvaluator": "wann.evaluators.threads",
    "UserError": "wann.errors",
    "compile_genome": "wann.network",
    "evaluate": "wann.experiment",
    "grow": "wann.experiment",
    "load_network": "wann.loading",
    "load_recipe": "wann.recipes",
    "make_evaluator": "wann.evaluators.choice",
    "make_task": "wann.tasks",
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

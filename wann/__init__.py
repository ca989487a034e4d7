"""Sparse networks, grown or pruned: weight-agnostic architecture search, and its measurement.

Begin with `wann.search("swingup")`, which grows a network, or `wann.study`, which prunes one;
`wann.load` returns a network of any file or run, and `help` of each call is a page with an example.

The public names are loaded on first use, so that `import wann` and `wann --help` cost nothing.
"""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

# For type checkers and editors, which do not run `__getattr__`. What Python loads on first use is
# in the table below; a test holds the two equal.
if TYPE_CHECKING:
    from wann.activations import Activation as Activation
    from wann.activations import activation as activation
    from wann.api.card import measure_card as measure_card
    from wann.api.classifier import WannClassifier as WannClassifier
    from wann.api.compare import compare as compare
    from wann.api.encode import encode as encode
    from wann.api.evaluate import evaluate as evaluate
    from wann.api.grow import grow as grow
    from wann.api.listing import list as list
    from wann.api.load import load as load
    from wann.api.mapping import map as map
    from wann.api.prune import prune as prune
    from wann.api.prune import prune_network as prune_network
    from wann.api.recipes import recipes as recipes
    from wann.api.render import render as render
    from wann.api.resume import resume as resume
    from wann.api.run import Run as Run
    from wann.api.run import open_run as open_run
    from wann.api.search import search as search
    from wann.api.sparse import sparse as sparse
    from wann.api.study import study as study
    from wann.api.sweep import sweep as sweep
    from wann.api.tune import tune as tune
    from wann.api.zoo import zoo as zoo
    from wann.config import SearchConfig as SearchConfig
    from wann.drawing.drawing import draw_network as draw_network
    from wann.errors import UserError as UserError
    from wann.evaluators.make import make_evaluator as make_evaluator
    from wann.evaluators.processes import ProcessEvaluator as ProcessEvaluator
    from wann.evaluators.threads import ThreadEvaluator as ThreadEvaluator
    from wann.evolution.generational import Search as Search
    from wann.experiments.growing.growth import Growth as Growth
    from wann.experiments.growing.recipes import load_recipe as load_recipe
    from wann.formats import NetworkFile as NetworkFile
    from wann.formats import read_network as read_network
    from wann.formats.load import load_network as load_network
    from wann.network.compile import compile_genome as compile_genome
    from wann.network.genome import Genome as Genome
    from wann.network.network import Network as Network
    from wann.tasks.registry import make_task as make_task

_HOMES = {
    name: module
    for module, names in {
        "wann.activations": ("Activation", "activation"),
        "wann.api.listing": ("list",),
        "wann.api.card": ("measure_card",),
        "wann.api.classifier": ("WannClassifier",),
        "wann.api.grow": ("grow",),
        "wann.api.load": ("load",),
        "wann.api.mapping": ("map",),
        "wann.api.compare": ("compare",),
        "wann.api.encode": ("encode",),
        "wann.api.evaluate": ("evaluate",),
        "wann.api.prune": ("prune", "prune_network"),
        "wann.api.recipes": ("recipes",),
        "wann.api.render": ("render",),
        "wann.api.resume": ("resume",),
        "wann.api.run": ("Run", "open_run"),
        "wann.api.search": ("search",),
        "wann.api.sparse": ("sparse",),
        "wann.api.study": ("study",),
        "wann.api.tune": ("tune",),
        "wann.api.sweep": ("sweep",),
        "wann.api.zoo": ("zoo",),
        "wann.config": ("SearchConfig",),
        "wann.errors": ("UserError",),
        "wann.evaluators.make": ("make_evaluator",),
        "wann.evaluators.processes": ("ProcessEvaluator",),
        "wann.evaluators.threads": ("ThreadEvaluator",),
        "wann.experiments.growing.growth": ("Growth",),
        "wann.experiments.growing.recipes": ("load_recipe",),
        "wann.formats": ("NetworkFile", "read_network"),
        "wann.formats.load": ("load_network",),
        "wann.network.compile": ("compile_genome",),
        "wann.network.genome": ("Genome",),
        "wann.network.network": ("Network",),
        "wann.drawing.drawing": ("draw_network",),
        "wann.evolution.generational": ("Search",),
        "wann.tasks.registry": ("make_task",),
    }.items()
    for name in names
}

# What calls are made of. It can be imported as ever, and is not listed: the calls are.
_PARTS = {
    "Activation",
    "Genome",
    "Growth",
    "Network",
    "NetworkFile",
    "ProcessEvaluator",
    "Search",
    "ThreadEvaluator",
    "compile_genome",
    "load_network",
    "load_recipe",
    "make_evaluator",
    "make_task",
    "read_network",
}


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # whoever put None in the place of the module says that it is not
        return False


# What needs a package of an extra is listed where that is there; asked for by its name, it says
# which one is missing.
_ABSENT = set() if _is_installed("sklearn") else {"WannClassifier"}

__all__ = sorted({*_HOMES} - _PARTS - _ABSENT)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("wann")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "trust":  # used as a module: `wann.trust.allow("my_module")`
        return import_module("wann.trust")
    raise AttributeError(f"module 'wann' has no attribute {name!r}")


def __dir__() -> Sequence[str]:
    return sorted([*__all__, "trust", "__version__"])

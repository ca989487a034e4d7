"""What users import: the names of `wann`, `wann.torch_module`, `wann.envs` and `wann.pruning`."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version

import pytest
from paths import ROOT

import wann

NAMES = [
    "Activation",
    "Genome",
    "Growth",
    "Network",
    "NetworkFile",
    "ProcessEvaluator",
    "Run",
    "Search",
    "SearchConfig",
    "ThreadEvaluator",
    "UserError",
    "WannClassifier",
    "activation",
    "compare",
    "compile_genome",
    "draw_network",
    "encode",
    "evaluate",
    "grow",
    "list",
    "load",
    "load_network",
    "load_recipe",
    "make_evaluator",
    "make_task",
    "map",
    "measure_card",
    "open_run",
    "prune",
    "prune_network",
    "read_network",
    "recipes",
    "render",
    "resume",
    "search",
    "sparse",
    "study",
    "sweep",
    "tune",
    "zoo",
]

NAMES_OF_MODULES = {
    "wann.envs": "register registry",
    "wann.pruning": "CONTROLS Hold PrunedModel Scoring Subject Training UserError control "
    "from_tensors load_data prune",
    "wann.pruning.allocate": "ALLOCATIONS Counts allocate best_of_network budget budget_of erk "
    "global_ igq lottery nowhere_empty per_layer proportional uniform uniform_plus",
    "wann.pruning.masks": "apply check counts density full kept random_like shuffle total",
    "wann.pruning.methods": "KINDS METHODS Method When find prune_at prune_by_score",
    "wann.pruning.rewind": "Rewind reinit rewind state_of",
    "wann.pruning.schedule": "Rates Step cubic exponential iterative lottery_rates one_shot "
    "rounds_until",
    "wann.pruning.scores": "SCORES Score compute find",
    "wann.pruning.select": "select select_global select_random",
}


def test_type_checkers_see_what_is_loaded_on_first_use() -> None:
    seen = {}
    tree = ast.parse((ROOT / "wann" / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        for alias in statement.names:
            assert alias.asname == alias.name, "otherwise type checkers take it for private"
            seen[alias.name] = statement.module
    assert seen == wann._HOMES
    assert sorted(seen) == NAMES


def test_all_names_are_there_and_listed() -> None:
    for name in NAMES:
        assert getattr(wann, name) is getattr(import_module(wann._HOMES[name]), name)
        assert (name in dir(wann)) is (name not in wann._PARTS)
    assert set(NAMES) >= wann._PARTS
    assert set(dir(wann)) == {*wann.__all__, "trust", "__version__"}
    assert wann.__version__ == version("wann")
    with pytest.raises(AttributeError, match="no attribute 'Genom'"):
        wann.Genom  # noqa: B018


CALLS = [name for name in wann.__all__ if inspect.isfunction(getattr(wann, name))]


@pytest.mark.parametrize("name", CALLS)
def test_help_of_each_call_is_a_page(name: str) -> None:
    page = inspect.getdoc(getattr(wann, name)) or ""
    assert page.splitlines()[0].endswith((".", ":")), "the first line says what it does"
    assert "Example:" in page
    assert "wann." in page.partition("Example:")[2]


def test_trust_is_reached_from_the_package() -> None:
    code = "import wann; wann.trust.allow('my_module'); print('trust' in dir(wann))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "True\n"


def test_without_extras_the_package_can_be_listed() -> None:
    """`help(wann)`, `from wann import *` and completion ask for every name that is listed."""
    code = """
import sys
for package in ("sklearn", "ray", "onnx", "pandas"):
    sys.modules[package] = None
import inspect
import wann
from wann import *
assert len(inspect.getmembers(wann)) > 20
assert search is wann.search
assert "WannClassifier" not in dir(wann) and "WannClassifier" not in wann.__all__
try:
    wann.WannClassifier
except wann.UserError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "pip install 'wann[sklearn]'" in done.stdout


def test_torch_module_has_its_names() -> None:
    module = import_module("wann.torch_module")
    assert module.__all__ == [
        "NetworkModule",
        "differentiable",
        "from_module",
        "has_gradient",
        "nn",
        "to_module",
        "torch",
    ]
    for name in module.__all__:
        assert hasattr(module, name)


@pytest.mark.parametrize("name", NAMES_OF_MODULES)
def test_names_of_modules_can_be_imported(name: str) -> None:
    module = import_module(name)
    assert [n for n in NAMES_OF_MODULES[name].split() if not hasattr(module, n)] == []


def test_torch_module_without_torch_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from wann import UserError\n"
        "try:\n    import wann.torch_module\n"
        "except UserError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == ("expected PyTorch, which is not installed: pip install 'wann[torch]'\n")

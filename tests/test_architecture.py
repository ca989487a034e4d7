"""The plan of the house, held by reading the imports: rooms import rooms of lower rows alone.

An import inside a function counts like one at the top of a file: it may spare time at the start,
but no direction.
"""

import ast
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from paths import ROOT

GROUND = {
    "machine",
    "activations",
    "arrays",
    "config",
    "errors",
    "files",
    "own",
    "reading",
    "statistics",
    "streams",
    "terminal",
    "timing",
    "trust",
}
# Of these, what is a folder of small files.
GROUND_FOLDERS = {"activations", "config", "files", "machine", "own", "statistics"}
ROWS = [
    {"cli"},
    {"api"},
    {"experiments"},
    {"jobs", "weights", "pruning", "pages"},
    {"evaluators"},
    {"formats"},
    {"tasks", "evolution", "drawing"},
    {"runs", "datasets"},
    {"network"},
    {"envs"},
    {"kernels"},
    GROUND,
]
ROW_OF = {name: number for number, row in enumerate(ROWS) for name in row}
# What packs objects of a session for its own workers, and writes and reads no file.
SENDING = "wann.own.sending"
# What users import by these paths; nobody inside does.
DOORS = {"__init__", "__main__", "torch_module"}


def sources() -> list[Path]:
    files = [*(ROOT / "wann").glob("**/*.py"), *(ROOT / "envs").glob("**/*.py")]
    return [path for path in files if "wann/envs" not in path.as_posix() and not is_door(path)]


def is_door(path: Path) -> bool:
    return path.parent == ROOT / "wann" and path.stem in DOORS


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts if parts[0] == "wann" else ("wann", *parts))
    return name.removesuffix(".__init__")


MODULES = {module(path): path for path in sources()}
EVERY_SOURCE = pytest.mark.parametrize(
    "path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix()
)


def room(path: Path) -> str:
    return room_of(module(path))


def room_of(name: str) -> str:
    return name.split(".")[1]


def imports(path: Path) -> set[str]:
    """Return what a file imports anywhere: modules, and names out of them, with dots."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def modules_imported(path: Path) -> set[str]:
    """Return the modules of the project that a file imports."""
    found = set()
    for name in imports(path):
        if name == "wann" or name.startswith("wann."):
            found.add(name if name in MODULES else name.rpartition(".")[0])
    return found


@EVERY_SOURCE
def test_imports_go_down(path: Path) -> None:
    here = room(path)
    assert here in ROW_OF, f"{here} has no row in this test: is it one of the rooms?"
    for other in modules_imported(path):
        assert other in MODULES, (
            f"{path} imports {other}: a door is for users, or there is no such module"
        )
        there = other.split(".")[1]
        if there == here:
            continue
        if here in GROUND and there in GROUND:
            continue  # the circle test below holds those
        assert ROW_OF[there] > ROW_OF[here], f"{path.name} imports {other}, which is not below it"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: modules_imported(path) - {name} for name, path in MODULES.items()}
    # A package's own page may list what is in its modules: those do not import the page.
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_the_rooms_are_folders_and_few_files_lie_beside_them() -> None:
    beside = {path.stem for path in (ROOT / "wann").glob("*.py")}
    assert beside == GROUND - GROUND_FOLDERS | DOORS
    assert len(beside) <= 12
    folders = {path.parent.name for path in (ROOT / "wann").glob("*/__init__.py")} | {"envs"}
    assert folders == set(ROW_OF) - GROUND | GROUND_FOLDERS


def test_every_package_of_the_wheel_is_listed() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert set(listed) == {
        "wann",
        "wann.zoo_networks",  # files without code, in runs/reference
        *(name for name, path in MODULES.items() if path.name == "__init__.py"),
    }


def test_ray_is_imported_by_one_file_on_use() -> None:
    assert not [
        path for path in sources() if any(name.split(".")[0] == "ray" for name in imports(path))
    ]
    users = {path for path in sources() if 'import_module("ray")' in path.read_text()}
    assert users == {ROOT / "wann" / "evaluators" / "ray" / "cluster.py"}


def test_torch_is_imported_by_its_own_modules_alone() -> None:
    users = [
        path
        for path in sources()
        if {"torch", "safetensors"} & {n.split(".")[0] for n in imports(path)}
    ]
    elsewhere = {module(path) for path in users if room(path) != "pruning"}
    trained = ("wann.experiments.pruning.", "wann.experiments.encoding.")
    studies = {name for name in elsewhere if name.startswith(trained)}
    assert elsewhere - studies == {"wann.network.torch_activations"}
    importers = {
        module(path)
        for path in sources()
        if "wann.network.torch_module" in modules_imported(path)
        and room(path) not in ("network", "pruning")
    }
    inside = ("wann.experiments.comparison.", "wann.experiments.encoding.", "wann.api.")
    outside = {name for name in importers if not name.startswith(inside)}
    assert outside == {"wann.weights.gradient", "wann.weights.individual"}


def test_pruning_knows_models_and_files_and_only_experiments_and_commands_know_pruning() -> None:
    here = [path for path in sources() if room(path) == "pruning"]
    allowed = {"pruning", "datasets", "formats", "kernels", "network"} | GROUND
    for path in here:
        assert {name.split(".")[1] for name in modules_imported(path)} <= allowed, path.name
    users = {
        module(path)
        for path in sources()
        if room(path) != "pruning"
        and any(name.startswith("wann.pruning") for name in modules_imported(path))
    }
    studies = (
        "wann.experiments.encoding.",
        "wann.experiments.pruning.",
        "wann.experiments.comparison.contestants.",
        "wann.api.",
    )
    outside = {name for name in users if not name.startswith(studies)}
    assert outside == {
        "wann.cli.prune",
        "wann.experiments.growing.gradient_children",
        "wann.experiments.growing.mask_search",
        "wann.experiments.growing.start",
    }


def test_the_environments_know_the_compiler_and_its_maths_alone() -> None:
    known = ("jit", "maths", "maths32", "precision", "vectors")
    allowed = {f"wann.kernels.{name}" for name in known}
    for path in sources():
        if room(path) == "envs":
            assert {n for n in modules_imported(path) if room_of(n) != "envs"} <= allowed, path.name


@pytest.mark.parametrize(
    "command", ["import wann", "import sys; sys.argv[1:] = ['--help']; import wann.__main__"]
)
def test_torch_is_not_imported_before_it_is_used(command: str) -> None:
    check = "import atexit, sys; atexit.register(lambda: print('torch' in sys.modules)); "
    done = subprocess.run(
        [sys.executable, "-c", check + command], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.splitlines()[-1] == "False", done


@EVERY_SOURCE
def test_no_pickle_and_no_eval(path: Path) -> None:
    if module(path) != SENDING:
        assert not {"pickle", "dill", "cloudpickle", "marshal", "shelve"} & {
            n.split(".")[0] for n in imports(path)
        }
    calls = {
        n.func.id
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not {"eval", "exec"} & calls


@EVERY_SOURCE
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300

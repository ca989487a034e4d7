"""The plan of the house, held by reading the imports: a row may import the rows below it, and itself nowhere."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    {"__main__"},
    {"cli"},
    {"cli_tune", "cli_sweep", "cli_prune", "cli_compare"},
    {"sweeps", "studies", "flags_prune", "flags_compare"},
    {"compare"},
    {"experiment", "render", "progress", "flags_commands"},
    {"flags"},
    {"conditions"},
    {"tuning", "pruning"},
    {"measures", "rounds"},
    {"seeding"},
    {"evaluators", "champions", "loading", "trials", "islands", "steady", "completions"},
    {"tasks", "search", "formats", "runs", "recipes", "torch_module"},
    {"breeding"},
    {"crossover"},
    {"operators", "network", "ranking", "merged", "logits", "datasets"},
    {"kernels", "envs"},
    {"maths", "maths32", "config", "genome", "streams"},
    {"vectors"},
    {"parser"},
    {"errors", "activations", "jit", "files", "interrupts", "timing"},
]
ROW_OF = {name: number for number, row in enumerate(ROWS) for name in row}
# The environments stand alone but for the compiler and its maths; tasks use their kernels.
ENVS_MAY_IMPORT = {"jit", "maths", "vectors", "envs"}


def sources() -> list[Path]:
    files = [*(ROOT / "wann").glob("**/*.py"), *(ROOT / "envs").glob("**/*.py")]
    return [path for path in files if path != ROOT / "wann" / "__init__.py" and "wann/envs" not in path.as_posix()]


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "envs" if parts[0] == "envs" else Path(parts[1]).stem


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def rooms_imported(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("wann.")}


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_go_down(path: Path) -> None:
    here = room(path)
    assert here in ROW_OF, f"give {here} a row in tests/test_architecture.py"
    for other in rooms_imported(path) - {here}:
        assert ROW_OF[other] > ROW_OF[here], f"{path.name} imports {other}, which is not below it"
    if here == "envs":
        assert rooms_imported(path) <= ENVS_MAY_IMPORT


def test_ray_is_imported_by_one_file_on_use() -> None:
    assert not [path for path in sources() if any(name.split(".")[0] == "ray" for name in imports(path))]
    users = {path.name for path in sources() if 'import_module("ray")' in path.read_text()}
    assert users == {"cluster.py"}


def test_torch_is_imported_by_its_own_modules_alone() -> None:
    users = [path for path in sources() if {"torch", "safetensors"} & {n.split(".")[0] for n in imports(path)}]
    assert {path.stem for path in users if room(path) not in ("pruning", "studies")} <= {"torch_module"}
    importers = {path.stem for path in sources() if "torch_module" in rooms_imported(path) and room(path) != "pruning"}
    assert importers <= {"gradient", "individual", "pruned", "latency", "work", "exchange"}


def test_pruning_knows_models_and_files_and_nobody_knows_pruning() -> None:
    here = [path for path in sources() if room(path) == "pruning"]
    data = {"activations", "config", "datasets", "errors", "files", "formats", "genome", "network", "streams"}
    allowed = {"pruning", "torch_module", "jit", "kernels", "logits", "vectors", "timing"} | data
    for path in here:
        assert rooms_imported(path) <= allowed, path.name
    users = {room(path) for path in sources() if path not in here and "pruning" in rooms_imported(path)}
    assert users <= {"cli_prune", "studies", "compare"}


@pytest.mark.parametrize("command", ["import wann", "import sys; sys.argv[1:] = ['--help']; import wann.__main__"])
def test_torch_is_not_imported_before_it_is_used(command: str) -> None:
    check = "import atexit, sys; atexit.register(lambda: print('torch' in sys.modules)); "
    done = subprocess.run([sys.executable, "-c", check + command], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "False", done


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_pickle_and_no_eval(path: Path) -> None:
    assert not {"pickle", "dill", "cloudpickle", "marshal", "shelve"} & {n.split(".")[0] for n in imports(path)}
    calls = {
        n.func.id
        for n in ast.walk(ast.parse(path.read_text()))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert not {"eval", "exec"} & calls


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400

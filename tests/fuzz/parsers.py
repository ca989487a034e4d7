"""Every parser of files and flags, as a function of bytes that somebody else could have written.

A parser takes them, or refuses them by a `UserError` of one line. Anything else that it raises is a
fault. Each is given a folder of its own, in which the other files that it needs lie.
"""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import command_toys  # noqa: F401  the folder of toys is found

from wann.activations.declaration import read_declaration
from wann.config import SearchConfig, parse_setting
from wann.datasets.files import load_file
from wann.datasets.idx import parse_idx
from wann.datasets.images import Preparation
from wann.errors import UserError
from wann.experiments.comparison import filenames as comparison_files
from wann.experiments.comparison import row_files
from wann.experiments.comparison.front_networks import front_of
from wann.experiments.comparison.input_networks import check_finished, cost_of
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan
from wann.experiments.growing.recipes import load_recipe
from wann.experiments.growing.rows import GenerationRow
from wann.experiments.sweep.filenames import ACCURACY, EVALUATION, WORKER
from wann.experiments.sweep.filenames import PLAN as SWEEP
from wann.experiments.sweep.grid import parse_grid
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import RunStates
from wann.experiments.sweep.storage import FolderStore
from wann.formats import read_network, read_release_weights
from wann.jobs.plan_files import FolderFiles
from wann.jobs.seeds import parse_seeds
from wann.network.sparse.file import read_layers
from wann.reading import in_part, parse_json
from wann.runs.completions import read_completions
from wann.runs.digest import check_result
from wann.runs.rundir import RunDir
from wann.tasks.datasets import _check as check_dataset_settings
from wann.tasks.gym.settings import parse_settings
from wann.tasks.spec import code_in, parse_spec
from wann.weights.tuning_folder import stored_rows

Parser = Callable[[bytes, Path], Any]

HERE = Path(__file__).parent
CORPUS, ATTACKS = HERE / "corpus", HERE / "attacks"
# `wann search swingup-quick --population 16 --generations 3 --no-figures`: small, as each input of
# some parsers reads all of it
SMALL_RUN = HERE / "run"
JOB = ComparisonJob("run", "imp", 3)
SETTINGS = dataclasses.fields(SearchConfig)


def _file(name: str, read: Callable[[Path], Any]) -> Parser:
    """Return the parser of a file, which reads what lies at `name` in the folder."""

    def parse(content: bytes, folder: Path) -> Any:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return read(path)

    return parse


def _of_run(name: str, read: Callable[[Path], Any]) -> Parser:
    """Return the parser of a file of a run, whose other files are those of a good one."""

    def parse(content: bytes, folder: Path) -> Any:
        run = folder / "run"
        if not run.exists():
            shutil.copytree(SMALL_RUN, run)
            (run / "timing.jsonl").touch()
        (run / name).write_bytes(content)
        return read(run)

    return parse


def _text(read: Callable[[str], Any]) -> Parser:
    """Return the parser of a flag: the shell gives text, undecodable bytes as surrogates."""

    def parse(content: bytes, folder: Path) -> Any:
        return read(content.decode("utf-8", "surrogateescape"))

    return parse


def _setting(text: str) -> Any:
    number, _, value = text.partition("=")
    index = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    return parse_setting(SETTINGS[index % len(SETTINGS)], value)


def _spec(text: str) -> Any:
    name, settings = parse_spec(text)
    code_in(text)
    family, _, identity = name.partition(":")
    return (
        parse_settings(identity, settings).spec
        if family == "gym"
        else check_dataset_settings(name, settings)
    )


def _summary(run: Path) -> None:
    check_finished(run)
    cost_of(run)
    check_result(run)


def _environment(run: Path) -> Any:
    return RunDir.open(run).changed_versions(), RunDir.open(run).notes, cost_of(run)


def _learning_curve(run: Path) -> Any:
    return RunDir.open(run).rows(in_part(GenerationRow))


@cache
def _sweep() -> SweepPlan:
    return SweepPlan(RunDir.open(SMALL_RUN).config, {}, (0,), 5)


def _states(name: str) -> Parser:
    """Return the parser of what the worker of a sweep writes."""

    def read(run: Path) -> Any:
        folder = run.parent / "seed=0"
        if not folder.exists():
            shutil.copytree(SMALL_RUN, folder)
        (folder / name).write_bytes((run / name).read_bytes())
        return RunStates(FolderStore(str(run.parent)), _sweep(), "session").read()

    return _of_run(name, read)


def _release(path: Path) -> Any:
    network = read_network(CORPUS / "network.out" / "cartpole", 5, 1)
    return read_release_weights(path, network, 0.0)


def _comparison_row(path: Path) -> Any:
    return row_files.read_row(path.parents[4], JOB)


PARSERS: dict[str, Parser] = {
    "json": lambda content, folder: parse_json(content),
    "network.json": _file("network.json", read_network),
    "network.out": _file("network.out", lambda path: read_network(path, 5, 1)),
    "release.json": _file("release.json", _release),
    "recipe.toml": _file("recipe.toml", lambda path: load_recipe(str(path))),
    "config.json": _of_run("config.json", lambda run: RunDir.open(run).config),
    "front.json": _of_run("front.json", front_of),
    "generations.jsonl": _of_run("generations.jsonl", _learning_curve),
    "summary.json": _of_run("summary.json", _summary),
    "environment.json": _of_run("environment.json", _environment),
    "checkpoint.npz": _of_run("checkpoint.npz", lambda run: RunDir.open(run).load_checkpoint()),
    "completions.jsonl": _file("completions.jsonl", read_completions),
    "worker.json": _states(WORKER),
    "evaluation.json": _states(EVALUATION),
    "accuracy.json": _states(ACCURACY),
    "sweep.json": _file(
        "sweep.json", lambda path: SWEEP.read(FolderFiles(path.parent), SweepPlan.from_dict)
    ),
    "compare.json": _file(
        "compare.json",
        lambda path: comparison_files.PLAN.read(FolderFiles(path.parent), ComparisonPlan.from_dict),
    ),
    "comparison-row.json": _file(
        f"rows/{JOB.champion}/{JOB.name}/seed={JOB.seed}/row.json", _comparison_row
    ),
    "tuning.jsonl": _file("generations.jsonl", stored_rows),
    "sparse.safetensors": lambda content, folder: read_layers(content),
    "idx": lambda content, folder: parse_idx(content, "the file"),
    "data.npz": _file("data.npz", lambda path: load_file(path, Preparation(False, None))),
    "task-spec": _text(_spec),
    "setting": _text(_setting),
    "stage": _text(lambda text: SearchConfig(stage=(text,))),
    "seeds": _text(parse_seeds),
    "activation": _text(read_declaration),
    "grid": _text(lambda text: parse_grid(text.split(" "))),
}


def torch_parsers() -> dict[str, Parser]:
    """Return the parsers that need PyTorch."""
    from wann.experiments.pruning import filenames, step_files
    from wann.experiments.pruning.plan import StudyPlan
    from wann.pruning import masks

    return {
        "study.json": _file(
            "study.json",
            lambda path: filenames.PLAN.read(FolderFiles(path.parent), StudyPlan.from_dict),
        ),
        "study-row.json": _file(
            "seed=0/snip/density=0.5/row.json", lambda path: step_files.read_row(path.parent)
        ),
        "masks.safetensors": _file("masks.safetensors", masks.load),
        "weights.safetensors": _file(
            "trained.safetensors", lambda path: step_files.read_state(path.parent, "trained", "cpu")
        ),
    }


def check(parse: Parser, content: bytes, folder: Path) -> bool:
    """Return whether a parser takes some bytes; AssertionError unless it refuses them in a line."""
    try:
        parse(content, folder)
    except UserError as error:
        said = str(error)
        assert len(said.splitlines()) == 1, f"not one line: {said!r}"
        assert len(said) < 2000, f"{len(said)} characters: {said[:200]!r}"
        return False
    return True


def corpus(name: str) -> list[bytes]:
    """Return the good inputs of a parser."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def attacks() -> Iterator[tuple[str, bytes]]:
    """Yield the hostile files that all parsers are given, by their names."""
    for path in sorted(ATTACKS.iterdir()):
        yield path.name, path.read_bytes()
    # Too long or too odd for files
    yield "deep-list", b"[" * 100_000
    yield "deep-objects", b'{"a":' * 100_000
    yield "deep-but-closed", b"[" * 500 + b"]" * 500
    yield "long-number", b"1" * 100_000
    yield "long-text", b'"' + b"a" * 1_000_000 + b'"'
    yield "zeros", bytes(10_000)
    yield "ones", b"\xff" * 10_000

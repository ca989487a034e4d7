"""The networks that the user wants compared: champions of runs, and networks in files.

They are checked to be of one task.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.labels import labels_of
from wann.experiments.growing.rows import GenerationRow, RunSummary
from wann.formats.load import load_network, network_path
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_reader import task_in
from wann.network.network import without_recurrence
from wann.reading import in_part
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.runs.versions import Environment
from wann.tasks import registry
from wann.tasks.seen_alike import left_out, seen_alike
from wann.tasks.task import Task

_COSTS = ("generations", "env_steps")


class Input(NamedTuple):
    """A network that a user wants compared."""

    given: Path | LoadedNetwork  # the path of a run or file, or the network itself
    label: str | None = None  # what it is called; None: after its path

    @property
    def name(self) -> str:
        """What messages call it."""
        if self.label is not None:
            return self.label
        return str(self.given) if isinstance(self.given, Path) else self.given.name

    @property
    def path(self) -> Path | None:
        """Where it is from; None for a network that may be another one than that in its file."""
        return self.given if isinstance(self.given, Path) else None

    @property
    def place(self) -> Path | None:
        """The path that it is called after where it has no label; None where it is in no file."""
        return self.given if isinstance(self.given, Path) else self.given.path

    def own_task(self) -> str | None:
        """Return the spec of what it was grown for, None where that is not known."""
        return _own_task(self.given) if isinstance(self.given, Path) else self.given.task

    def task_in_file(self) -> str | None:
        """Return the spec that its own file names, with what was measured for its inputs."""
        given = self.given
        return task_in(network_path(given)) if isinstance(given, Path) else given.task

    def load(self, task: Task) -> LoadedNetwork:
        """Return the network; UserError for a run that is unfinished, or what cannot be read."""
        if not isinstance(self.given, Path):
            return self.given
        if self.given.is_dir():
            check_finished(self.given)
        return load_network(self.given, task)


def task_of(inputs: Sequence[Input], spec: str | None) -> Task:
    """Return the task with that spec, or the one that all networks were grown for.

    UserError if there is no spec and the tasks of the networks differ or are not known, or they do
    not see alike what is in the spec.
    """
    if spec:
        return _seen_alike(inputs, spec)
    specs = [(one, one.own_task()) for one in inputs]
    for one, own in specs:
        if own is None:
            raise UserError(f"{one.name} does not say what it was grown for: give --task")
    (first, of_first), *others = specs
    for one, own in others:
        if own != of_first:
            raise UserError(
                f"{one.name} was grown for {own}, {first.name} for {of_first}: expected networks "
                "of one task, or --task"
            )
    assert of_first is not None
    return registry.task_of(of_first, first.path or first.name)


def _seen_alike(inputs: Sequence[Input], spec: str) -> Task:
    """Return the task of `spec`, whose observations networks read as those they were grown for."""
    if not spec.startswith("gym:"):
        return registry.task_of(spec, "--task")
    (first, task), *others = [
        (one, seen_alike(spec, one.task_in_file(), "--task")) for one in inputs
    ]
    for one, other in others:
        if other.spec != task.spec:
            raise UserError(
                f"{one.name} and {first.name} were grown with observations that are scaled or read "
                f"otherwise: expected networks that see {task.name} alike; compare them apart, or "
                'say how in --task, as in {"normalise": true}'
            )
    return task


def left_out_of(inputs: Sequence[Input], spec: str | None) -> list[str]:
    """Return a line for wrappers that networks were grown with and the environment `spec` lacks."""
    if spec is None or not spec.startswith("gym:"):
        return []
    return sorted({line for one in inputs for line in left_out(spec, one.task_in_file())})


def champions_of(inputs: Sequence[Input], task: Task) -> list[Champion]:
    """Return the networks, each with a label of its own.

    UserError for a run that is unfinished, and for a network that does not fit the task or has no
    connection.
    """
    found: list[Champion] = []
    places = [one.place for one in inputs]
    for one, label in zip(inputs, labels_of([one.label for one in inputs], places), strict=True):
        loaded = one.load(task)
        loaded.check_fits(task)
        without_recurrence(
            loaded,
            f"{one.name}: only feed-forward networks are compared",
            "wann evaluate measures it",
        )
        if not loaded.connections:
            raise UserError(f"{one.name} has no connections: there is nothing to compare")
        cost = {} if one.path is None else cost_of(one.path)
        found.append(Champion(label, one.path, loaded, loaded.weights, cost))
    return found


def check_finished(path: Path) -> None:
    """Raise UserError if the run at `path` is still going on, or was stopped before its end."""
    if not (path / filenames.CONFIG).exists():
        return  # `load_network` says what is missing
    stands = how_far(path)
    if stands is not None:
        raise UserError(
            f"{path} is still in progress ({stands}): let it finish, go on "
            f"with it by `wann resume {path}`, or compare its champion as it is: "
            f"{path / filenames.CHAMPION}"
        )


def how_far(path: Path) -> str | None:
    """Return how far the run at `path` is, in words; None where it is finished."""
    run = RunDir.open(path)
    summary: Any = {}
    if (path / filenames.SUMMARY).exists():
        summary = run.read_json(filenames.SUMMARY, in_part(RunSummary))
    if summary.get("finished"):
        return None
    return f"{len(run.rows(in_part(GenerationRow)))} of {run.config.rounds} generations"


def _own_task(path: Path) -> str | None:
    if path.is_dir() and (path / filenames.CONFIG).exists():
        return RunDir.open(path).config.task
    return load_network(path).task


def cost_of(path: Path) -> dict[str, Any]:
    """Return what the search of the run at `path` took, empty where `path` is no run.

    Its seconds are those of one core.
    """
    if not (path / filenames.SUMMARY).is_file():
        return {}
    summary = RunDir(path).read_json(filenames.SUMMARY, in_part(RunSummary))
    cost = {name: summary[name] for name in _COSTS if isinstance(summary.get(name), int | float)}
    threads = _threads_of(path)
    return cost | (
        {"seconds": round(threads * summary["seconds"], 3)}
        if threads and "seconds" in summary
        else {}
    )


def _threads_of(path: Path) -> int | None:
    """Return on how many threads the run at `path` was made.

    None where its files do not say, as they do not for the workers of a cluster.
    """
    if not (path / filenames.ENVIRONMENT).is_file():
        return None
    environment = RunDir(path).read_json(filenames.ENVIRONMENT, Environment)
    command = list(environment.get("command", []))
    if "--ray" in command:
        return None
    asked = command[command.index("--threads") + 1 :][:1] if "--threads" in command else []
    return int(asked[0]) if asked and asked[0].isdigit() else environment.get("cores")

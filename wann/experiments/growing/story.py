"""The story of a run for its page, out of its folder: milestones, front and lineage.

What an older run did not record is left out, which is said.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from wann.config import EVOLUTION
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.experiments.growing.pictures import MakeEvaluator
from wann.experiments.growing.rows import FrontRow, meaning_of
from wann.files import inside
from wann.formats import NetworkFile, read_network
from wann.formats.export.header import count
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.pages.lineage import line_data, line_to
from wann.pages.player import Profile
from wann.pages.story import Told, chosen_milestones, story_data
from wann.runs import filenames
from wann.runs.lineage import read_lineage
from wann.runs.rundir import RunDir
from wann.tasks.classify import Classification
from wann.tasks.task import Task
from wann.weights import measures
from wann.weights.measuring import Measuring

# Fewer episodes than the champion's own profile has: there are many networks here.
_PROFILE_EPISODES = 10
_LEFT_OUT = {
    "milestones": "the champions of earlier generations",
    "front": "the front",
    "line": "which mutation brought what",
}

# What measures the profile of a network; of one that is not measured it is empty.
Measure = Callable[[Network], Profile]


def story_of_run(run: RunDir, task: Task | None, make_evaluator: MakeEvaluator) -> dict[str, Any]:
    """Return the data of a run's story for its page.

    What the run does not have is left out, and said. Profiles are measured where the environment is
    compiled, or a data set. UserError where a file of the run is damaged.
    """
    if task is None or task.workers != "threads":
        return _told(run, task, lambda _network: ())
    with make_evaluator(task) as evaluator:
        return _told(run, task, lambda network: _profile(network, task, evaluator))


def _told(run: RunDir, task: Task | None, measure: Measure) -> dict[str, Any]:
    champions = _champions(run.path)
    generations = [generation for generation, _, _ in champions]
    found: dict[str, Any] = {
        "milestones": [_milestone(*champions[i], measure) for i in chosen_milestones(generations)],
        "front": _front(run, measure, isinstance(task, Classification)),
        "line": _line(run.path, task),
    }
    bred = run.config.method == EVOLUTION
    missing = [
        what
        for name, what in _LEFT_OUT.items()
        if not found[name] and (bred or name != "line")  # elsewhere nobody descends from another
    ]
    return story_data(
        **found,
        measure=meaning_of(run.config).mean,
        notes=[_not_there(missing)] if missing else [],
    )


def _not_there(missing: Sequence[str]) -> str:
    listed = " and ".join(filter(None, [", ".join(missing[:-1]), missing[-1]]))
    return f"Left out, because it is not stored beside this run: {listed}."


def _champions(path: Path) -> list[tuple[int, Network, float]]:
    """Return generation, network and confirmed mean of each champion that the run had."""
    found = []
    for file in sorted((path / filenames.CHAMPIONS).glob("*.json")):
        if file.stem.isdecimal():
            read = read_network(file)
            mean = _confirmed(read).get("mean")
            if isinstance(mean, int | float):
                found.append((int(file.stem), compile_genome(read.genome), float(mean)))
    return found


def _milestone(generation: int, network: Network, mean: float, measure: Measure) -> Told:
    label = f"Champion of generation {generation}"
    return Told(label, network, generation, mean, measure(network))


def _front(run: RunDir, measure: Measure, classifies: bool) -> list[Told]:
    """Return the networks of the confirmed front; of data sets without their profiles."""
    table = run.path / filenames.FRONT
    if not table.is_file():
        return []
    found = []
    rows: Sequence[dict[str, Any]] = run.read_json(filenames.FRONT, list[FrontRow])
    for row in rows:
        path = inside(run.path, row["network"], table)
        if not path.is_file():
            continue
        network = compile_genome(read_network(path).genome)
        found.append(
            Told(
                f"Front: {count(network.connections, 'connection')}",
                network,
                row.get("generation"),
                row.get("mean"),
                () if classifies else measure(network),
                bool(row.get("champion")),
            )
        )
    return found


def _line(path: Path, task: Task | None) -> list[dict[str, Any]]:
    """Return the lineage of the champion, empty where it is not known, as in older runs."""
    rows = read_lineage(path) or []
    champions = [row for row in rows if row.champion is not None]
    if not champions:
        return []
    last = max(champions, key=lambda row: (row.champion, row.birth))
    return line_data(line_to(rows, last.birth), *_names(task))


def _names(task: Task | None) -> tuple[Sequence[str], Sequence[str]]:
    """Return what inputs and outputs are called in sentences."""
    if task is None:
        return (), ()
    inputs, outputs = task.input_names, task.output_names
    if isinstance(task, Classification):
        outputs = [f"class {name}" for name in outputs]
        if len(task.dataset.shape) == 2:
            inputs = [f"pixel {name}" for name in inputs]
    return inputs, outputs


def _confirmed(read: NetworkFile) -> dict[str, Any]:
    found = read.info.get("confirmed")
    return found if isinstance(found, dict) else {}


def _profile(network: Network, task: Task, evaluator: Evaluator) -> Profile:
    try:
        grid = measures.profile(Measuring(task.held_out, network, evaluator), _PROFILE_EPISODES)
    except UserError:  # it does not fit the task any more
        return ()
    return [(weight, measure.mean) for weight, measure in grid]

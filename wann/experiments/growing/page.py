"""The page of a run, or of a network: its champion acts live in the browser.

What a page needs may be missing: the data set, the module of an environment. Then that part is left
out, and the page says so.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import STRATEGY, TRAINING_WEIGHTS
from wann.errors import UserError, in_one_line
from wann.evaluators.make import make_evaluator
from wann.experiments.growing.network_pictures import PROFILE_EPISODES
from wann.experiments.growing.pictures import MakeEvaluator
from wann.experiments.growing.pruned_network import PrunedNetwork, pruned_network
from wann.experiments.growing.rows import RunSummary
from wann.experiments.growing.story import story_of_run
from wann.formats.export.header import count
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_reader import read_network
from wann.pages import Contestant, Section, classifier_data, make_page, player_data
from wann.pages.player import CONFIRMED, EXAMPLES, TRAINED, Offered, Profile
from wann.reading import in_part
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.classify import Classification
from wann.tasks.fitness import ACCURACY
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.terminal import warn
from wann.weights import measures
from wann.weights.measuring import Measuring

_TUNED = "tuned-individual*.json"  # what `wann tune` writes into a run
_NAMES = {
    "swingup": "cart-pole swing-up",
    "swingup-hard": "cart-pole swing-up in 200 steps",
    "swingup-memory": "cart-pole swing-up without velocities",
}


class Shown(NamedTuple):
    """A network on a page, and what is known of it."""

    network: LoadedNetwork
    label: str
    training_weights: Sequence[float]
    note: str = ""
    offered: Offered = TRAINED  # what the training weights are said to be
    tuned: NDArray[np.float64] | None = None  # (connections,) of a tuning of the network
    run: RunDir | None = None  # whose champion it is, where its story is told
    progress: Mapping[str, float] | None = None  # of a search under way, as web/follow.js reads it


def page_of_network(
    loaded: LoadedNetwork, evaluator: MakeEvaluator, profile: Profile | None = None
) -> str:
    """Return the page of a network.

    `evaluator` scores it for its profile, unless that is given.
    """
    label = loaded.path.stem if loaded.path else "network"
    # A file does not say at which weights its network was trained, if at any
    return _page(Shown(loaded, label, TRAINING_WEIGHTS, offered=EXAMPLES), evaluator, profile)


def page_of_run(path: Path, evaluator: MakeEvaluator, profile: Profile | None = None) -> str:
    """Return the page of the run at `path`, its champion first; see `page_of_network`.

    UserError if `path` is no run, or has no champion yet.
    """
    run = RunDir.open(path)
    champion = load_network(path)
    shown = Shown(
        champion,
        path.resolve().name,
        run.config.weights,
        _story_so_far(run),
        tuned=_tuned_weights(path, champion),
        run=run,
        offered=_offered(run),
    )
    return _page(shown, evaluator, profile)


def page_of_search(
    path: Path,
    profile: Profile,
    progress: Mapping[str, float] | None,
    episodes: int = PROFILE_EPISODES,
) -> str:
    """Return the page of a search under way: its champion so far, without its story.

    Args:
        path: of the run.
        profile: what the champion earns over shared weights; empty where that is not measured.
        progress: `generation` of `generations`, and after how many `seconds` the page may be loaded
            again; None where it will not be made anew.
        episodes: over how many the profile is measured.
    """
    run = RunDir.open(path)
    label, so_far = path.resolve().name, "This is the champion so far."
    if profile and episodes < PROFILE_EPISODES:
        so_far += f" Its curve is a mean of {count(episodes, 'episode')} as yet."
    weights, offered = run.config.weights, _offered(run)
    shown = Shown(load_network(path), label, weights, so_far, offered, progress=progress)
    return _page(shown, make_evaluator, profile)


def _offered(run: RunDir) -> Offered:
    """Return what the weights of a run are said to be; stratified ones are drawn anew."""
    return CONFIRMED if run.config.weight_series == "stratified" else TRAINED


def _page(shown: Shown, make_evaluator: MakeEvaluator, profile: Profile | None) -> str:
    network = shown.network
    task, why = _task_of(network)
    pruned, unknown = _pruned(network) if task is None else (None, "")
    if pruned:
        task = pruned.task
        shown = shown._replace(label=pruned.label, note=pruned.note)
    why = why or unknown
    if task and profile is None:
        measured = pruned.scaled_task if pruned else task
        profile, unmeasured = _profile(network, measured, make_evaluator)
        why = why or unmeasured
    own = shown.tuned if shown.tuned is not None else network.weights
    note = " ".join(filter(None, [shown.note, why]))
    acting = (
        [Contestant(shown.label, network.network, own, note)],
        shown.training_weights,
        [profile or []],
    )
    how: dict[str, Any] = {
        "offered": shown.offered,
        "own_label": "Own weights" if shown.tuned is None else "Tuned weights",
        "begin_with_own": network.weights is not None,
    }
    if isinstance(task, Classification):
        part, player = (
            "classifier",
            classifier_data(task, *acting, scaling=pruned.scaling if pruned else None, **how),
        )
    else:
        part, player = "player", player_data(task, *acting, **how)
    sections, data = [Section("player", part)], {"player": player}
    if shown.progress is not None:
        sections.insert(0, Section("follow", "follow"))
        data["follow"] = dict(shown.progress)
    if shown.run:
        section, data["story"] = _story(shown.run, task, make_evaluator)
        sections.append(section)
    return make_page(_title(network, task), sections, data, _lead(own, player))


def _story(
    run: RunDir, task: Task | None, make_evaluator: MakeEvaluator
) -> tuple[Section, dict[str, Any]]:
    """Return the section of a run's story, and its data."""
    try:
        story = story_of_run(run, task, make_evaluator)
    except (UserError, OSError) as problem:
        return Section("story", "story", "", f"How it came about is left out: {problem}."), {}
    return Section("story", "story", "How it came about" if story["told"] else ""), story


def _task_of(network: LoadedNetwork) -> tuple[Task | None, str]:
    """Return the task of a network or, without one that fits, a sentence that says so.

    The reason is told on stderr: it may name folders, which are nobody's business on a page.
    """
    if network.task is None:
        return None, ""
    try:
        task = task_of(network.task, network.name)
        network.check_fits(task)
    except UserError as problem:
        warn(f"the page has no scene and no profile: {problem}")
        name = network.task.partition(" {")[0]
        return None, f"It is for {name}, which was not to be had where this page was made."
    return task, ""


def _pruned(network: LoadedNetwork) -> tuple[PrunedNetwork | None, str]:
    """Return what is known of a network pruned from a model or, where it fails, a sentence why."""
    try:
        return pruned_network(network), ""
    except UserError as problem:
        return None, f"The data that it was trained on cannot be shown here: {problem}."


def _profile(
    network: LoadedNetwork, task: Task, make_evaluator: MakeEvaluator
) -> tuple[Profile, str]:
    """Return what a network earns over shared weights or, where that fails, a sentence of it.

    The reason is told on stderr.
    """
    try:
        with make_evaluator(task) as evaluator:
            grid = measures.profile(Measuring(task.held_out, network, evaluator), PROFILE_EPISODES)
    # Environments of any kind lie behind it
    except (Exception, SystemExit) as problem:
        said = in_one_line(problem) if isinstance(problem, Exception) else type(problem).__name__
        warn(f"the page has no profile: {said}")
        return [], "What it earns over shared weights could not be measured."
    return [(weight, measure.mean) for weight, measure in grid], ""


def _tuned_weights(path: Path, champion: LoadedNetwork) -> NDArray[np.float64] | None:
    """Return the weights that the champion of a run was tuned to last, None where it was not."""
    files = [file for file in path.glob(_TUNED) if file.is_file()]
    for file in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True):
        try:
            tuned = LoadedNetwork.from_file(read_network(file), file)
        except (UserError, OSError):
            continue
        if tuned.network == champion.network and tuned.weights is not None:
            return tuned.weights
    return None


def _story_so_far(run: RunDir) -> str:
    """Return a sentence on how far the search is, "" where nothing is known of that."""
    if not (run.path / filenames.SUMMARY).is_file():
        return "The search is still under way, or was cut off: this is its champion so far."
    summary: dict[str, Any] = run.read_json(filenames.SUMMARY, in_part(RunSummary))
    generations, finished = summary.get("generations"), summary.get("finished")
    if generations is None:
        return ""
    if not finished:
        return f"Stopped after {generations} generations: this is its champion so far."
    if summary.get("measure") == ACCURACY:
        blocks = count(generations, "block")
        return f"Pruned under shared weights: what is kept was trained in {blocks} of steps."
    made = count(generations, "generation")
    if run.config.method == STRATEGY:
        return f"Pruned under shared weights: what is kept was found in {made} of candidates."
    return f"Grown in {made}."


def _title(network: LoadedNetwork, task: Task | None) -> str:
    size = count(network.connections, "connection")
    if task is None:
        return f"A network of {size}"
    name = task.name.removeprefix("gym:")
    return f"A network of {size} for {_NAMES.get(name, name)}"


def _lead(own: NDArray[np.float64] | None, player: Mapping[str, Any]) -> str:
    [one], task = player["contestants"], player["task"]
    what = "see what it earns there" if one["profile"] else "see what its nodes say"
    if task and (task["scene"] or "examples" in player):
        what = "see how it does"
    if own is None:
        return f"All connections of this network share one weight. Drag it, and {what}."
    return (
        "Give all connections of this network one weight that you drag, or each its own, and "
        f"{what}."
    )

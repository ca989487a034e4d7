"""The network that a call is about and the task it is scored on, out of what a user gave."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wann.api.arguments import check_settings, of_kind
from wann.api.data_files import DataFile, is_frame
from wann.api.load import load
from wann.api.notes import noted
from wann.api.paths import is_place, path_of
from wann.api.scored_on import scored_on, with_settings
from wann.api.searched import task_in_memory
from wann.config import DatasetSettings, EnvironmentSettings
from wann.errors import UserError
from wann.formats.load import load_network, network_path
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_reader import facts_in
from wann.runs.digest import CODING
from wann.tasks.datasets import coded_alike, with_array_coding
from wann.tasks.registry import task_of
from wann.tasks.seen_alike import left_out, seen_alike
from wann.tasks.spec import make_spec, parse_spec
from wann.tasks.task import Task


class Subject(NamedTuple):
    """A network, and what it is scored on."""

    network: LoadedNetwork
    task: Task
    data: DataFile | None = None  # the data of the task, where they are in no file as yet


def subject_of(
    given: Any,
    task: Any,
    env: Any,
    dataset: Any,
    settings: Mapping[str, Any],
    *,
    scored_whole: bool = False,
) -> Subject:
    """Return the network that a call is about, and what it is scored on.

    A table is read like the one that the network was grown for, and an environment is seen like
    that one, unless the settings say how.

    Args:
        given: a run or a file, or an object that is or has a network.
        task: the spec of a task, one, or a class or function of one's own that makes one.
        env: an environment, in place of `task`.
        dataset: a data set, in place of `task`.
        settings: of environment or data set, by the names of their arguments; without either,
            those of an environment change the one that the network was grown for. Without any of
            them the network is scored on what it was grown for.
        scored_whole: whether all rows of another table are for the test, none for training.

    Raises:
        UserError: there is no such network or task, or the two do not fit.
    """
    if isinstance(task, Task):
        return _checked(Subject(as_network(given, task), task))
    check_settings(settings, EnvironmentSettings, DatasetSettings)
    of_environment, of_dataset = (
        of_kind(settings, kind) for kind in (EnvironmentSettings, DatasetSettings)
    )
    _refuse_cuts(of_environment)
    if of_environment and env is None and dataset is None and task is None:
        changed = with_settings(_task_known_of(given) or "", of_environment)
        if changed:
            asked = task_of(changed, str(given)).frozen()
            return _checked(Subject(as_network(given, asked), asked))
    if is_frame(dataset) and of_dataset.get("label") is None:
        of_dataset |= _label_known(_task_known_of(given))
    spec = scored_on(env, dataset, task, of_environment, of_dataset)
    if spec is None:
        network = as_network(given)
        return _checked(Subject(network, task_of(network.task_or_default, network.name)))
    known = _task_known_of(given)
    if isinstance(spec, DataFile):
        data = _coded_alike(spec, known, scored_whole)
        in_memory = task_in_memory(data, None)
        return _checked(Subject(as_network(given, in_memory), in_memory, data))
    noted(left_out(spec, known))
    asked = seen_alike(coded_alike(spec, known, scored_whole), known, "--task").frozen()
    return _checked(Subject(as_network(given, asked), asked))


def _refuse_cuts(settings: Mapping[str, Any]) -> None:
    """Raise UserError for what cuts the episodes of searches alone."""
    for name in ("search_steps", "stuck_steps"):
        if settings.get(name) is not None:
            raise UserError(
                f"{name} cuts the episodes of a search, and networks are measured on whole ones: "
                "leave it out, or cut all episodes with max_steps"
            )


def as_network(given: Any, task: Task | None = None) -> LoadedNetwork:
    """Return the network that a user gave as a path, or as an object that is or has one.

    `task` says how many inputs and outputs there are, where a file does not show that.
    """
    if is_place(given):
        path = path_of(given, "network")
        return load(path) if task is None else load_network(path, task)
    return load(given)


def _task_known_of(given: Any) -> str | None:
    """Return the spec of what a network was grown for, as far as that can be told.

    It has the coding of the data with it.
    """
    if is_place(given):
        task, info = facts_in(network_path(path_of(given, "network")))
    else:
        network = as_network(given)
        task, info = network.task, network.info
    return with_array_coding(task, info.get(CODING))


def _label_known(known: str | None) -> dict[str, Any]:
    """Return the column with the classes in the table that a network was grown for, if it was."""
    name, settings = parse_spec(known) if known else ("", {})
    label = settings.get("label")
    return {"label": label} if name.startswith("data:") and isinstance(label, str) else {}


def _coded_alike(data: DataFile, known: str | None, scored_whole: bool) -> DataFile:
    spec = make_spec(f"data:{data.name}", data.settings)
    new = scored_whole and not _may_be(data, known)
    _, settings = parse_spec(coded_alike(spec, known, new))
    return data._replace(settings=settings)


def _may_be(data: DataFile, known: str | None) -> bool:
    """Whether data may be what a network was grown for: of another session's nobody can tell."""
    old = parse_spec(known)[0].removeprefix("data:") if known else ""
    path = Path(old)
    return old.startswith("session:") or (path.is_file() and path.read_bytes() == data.content)


def _checked(subject: Subject) -> Subject:
    subject.network.check_fits(subject.task)
    return subject

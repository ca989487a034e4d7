"""The task of an environment that a network sees as it saw the one that it was grown for."""

from typing import Any

from wann.tasks.registry import task_of
from wann.tasks.spec import make_spec, parse_spec
from wann.tasks.task import Task

# Settings by which pictures become inputs: one says what the other would
_OF_PICTURES = ("encoder", "flatten_pictures")


def seen_alike(spec: str, known: str | None, wanted_by: object) -> Task:
    """Return the task of `spec`, whose observations reach a network as those of `known` did.

    `known` is the spec of the network's own task. Where both are environments, observations are
    scaled by the statistics that are stored with the network, and pictures read as there, unless
    `spec` says how itself; statistics of another number of inputs are left out, as the network then
    does not fit, which its user is told. Other tasks are those of their spec alone.

    UserError if there is no such task, or it needs a module that the user neither named nor trusts.
    """
    name, settings = parse_spec(spec)
    if known is None or not (_is_environment(name) and _is_environment(known)):
        return task_of(spec, wanted_by)
    given = {**_pictures(settings, known), **settings}
    task = task_of(make_spec(name, given), wanted_by)
    statistics = None if "normalise" in given else _statistics(known)
    if statistics is None or len(statistics["mean"]) != task.inputs:
        return task
    return task_of(make_spec(name, {**given, "normalise": statistics}), wanted_by)


def left_out(spec: str, known: str | None) -> list[str]:
    """Return a line where a network was grown with wrappers that the environment of `spec` lacks.

    They may change what it sees and does. They are written for an environment, so that others are
    not put into them unasked.
    """
    name, settings = parse_spec(spec)
    wrap = parse_spec(known)[1].get("wrap") if known and _is_environment(known) else None
    if not (wrap and _is_environment(name)) or "wrap" in settings:
        return []
    return [
        f"{name} is played without the wrappers of the network's own environment "
        f"({', '.join(map(str, wrap))}): --wrap puts them around it"
    ]


def _is_environment(spec: str) -> bool:
    return spec.startswith("gym:")


def _pictures(settings: dict[str, Any], known: str) -> dict[str, Any]:
    """Return how pictures are read in the environment `known`, unless `settings` say it."""
    if any(key in settings for key in _OF_PICTURES):
        return {}
    _, own = parse_spec(known)
    return {key: own[key] for key in _OF_PICTURES if key in own}


def _statistics(known: str) -> dict[str, Any] | None:
    """Return what observations of the environment `known` are scaled by, as specs have it."""
    _, own = parse_spec(known)
    if own.get("normalise") is True:  # still to be measured there
        _, own = parse_spec(task_of(known, "the network's own task").frozen().spec)
    found = own.get("normalise")
    return found if isinstance(found, dict) and isinstance(found.get("mean"), list) else None

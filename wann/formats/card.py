"""Model cards: what a network is, what it earns, and how it was made, on one short page.

What was measured for a card stands in the network's file, under `card` in its `info`, as JSON:

    {"returns": {"tuned_shared": {"mean": 820.1, "ci95": [801.2, 838.0], "n": 100, ...}, ...},
     "unit": "return", "episodes": 100, "seed": 0, "digest": "...",
     "tuning": {"generations": 100, ...}, "command": "wann search swingup --seed 0",
     "versions": {"wann": "0.1.0", ...}}
"""

from collections.abc import Mapping
from typing import Any

from wann.config import CONDITION_NAMES, TuneConfig
from wann.network.digest import network_digest
from wann.network.network import Network
from wann.tasks.fitness import RETURN, fitness_of
from wann.tasks.spec import shown_spec
from wann.terminal import printable

KEY = "card"
_TUNING = ("generations", "population", "races")
_UNITS = {"accuracy": "accuracy on held-out examples", "return": "mean return, held-out episodes"}


def card_text(network: Network, weights: Any, task: str | None, info: Mapping[str, Any]) -> str:
    """Return the card of a network as Markdown; what is not known of it is left out.

    Args:
        network: its structure.
        weights: its own weights (connections,), None where all connections share one.
        task: the spec of its task, None where that is not known.
        info: what its file holds beside it.
    """
    measured = info.get(KEY)
    found = measured if isinstance(measured, Mapping) else {}
    digest = network_digest(network, weights)
    title = task.partition(" {")[0] if task else "no task named"
    lines = [
        f"# Network for {_plain(title)}",
        "",
        f"- Size: {network.connections} connections, {network.hidden} hidden nodes, "
        f"{network.inputs} inputs, {network.outputs} outputs",
        f"- Weights: {'one that all connections share' if weights is None else 'its own'}",
        f"- Digest: {digest}",
    ]
    if task:
        lines.append(f"- Task: `{_plain(shown_spec(task))}`")
    lines += _confirmed(info, task) + _returns(found, digest)
    lines += _reproduce(found, info)
    return "\n".join(lines) + "\n"


def _returns(found: Mapping[str, Any], digest: str) -> list[str]:
    """Return the table of the four conditions; nothing, where they are of another network."""
    returns = found.get("returns")
    if not isinstance(returns, Mapping) or found.get("digest") != digest:
        return []
    unit = _UNITS.get(str(found.get("unit")), "mean")
    rows = [
        f"| {_plain(str(name)).replace('_', ' ')} | {_number(row.get('mean'))} | "
        f"{_interval(row.get('ci95'))} | {_number(row.get('n'))} |"
        for name in (*CONDITION_NAMES, *sorted(map(str, returns.keys() - set(CONDITION_NAMES))))
        if isinstance(row := returns.get(name), Mapping)
    ]
    return ["", f"| weights | {unit} | 95 % interval | n |", "|---|---|---|---|", *rows]


def _confirmed(info: Mapping[str, Any], task: str | None) -> list[str]:
    """Return what the search that grew it confirmed."""
    row = info.get("confirmed")
    if not isinstance(row, Mapping):
        return []
    means = fitness_of(row.get("measure"), task)
    what = "Mean" if means.name == RETURN else means.mean.capitalize()
    return [f"- {what} in the search's confirmation: {_number(row.get('mean'))}"]


def _reproduce(found: Mapping[str, Any], info: Mapping[str, Any]) -> list[str]:
    lines = []
    if "command" in found:
        lines.append(f"- Made by: `{_plain(str(found['command']))}`")
    if "seed" in info:
        lines.append(f"- Seed: {_number(info['seed'])}")
    versions = found.get("versions")
    if isinstance(versions, Mapping):
        lines.append(
            f"- With: {_plain(', '.join(f'{k} {v}' for k, v in sorted(versions.items())))}"
        )
    given = found.get("tuning")
    tuned = isinstance(given, Mapping) and "tuned_weights" in (found.get("returns") or ())
    tuning: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    if "episodes" in found:
        but = ", but for the tuned weights" if tuned and not _is_usual(tuning) else ""
        lines.append(
            f"- Measured on {_number(found['episodes'])} episodes for each condition, seed "
            f"{_number(found.get('seed'))}, as `wann evaluate NETWORK --conditions all` does{but}"
        )
    if tuned:
        wanted = (tuning.get(name) for name in _TUNING)
        generations, population, races = map(_number, wanted)
        lines.append(
            f"- Weights were tuned for {generations} generations of {population} from {races} "
            "starts at most"
        )
    return ["", *lines] if lines else []


def _is_usual(tuning: Mapping[str, Any]) -> bool:
    """Whether weights were tuned as the commands tune them where nothing else is asked for."""
    return all(tuning.get(name) == getattr(TuneConfig, name) for name in _TUNING)


def _number(value: Any) -> str:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.4g}" if numeric else "not known"


def _interval(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 2:
        return f"{_number(value[0])} to {_number(value[1])}"
    return "not known"


def _plain(text: str) -> str:
    """Return a text as one line that cannot end a cell or a code span."""
    return printable(" ".join(text.split())).replace("|", "\\|").replace("`", "'")

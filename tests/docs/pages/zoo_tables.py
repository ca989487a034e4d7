"""The table and the gallery of the networks in `runs/reference`, from their cards."""

import json
from collections.abc import Mapping
from typing import Any

from tables import table

import wann
from wann.formats.zoo import located

CONDITIONS = {
    "random weights": "random_weights",
    "random shared": "random_shared",
    "tuned shared": "tuned_shared",
    "tuned weights": "tuned_weights",
}


def zoo() -> str:
    """Means under the four weight conditions, with 95 % intervals."""
    lines = []
    for entry, card in _networks():
        cells = [_cell(card["returns"].get(key), card["unit"]) for key in CONDITIONS.values()]
        lines.append([f"`zoo:{entry.name}`", str(entry.connections), *cells])
    return table(["network", "connections", *CONDITIONS], lines)


def gallery() -> str:
    """Each network with its picture and film, what it earns, and the command that grew it."""
    parts = []
    for entry, card in _networks():
        place = f"../../runs/reference/{entry.name}-seed0"
        shown = f"![Drawing of the network zoo:{entry.name}]({place}/champion.png)"
        if (located(f"zoo:{entry.name}") / "episode.gif").exists():
            shown += f"\n\n![Film of the network zoo:{entry.name} at its task]({place}/episode.gif)"
        how = "a tuned" if entry.weights == "tuned_shared" else "a random"
        parts.append(
            f"## {entry.name}\n\n{shown}\n\n"
            f"{entry.connections} connections. Under {how} shared weight: {card['unit']} "
            f"{_cell(card['returns'][entry.weights], card['unit'])}.\n\n"
            f"Grown by `{entry.command}`."
        )
    return "\n\n".join(parts)


MAKERS = {"zoo": zoo, "gallery": gallery}


def _networks() -> list[tuple[Any, Mapping[str, Any]]]:
    return [
        (entry, json.loads((located(f"zoo:{entry.name}") / "card.json").read_text()))
        for entry in wann.zoo()
    ]


def _cell(row: Mapping[str, Any] | None, unit: str) -> str:
    if row is None:
        return ""
    low, high = row["ci95"]
    if unit == "accuracy":
        return f"{100 * row['mean']:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
    return f"{row['mean']:.4g} ({low:.4g} to {high:.4g})"

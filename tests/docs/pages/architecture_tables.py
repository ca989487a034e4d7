"""The tables of what pruning does on each architecture, from the rows that its tests hold true."""

import json
from typing import Any

from paths import ROOT
from tables import table

_ROWS = ROOT / "tests" / "pruning" / "architectures" / "rows.json"


def architectures() -> str:
    """What is kept, and how many parameters are left after units were removed."""
    lines = [
        [
            row["name"],
            row["weights"] or "refused",
            row["units"] or "not removed",
            "yes" if row["exported"] else "no",
        ]
        for row in _rows()
    ]
    head = ["architecture", "weights kept", "parameters, half of the units removed", "exported"]
    return table(head, lines)


def said() -> str:
    """The lines that are said of architectures of which something is held, or refused."""
    parts = []
    for row in _rows():
        lines = list(row["said"])
        if row["left_whole"]:
            lines.insert(0, f"left whole: {row['left_whole']}")
        if lines:
            parts.append(f"* **{row['name']}**\n" + "\n".join(f"  * {_text(one)}" for one in lines))
    return "\n".join(parts)


MAKERS = {"architectures": architectures, "architectures-said": said}


def _rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_ROWS.read_text(encoding="utf-8"))
    return found


def _text(line: str) -> str:
    """Return a line with what Markdown would take for its own signs left as it is."""
    return line.replace("*", r"\*").replace("_", r"\_")

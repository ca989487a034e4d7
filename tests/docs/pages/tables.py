"""Tables in Markdown, and the parts of pages that are made from stored rows."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from paths import ROOT

STUDIES = ROOT / "runs" / "studies"
Row = Mapping[str, str]
# A part that is made stands between these two comments.
_PART = re.compile(r"(<!-- made: (\S+) -->\n).*?(<!-- end of what is made -->)", re.DOTALL)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def rows_of(study: str, name: str = "summary.csv") -> list[Row]:
    """Return the rows of a stored table."""
    with (STUDIES / study / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def with_parts(text: str, makers: Mapping[str, Callable[[], str]]) -> str:
    """Return the text of a page with all of its parts made anew; KeyError for an unknown one."""
    return _PART.sub(lambda found: f"{found[1]}\n{makers[found[2]]()}\n\n{found[3]}", text)


def parts_of(path: Path) -> list[str]:
    """Return the names of the parts of a page that are made."""
    return [name for _, name, _ in _PART.findall(path.read_text(encoding="utf-8"))]

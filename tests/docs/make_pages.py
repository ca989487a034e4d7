"""Makes the generated pages of the documentation, and the tables in others: run it, and commit.

    python tests/docs/make_pages.py

The commands and their flags come from the parser, Python calls from their docstrings, tables of
results from the rows in `runs/`. A test holds that the pages are what this makes.
"""

import logging
import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(_TESTS.parent), *(str(_TESTS / name) for name in ("toys", "docs/pages"))]

import architecture_tables  # noqa: E402
import commands_page  # noqa: E402
import comparison_tables  # noqa: E402
import coverage_tables  # noqa: E402
import image_tables  # noqa: E402
import pruning_tables  # noqa: E402
import python_page  # noqa: E402
import zoo_tables  # noqa: E402
from run_page import DOCS  # noqa: E402
from tables import with_parts  # noqa: E402

WHOLE = {"reference/commands": commands_page.commands, "reference/python": python_page.python_calls}
PARTS = {
    "results/search": zoo_tables.MAKERS,
    "results/pruning": pruning_tables.MAKERS | image_tables.MAKERS,
    "results/comparison": comparison_tables.MAKERS,
    "explanation/agnostic": comparison_tables.MAKERS,
    "howto/gradient": comparison_tables.MAKERS,
    "explanation/statistics": coverage_tables.MAKERS,
    "gallery": zoo_tables.MAKERS,
    "reference/architectures": architecture_tables.MAKERS,
}


def made(name: str) -> str:
    """Return the text of a page as it should be."""
    if name in WHOLE:
        return WHOLE[name]()
    return with_parts((DOCS / f"{name}.md").read_text(encoding="utf-8"), PARTS[name])


if __name__ == "__main__":
    logging.disable()  # Griffe warns of docstrings that have types in their signatures
    for page in [*WHOLE, *PARTS]:
        (DOCS / f"{page}.md").write_text(made(page), encoding="utf-8")

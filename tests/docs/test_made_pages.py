"""Generated pages, and tables in others, are what the code, its docstrings and the rows give."""

import sys

import pytest
from run_page import DOCS
from tables import parts_of

sys.path.append(str(DOCS.parents[1] / "tests" / "docs"))

import make_pages


@pytest.mark.parametrize("name", [*make_pages.WHOLE, *make_pages.PARTS])
def test_the_page_is_as_it_would_be_made(name: str) -> None:
    found = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert found == make_pages.made(name), "run python tests/docs/make_pages.py"


def test_every_table_of_stored_rows_is_on_a_page() -> None:
    for makers in {id(makers): makers for makers in make_pages.PARTS.values()}.values():
        on_pages = {name for page in make_pages.PARTS for name in parts_of(DOCS / f"{page}.md")}
        assert set(makers) <= on_pages

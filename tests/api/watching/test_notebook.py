"""Outside a notebook nothing of it is needed; tests/docs/test_notebooks.py runs a real kernel."""

from wann.api.watching.notebook import in_notebook


def test_this_is_no_notebook() -> None:
    assert not in_notebook()

"""In a notebook progress is a part of the output that is replaced; a real kernel runs the cells."""

from pathlib import Path

import pytest

from wann.api.watching.notebook import in_notebook

CELL = """
import wann
from IPython.display import display
small = {"generations": 2, "population": 16, "episodes": 1, "confirm_episodes": 2}
run = wann.search("swingup-quick", threads=1, figures=False, **small)
found = wann.sweep("swingup-quick", seeds=0, workers=1, **small)
quiet = wann.search("swingup-quick", threads=1, figures=False, progress=False, **small)
display(run)
run.plot()
"""


def test_a_notebook_shows_progress_runs_and_figures(tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=240, resources=resources).execute()
    outputs = notebook.cells[0].outputs
    pages = ["".join(one.get("data", {}).get("text/html", "")) for one in outputs]
    shown = [page for page in pages if "generation 2/2: best" in page]
    assert len(shown) == 1
    assert sum("finished" in page and "swingup" not in page for page in pages) == 1
    assert any("<th style='text-align:left'>champion</th>" in page for page in pages)
    assert "<svg" in outputs[-1]["data"]["image/svg+xml"]
    assert not [one for one in outputs if one.get("name") == "stderr"]


def test_this_is_no_notebook() -> None:
    assert not in_notebook()

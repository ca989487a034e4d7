"""The notebooks run from top to bottom in a real kernel, one after the other in one process."""

from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

FOLDER = ROOT / "wann" / "docs" / "notebooks"
NAMES = ("grow", "prune", "compare")
SWEEP = """
small = {"generations": 2, "population": 16, "episodes": 1, "confirm_episodes": 2}
found = wann.sweep("swingup-quick", seeds=0, workers=1, **small)
quiet = wann.search("swingup-quick", threads=1, figures=False, progress=False, **small)
"""


def read(name: str) -> Any:
    nbformat = pytest.importorskip("nbformat")
    found = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(found)
    return found


def test_there_are_these_and_they_have_no_outputs() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)
    for name in NAMES:
        for cell in read(name).cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None


def test_all_cells_run_and_show_what_they_make(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("torch")
    together = read("grow")
    together.cells = [cell for name in NAMES for cell in read(name).cells]
    together.cells.append(nbformat.v4.new_code_cell(SWEEP))
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(together, timeout=240, resources=resources).execute()
    *cells, sweep = [cell for cell in together.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    pages = ["".join(output.get("data", {}).get("text/html", "")) for output in outputs]
    for shown in (
        "generation 12/12: best",  # of a search, as it goes on
        'alt="The champion, ',
        'alt="The pruned model, ',
        "3 of 3 steps",  # of a study
        "<pre>method ",
        "tuned shared",  # of a comparison
    ):
        assert any(shown in page for page in pages), shown
    drawn = [output for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(drawn) == 3  # the champion, and two figures
    of_sweep = ["".join(output.get("data", {}).get("text/html", "")) for output in sweep.outputs]
    assert sum("1 finished" in page for page in of_sweep) == 1
    assert not any("generation 2/2: best" in page for page in of_sweep), "the search was quiet"
    assert not [output for output in sweep.outputs if output.get("name") == "stderr"]
    assert "report.html" in cells[-1].outputs[-1]["data"]["text/plain"]

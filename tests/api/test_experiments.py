"""What of an experiment cannot be drawn, or not yet, is said in one line; nothing is written."""

import json
import shutil
from pathlib import Path

import pytest
from paths import ROOT
from run_toys import SMALL, as_flags

from wann.cli.main import main
from wann.config import TuneConfig

STUDIES = ROOT / "runs" / "studies"
FILES = {"study": "study.json", "comparison": "compare.json", "sweep": "sweep.json"}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An experiment of each kind that has a plan, and nothing else."""
    folder = tmp_path_factory.mktemp("begun")
    plan = {"settings": {}, "grid": {}, "seeds": [0], "evaluate": None}
    for kind in ("study", "comparison", "sweep", "tuning", "neither"):
        (folder / kind).mkdir()
    (folder / "sweep" / "sweep.json").write_text(json.dumps(plan))
    (folder / "tuning" / "tuning.json").write_text(json.dumps(TuneConfig().to_dict()))
    shutil.copy(STUDIES / "lenet-obd" / "study.json", folder / "study")
    shutil.copy(STUDIES / "comparison-swingup" / "compare.json", folder / "comparison")
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["render", *map(str, arguments)]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.count("\n") == 1
    return found.err


def test_what_cannot_be_drawn_is_said(begun: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(begun.rglob("*"))
    for arguments, words in {
        ("study",): "no step of the study is finished as yet",
        ("comparison",): "no row of the comparison is made as yet",
        ("comparison", "--html"): "no row of the comparison is made as yet",
        ("sweep",): "no finished run with a champion as yet",
        ("tuning",): "no generation of the tuning is finished as yet",
        ("neither",): "is not a run",
        ("nowhere",): "does not exist",
        ("study", "--html"): "a pruning study, which holds many networks",
        ("comparison", "--film", "film.gif"): "a comparison, which holds many networks",
        ("sweep", "--html"): "is a sweep without summary.json",
        ("tuning", "--without-weights"): "--without-weights is for networks",
        ("study", "--style", "drak"): "unknown style",
    }.items():
        inner, *flags = arguments
        assert words in said(capsys, begun / inner, *flags), arguments
    assert "expected --out" in said(capsys, "file:///no-such-folder/sweep")
    assert sorted(begun.rglob("*")) == before


def test_damage_is_said(begun: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, file in FILES.items():
        shutil.copytree(begun / kind, tmp_path / kind)
        (tmp_path / kind / file).write_text("{")
        assert f"{file} is damaged" in said(capsys, tmp_path / kind)
    shutil.copytree(begun / "tuning", tmp_path / "tuning")
    (tmp_path / "tuning" / "generations.jsonl").write_text("{}\n[]\n")
    assert "generations.jsonl is damaged" in said(capsys, tmp_path / "tuning")
    shutil.copytree(begun / "study", tmp_path / "rows")
    row = tmp_path / "rows" / "seed=0" / "dense" / "row.json"
    row.parent.mkdir(parents=True)
    row.write_text("{}")
    assert "row.json is damaged" in said(capsys, tmp_path / "rows")


def test_searches_leave_out_what_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", "swingup-quick", *as_flags(SMALL), "--out", str(tmp_path / "run")]) == 0
    assert {"figures", "page.html"}.isdisjoint(path.name for path in (tmp_path / "run").iterdir())
    assert "pictures" not in capsys.readouterr().out

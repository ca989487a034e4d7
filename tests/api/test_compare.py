"""`wann.compare` gives what `wann compare` gives, and its results are values."""

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import REFERENCE_RUN
from run_toys import without

import wann
from wann.api.compare import compare
from wann.api.comparison_result import ComparisonResult
from wann.api.render import render
from wann.api.running import PartlyFailed
from wann.api.watching.watch import Interrupted
from wann.cli.compare import RETRIES_OF_COMPARISON
from wann.cli.main import main
from wann.config import ComparisonSettings, Making
from wann.errors import UserError
from wann.formats.load import load_network
from wann.statistics import NOT_RESOLVED

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

TIMED = ("seconds", "latency", "cost")
SHORT: dict[str, Any] = {"generations": 1, "races": 4, "episodes": 4, "sizes": 0, "seeds": 0}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> ComparisonResult:
    folder = tmp_path_factory.mktemp("comparison") / "python"
    return compare(REFERENCE_RUN, against=["rewired"], hidden=3, workers=1, out=folder, **SHORT)


def test_names_and_defaults_are_those_of_the_command() -> None:
    parameters = inspect.signature(compare).parameters
    declared = {
        name: entry.default
        for kind in (ComparisonSettings, Making)
        for name, entry in kind.__dataclass_fields__.items()
    }
    for name, default in declared.items():
        assert parameters[name].default == default, name
    assert parameters["retries"].default == RETRIES_OF_COMPARISON.default
    others = {"networks", "out", "workers", "retries", "ray", "cpus_per_worker"}
    others |= {"memory_per_worker", "progress", "figures"}
    assert set(parameters) == set(declared) | others


def test_it_gives_what_the_command_gives(
    found: ComparisonResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [f"--{name}={value}" for name, value in SHORT.items()]
    where = ["--against", "rewired", "--hidden", "3", "--workers", "1"]
    arguments = [str(REFERENCE_RUN), *where, *flags, "--out", str(tmp_path / "command"), "--json"]
    assert main(["compare", *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert without(json.loads(json.dumps(found.to_json())), TIMED) == without(printed, TIMED)


def test_figures_and_report_are_made_again(
    found: ComparisonResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = found.folder
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    drawn = render(found, tmp_path / "drawn", style="dark")
    figures = ("conditions", "profile", "signed_profile")
    assert {path.name for path in drawn} == {f"{n}{s}" for n in figures for s in (".png", ".svg")}
    for path in [*drawn, folder / "report.html", folder / "summary.json"]:
        (folder / path.name).unlink()
    assert render(found, html=True) == [folder / "report.html"]
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert after == before
    assert main(["render", str(folder), "--html", str(tmp_path / "alone.html")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'alone.html'}\n"
    assert (tmp_path / "alone.html").read_bytes() == before["report.html"]
    again = compare(
        REFERENCE_RUN, against=["rewired"], hidden=3, out=folder, figures=False, **SHORT
    )
    text = again.report.read_text()
    assert f"wann render {folder} --html" in text
    assert "<svg" not in text
    (folder / "report.html").write_bytes(before["report.html"])


def test_results_and_verdicts_are_values(
    found: ComparisonResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(found.entries) == ["grown", "rewired", "dense"]
    assert found.rows["name"].tolist() == ["grown", "rewired", "dense"]
    assert "grown" not in found.verdicts
    verdict = found.verdicts["rewired"]["random_shared"]
    assert verdict.verdict == NOT_RESOLVED  # one seed
    means = dict(zip(found.rows["name"], found.rows["random_shared"], strict=True))
    assert verdict.mean == pytest.approx(means["rewired"] - means["grown"])
    assert found.results["grown"]["random_shared"].estimate.mean == pytest.approx(means["grown"])
    assert "against grown" in str(found)
    assert repr(found).endswith("3 rows of 3 entries against grown)")
    assert found.report.read_text().startswith("<!")
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: shown.append(url) or True)
    assert found.open()
    assert shown == [found.report.resolve().as_uri()]


def test_the_same_call_goes_on(found: ComparisonResult) -> None:
    again = compare(
        [REFERENCE_RUN], against="rewired", hidden=3, workers=1, out=found.folder, **SHORT
    )
    assert again.made == found.made


def test_networks_are_objects_with_names(found: ComparisonResult, tmp_path: Path) -> None:
    network = load_network(REFERENCE_RUN)
    other = network.with_weights(np.linspace(-1, 1, network.connections))
    named = {"as grown": network, "of a file": REFERENCE_RUN, "weighted": other}
    again = compare(named, workers=1, out=tmp_path / "c", **SHORT)
    assert list(again.entries) == ["as-grown", "of-a-file", "weighted"]
    measured = dict(zip(again.rows["champion"], again.rows["random_shared"], strict=True))
    assert len(set(measured.values())) == 1
    assert again.results["weighted"]["trained_weights"].estimate.mean != pytest.approx(
        again.results["as-grown"]["trained_weights"].estimate.mean
    )
    page = again.report.read_text()
    for label in ("weighted", "of-a-file"):  # so that the same command gives the same names
        assert f"{tmp_path / 'c' / 'champions' / label}.json" in page


def test_ctrl_c_leaves_what_can_be_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pressed:
        def __enter__(self) -> Any:
            return lambda: True

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("wann.api.compare.interruptible", lambda *_: Pressed())
    with pytest.raises(KeyboardInterrupt, match="nothing was made yet") as raised:
        compare(REFERENCE_RUN, against="rewired", workers=1, out=tmp_path / "c", **SHORT)
    assert isinstance(raised.value, Interrupted)
    assert (tmp_path / "c" / "compare.json").is_file()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "one network alone: expected against= for contestants of its size"),
        ({"against": "rewird"}, "expected some of"),
        ({"retries": None}, "retries: expected a whole number from 0 to 1,000, got None"),
        ({"against": []}, "against=: expected names such as imp,random-dag, got []"),
        ({"againts": "imp"}, "unknown argument 'againts': did you mean 'against'?"),
        ({"against": True, "seeds": [1, 1]}, "seeds: 1 is given twice"),
        ({"against": True, "episodes": 1}, "episodes must be between 2 and 1,000,000, got 1"),
        ({"against": True, "hidden": "a"}, "hidden: expected whole numbers such as 300,100"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as raised:
        compare(REFERENCE_RUN, **{"out": tmp_path / "new", **given})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "new").exists()


def test_rows_of_changed_code_are_not_put_beside_those_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "measure_that_changes.py"
    code = "def fan_in(network, task, evaluator):\n    return network.connections / 2\n"
    module.write_text(code)
    asked: dict[str, Any] = {"hidden": 3, "workers": 1, "figures": False, **SHORT}
    asked |= {"measure": [f"{module.stem}:fan_in"], "out": tmp_path / "compared"}
    compare(REFERENCE_RUN, against=["rewired"], **asked)
    module.write_text(f"# a comment\n{code}")
    compare(REFERENCE_RUN, against=["rewired"], **asked)
    module.write_text(code.replace("/ 2", "/ 3"))
    found = compare(REFERENCE_RUN, against=["rewired"], **asked)  # nothing is left to be made
    older = f"the contents of {module.stem}:fan_in changed since all rows here were made"
    assert any(note.startswith(older) for note in found.notes)
    row = next((tmp_path / "compared" / "rows").rglob("row.json"))
    row.unlink()
    refused = f"the contents of {module.stem}:fan_in changed since rows were made with them"
    with pytest.raises(UserError, match=refused):
        compare(REFERENCE_RUN, against=["rewired"], **asked)
    with pytest.raises(UserError, match=refused):
        wann.resume(tmp_path / "compared", workers=1)
    module.write_text(code)
    compare(REFERENCE_RUN, against=["rewired"], **asked)


def test_code_that_failed_is_mended_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "measure_that_is_mended.py"
    module.write_text("def fan_in(network, task, evaluator):\n    return network.connectoins\n")
    asked: dict[str, Any] = {"hidden": 3, "workers": 1, "figures": False, "retries": 0, **SHORT}
    asked |= {"measure": [f"{module.stem}:fan_in"], "out": tmp_path / "compared"}
    with pytest.raises(PartlyFailed):
        compare(REFERENCE_RUN, against=["rewired"], **asked)
    mended = "def fan_in(network, task, evaluator):\n    return float(network.connections)\n"
    module.write_text(mended)  # of another size: else Python may take what it compiled before
    monkeypatch.delitem(sys.modules, module.stem, raising=False)
    importlib.invalidate_caches()
    assert compare(REFERENCE_RUN, against=["rewired"], **asked).rows

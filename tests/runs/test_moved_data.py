"""Data that lie beside what was made of them are named without a path, and found again."""

from pathlib import Path

import pytest

from wann.config.own_data import as_before, named_in, settings_named_in
from wann.runs.moved_data import located, located_in
from wann.tasks.spec import make_spec

KNOWN = {"label": "a {sha256}", "sha256": "00"}


@pytest.mark.parametrize("below", [".", "champions", "seed=0/front"])
def test_a_file_finds_the_data_beside_or_right_above_it(below: str, tmp_path: Path) -> None:
    folder, moved = tmp_path / "run ü", tmp_path / "moved"
    whole = make_spec(f"data:{folder / 'data.csv'}", KNOWN)
    (folder / below).mkdir(parents=True)
    (folder / "data.csv").write_text("a")
    named = named_in(whole, folder / below)
    assert named == make_spec("data:./data.csv", KNOWN)
    assert located(named, folder / below) == whole
    folder.rename(moved)
    assert located(named, moved / below) == make_spec(f"data:{moved / 'data.csv'}", KNOWN)
    settings = {"task": named, "seed": 3}
    assert settings_named_in(located_in(settings, moved / below), moved / below) == settings


def test_what_lies_elsewhere_has_its_whole_path(tmp_path: Path) -> None:
    run = tmp_path / "a" / "b" / "c" / "run"
    run.mkdir(parents=True)
    whole = make_spec(f"data:{tmp_path / 'data.csv'}", KNOWN)
    assert named_in(whole, run) == whole
    near = make_spec(f"data:{run.parent / 'data.csv'}", KNOWN)
    (run / "data.csv").write_text("another file of that name, which is nearer")
    assert named_in(near, run) == near
    named = make_spec("data:./gone.csv", KNOWN)
    assert located(named, run) == make_spec(f"data:{run / 'gone.csv'}", KNOWN)


def test_data_that_an_earlier_version_named_are_the_same() -> None:
    spec = make_spec("data:/a/data.csv", KNOWN)
    before = make_spec("data:/a/data.csv", {"label": "a {sha256}"})
    assert as_before(spec, before) == before
    assert as_before(make_spec("data:/a/n.npz", {"sha256": "00"}), "data:/a/n.npz") == (
        "data:/a/n.npz"
    )
    for other in ("swingup", make_spec("data:/b/data.csv", {"label": "a {sha256}"})):
        assert as_before(spec, other) == spec
    assert as_before("digits", "swingup") == "digits"


@pytest.mark.parametrize(
    "spec",
    [
        "swingup",
        "digits",
        "data:package.module:function",
        'data:./data.csv {"label": "y"}',  # as the user said it: from the current folder
        'data:./data.csv {"label": "\\"sha256\\": 1"}',
        "data:./data.csv {damaged",
        'gym:CartPole-v1 {"sha256": "00"}',
    ],
)
def test_other_specs_stay_as_they_are(spec: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a")
    assert located(spec, tmp_path) == spec
    assert named_in(spec, tmp_path) == spec
    assert located_in({"task": spec}, tmp_path) == {"task": spec}
    assert located_in({"task": 3}, tmp_path) == {"task": 3}
    assert located_in([spec], tmp_path) == [spec]

import shutil
from pathlib import Path

import pytest
from paths import REFERENCE_RUN

from wann.api.recipes import recipes
from wann.api.render import render
from wann.api.run import Run
from wann.errors import UserError
from wann.formats.load import load_network


def test_pictures_of_a_run_and_of_an_object(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    of_run = {path.name for path in render(REFERENCE_RUN, tmp_path / "run", html=page)}
    assert {"page.html", "champion.svg", "learning_curve.png", "front.svg", "profile.svg"} <= of_run
    found = render(load_network(REFERENCE_RUN), tmp_path / "network")
    assert all(path.parent == tmp_path / "network" and path.is_file() for path in found)
    assert "learning_curve.png" not in {path.name for path in found}


def test_pages_of_runs_files_and_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    network = load_network("zoo:cartpole")
    file = network.save(tmp_path / "toy.json")
    assert render("zoo:cartpole", html=True) == [Path("cartpole-seed0.html")]
    assert render(file, html=True) == [tmp_path / "toy.html"]
    assert render(network, html="object.html") == [Path("object.html")]
    run = Path(shutil.copytree(REFERENCE_RUN, tmp_path / "run"))
    assert Run(run).page() == run / "page.html"
    assert Run(run).page(tmp_path / "other.html") == tmp_path / "other.html"
    assert len(list(tmp_path.glob("**/*.html"))) == 5


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is in no file: expected out=, the folder"):
        render(load_network(REFERENCE_RUN))
    with pytest.raises(UserError, match="is in no file: expected html=FILE, the file of the page"):
        render(load_network(REFERENCE_RUN), html=True)
    (tmp_path / "mine.html").write_text("mine")
    with pytest.raises(UserError, match="is no page of wann"):
        render(REFERENCE_RUN, html=tmp_path / "mine.html")
    with pytest.raises(UserError, match="does not exist"):
        render(tmp_path / "nowhere")
    with pytest.raises(UserError, match="did you mean 'out'"):
        render(REFERENCE_RUN, oud=tmp_path)  # type: ignore[call-arg]


def test_recipes_have_descriptions() -> None:
    assert "cart" in recipes()["swingup"].lower()

from pathlib import Path

import pytest
from paths import REFERENCE_RUN

from wann.api.recipes import recipes
from wann.api.render import render
from wann.errors import UserError
from wann.formats.load import load_network


def test_pictures_of_a_run_and_of_an_object(tmp_path: Path) -> None:
    of_run = {path.name for path in render(REFERENCE_RUN, tmp_path / "run")}
    assert {"champion.svg", "learning_curve.png", "front.svg", "profile.svg"} <= of_run
    found = render(load_network(REFERENCE_RUN), tmp_path / "network")
    assert all(path.parent == tmp_path / "network" and path.is_file() for path in found)
    assert "learning_curve.png" not in {path.name for path in found}


def test_mistakes_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is in no file: expected out=, the folder"):
        render(load_network(REFERENCE_RUN))
    with pytest.raises(UserError, match="does not exist"):
        render(tmp_path / "nowhere")
    with pytest.raises(UserError, match="did you mean 'out'"):
        render(REFERENCE_RUN, oud=tmp_path)  # type: ignore[call-arg]


def test_recipes_have_descriptions() -> None:
    assert "cart" in recipes()["swingup"].lower()

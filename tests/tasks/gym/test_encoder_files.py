"""The encoder of the package: named with its digest, and good at what it was made for."""

from pathlib import Path

import gymnasium
import numpy as np
import pytest
from picture_toys import write_drawn

import wann.envs  # noqa: F401 - registers the environment
from wann.api.scored_on import _companions
from wann.config import EnvironmentSettings
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe
from wann.tasks.gym.encoder_files import encoder_names, find_encoder
from wann.tasks.registry import make_task


def test_the_encoder_of_the_package_is_named_with_its_digest() -> None:
    assert encoder_names() == ["carracing"]
    found = find_encoder("carracing")
    assert found.said == f"carracing@{found.digest[:16]}"
    assert find_encoder(found.said) == found
    with pytest.raises(UserError, match="install the version"):
        find_encoder("carracing@0000")
    assert len(found.content) < 100_000


def test_a_folder_of_its_name_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "carracing").mkdir()
    packaged = find_encoder("carracing")  # the folder may be that of a search
    own = write_drawn(tmp_path / "carracing" / "encoder.safetensors")
    with pytest.raises(UserError, match=r"give \./carracing for the first") as raised:
        find_encoder("carracing")
    assert "\n" not in str(raised.value)
    assert find_encoder("./carracing") == find_encoder(own) != packaged
    assert find_encoder(packaged.said) == packaged
    said = _companions({"encoder": Path("carracing")}, EnvironmentSettings, "--env", True)
    assert said["encoder"] == str(tmp_path / "carracing")


@pytest.mark.parametrize("recipe", ["carracing", "carracing-paper"])
def test_recipes_read_its_latents(recipe: str) -> None:
    task = make_task(load_recipe(recipe).task)
    assert (task.inputs, task.outputs) == (16, 3)
    assert list(task.output_names) == ["steer", "gas", "brake"]
    assert make_task(task.spec).spec == task.spec


def test_quick_pictures_have_nearly_the_latents_of_gymnasiums() -> None:
    encoder, latents = find_encoder("carracing"), []
    for quick in (True, False):
        env = gymnasium.make("wann/CarRacing-v3", quick_pictures=quick)
        seen = [env.reset(seed=2)[0]]
        for _ in range(60):
            seen.append(env.step(np.array([0.1, 0.0, -1.0]))[0])  # noqa: PERF401
        latents.append(encoder.encode(np.array(seen[30:])))
    spread = latents[0].std(axis=0).mean()
    assert np.abs(latents[0] - latents[1]).mean() < 0.25 * spread

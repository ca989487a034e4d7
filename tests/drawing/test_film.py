import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import imageio_ffmpeg
import numpy as np
import pytest
from genome_toys import grow
from gymnasium.error import DependencyNotInstalled
from PIL import Image
from render_toys import large

from wann.drawing.episode import Stage, _drawn
from wann.drawing.film import FilmLook, film_episode
from wann.drawing.film_files import check_film, film_bytes
from wann.drawing.live import LiveNetwork
from wann.errors import UserError
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

# imageio-ffmpeg leaves the pipes of its processes to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def _pipes_are_closed() -> Iterator[None]:
    yield
    gc.collect()


ENVIRONMENT = "wann.envs:wann/CartPoleSwingUp-v1"
FILMING = make_task("swingup").filming()
STAGE = Stage(FILMING.make, FILMING.begin, FILMING.advance)
BOUNDED = np.array([3, 5])  # sin and tanh


def network() -> Network:
    """A network that keeps the cart on its track for a while."""
    return compile_genome(grow(3, 10, 5, 1, BOUNDED))


def length(weight: float) -> int:
    """How many steps the episode of `film_episode` lasts, according to the task."""
    task = make_task("swingup")
    env = gymnasium.make(ENVIRONMENT)
    env.reset(seed=0)
    starts = env.unwrapped.state[None]  # type: ignore[attr-defined]
    env.close()
    returns, steps = np.empty((1, 1, 1)), np.empty(1, dtype=np.int64)
    task.score(pack([network()]), (0, 1), Weightings.shared([weight]), starts, returns, steps)
    return int(steps[0])


SMALL = FilmLook((320, 200), rate=1.0)


def film(weight: float | np.ndarray, look: FilmLook = SMALL, **more: Any) -> list[np.ndarray]:
    made = film_episode(network(), weight, STAGE, look=look, **more)
    return [np.asarray(image).astype(float) for image, _ in made]


@pytest.mark.parametrize("weight", [0.01, 1.5])
def test_film_lasts_as_long_as_the_task_says(weight: float) -> None:
    made = list(film_episode(network(), weight, STAGE, look=SMALL))
    assert len(made) == -(-length(weight) // 50)
    assert {seconds for _, seconds in made} == {1.0}  # 50 steps of an environment of 50 a second
    assert {image.size for image, _ in made} == {SMALL.size}


def test_one_weight_everywhere_is_the_shared_weight() -> None:
    look, below = FilmLook((320, 200), rate=5.0), np.s_[24:, :128]  # the scene, without captions
    shared = [image[below] for image in film(0.7, look, steps=50)]
    each = film(np.full(network().connections, 0.7), look, steps=50)
    assert len(shared) == 5
    for image, other in zip(shared, each, strict=True):
        np.testing.assert_array_equal(image, other[below])
    assert np.abs(np.array(shared) - [i[below] for i in film(-1.5, look, steps=50)]).mean() > 0.3


def test_what_a_network_carries_is_seen_beside_the_scene() -> None:
    for style, paper in (("light", 255), ("dark", 20)):
        look = FilmLook((640, 360), rate=5.0, style=style)
        first, *_, last = film(-1.0, look, steps=100, title="a $ title")
        assert (first[0, 0] == [paper] * 3 if style == "light" else first[0, 0] < 40).all()
        drawing = np.s_[50:310, 280:]
        assert np.abs(first[drawing] - last[drawing]).mean() > 1.0
        assert ((first[drawing] - paper).max() if style == "dark" else paper) > 100


@pytest.mark.parametrize("size", [(200, 120), (1280, 720)])
def test_each_number_has_the_colour_of_its_sign(size: tuple[int, int]) -> None:
    """A network of one input and one output: the line is blue, red, or next to nothing."""
    net = Network(1, 1, np.array([1]), np.array([0, 1]), np.array([1]))
    live = LiveNetwork(net, 1.0, size, names=(["in"], ["out"]), style="light")
    plain, positive, negative = (
        np.asarray(live.picture(np.array([1.0, value, value]), np.zeros(3))).astype(float)
        for value in (0.0, 5.0, -5.0)
    )
    assert plain.shape == (size[1], size[0], 3)
    changed = np.abs(positive - negative).sum(2) > 150
    assert changed.any()
    assert (positive[changed][:, 2] > positive[changed][:, 0]).all()
    assert (negative[changed][:, 0] > negative[changed][:, 2]).all()
    assert plain[changed].mean() > 225  # but for the rims


def test_a_large_network_is_at_work_in_bundles() -> None:
    net = large()
    live = LiveNetwork(net, 0.5, (640, 360), names=(None, None), style="light")
    rows = 1 + net.inputs + len(net.activation)
    still, moving = (
        np.asarray(live.picture(np.full(rows, v), np.zeros(rows))).astype(float) for v in (0.0, 2.0)
    )
    assert np.abs(still - moving).mean() > 2.0


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_films_move_in_both_formats(suffix: str, tmp_path: Path) -> None:
    look = FilmLook((320, 200), rate=5.0)
    frames = film_episode(network(), -1.0, STAGE, look=look, steps=100)
    content = film_bytes(frames, suffix)
    path = tmp_path / f"film{suffix}"
    path.write_bytes(content)
    if suffix == ".mp4":
        found = imageio_ffmpeg.read_frames(str(path))
        facts, shown = next(found), list(found)
        assert facts["size"] == (320, 200)
        assert facts["duration"] == pytest.approx(2.0, abs=0.05)
        assert len(shown) == 10
        return
    with Image.open(path) as made:
        assert made.n_frames == 10
        assert made.info == {**made.info, "loop": 0, "duration": 200}
    assert len(content) < 100_000


def test_the_same_film_is_the_same_bytes() -> None:
    frames = [(Image.new("RGB", (64, 32), colour), 0.1) for colour in ("red", "white", "blue")]
    for suffix in (".gif", ".mp4"):
        assert film_bytes(frames, suffix) == film_bytes(frames, suffix)
    with pytest.raises(ValueError, match="at least one picture"):
        film_bytes([], ".gif")


def test_files_that_no_film_can_be_written_to_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_film(Path("a.mp4"))
    with pytest.raises(UserError, match=r"ending of a film '\.avi'"):
        check_film(Path("a.avi"))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    check_film(Path("a.gif"))
    with pytest.raises(UserError, match=r"wann\[film\]"):
        check_film(Path("a.mp4"))


def test_the_environment_of_the_process_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    before = dict(os.environ)
    film(0.5, steps=1)
    assert dict(os.environ) == before


def test_a_package_that_an_environment_draws_with_is_asked_for_in_plain_words() -> None:
    class Lacking:
        def render(self) -> None:
            raise DependencyNotInstalled('pygame is not installed, run `pip install "a[b]"`')

    with pytest.raises(UserError, match=r"^the environment cannot draw here: pygame is not inst"):
        _drawn(Lacking())

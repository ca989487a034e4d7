"""JavaScript of pages in Node.js and in a browser, and what the kernels say to it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from export_toys import run_node
from numpy.typing import NDArray

from wann.envs import cartpole_physics, classic_observations, classic_physics
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack
from wann.pages.web_files import WEB
from wann.tasks.gym.classic import KINDS, ClassicTask
from wann.tasks.task import Task

STEPS = 1000


def run_pages(folder: Path, script: str, given: Any) -> Any:
    """Return what `script` prints; it may import the modules of pages by `./web/NAME.js`.

    See `run_node` for the rest.
    """
    shutil.copytree(WEB, folder / "web", dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}')
    return run_node(folder, {}, script, given)


def kernel_rollout(
    task: Task, network: Network, weight: Any, start: list[float]
) -> NDArray[np.float64]:
    """Return the state (steps, 6), as pages have it, of up to 1000 steps of the kernels."""
    values = np.zeros((1 + network.inputs + len(network.activation), LANES))
    values[0] = 1.0
    weights = np.repeat(np.asarray(weight, dtype=np.float64)[..., None], LANES, axis=-1)
    packed, first, rows = pack([network]), len(values) - network.outputs, []
    swingup = not isinstance(task, ClassicTask)
    if swingup:
        state = cartpole_physics.make_lanes(1)
        cartpole_physics.set_lane(state, 0, np.array(start))
    else:
        state = np.zeros((classic_physics.STATE_ROWS, LANES))
        state[:4] = np.array(start)[:, None]
    done = False
    while len(rows) < STEPS and not done:
        if swingup:
            observe = (
                cartpole_physics.observe_lanes
                if network.inputs == cartpole_physics.OBSERVATIONS
                else cartpole_physics.observe_positions
            )
            observe(state, values, 1, LANES)
            forward(packed, 0, weights, values, LANES)
            cartpole_physics.step_lanes(state, values, first, LANES)
            done = cartpole_physics.off_track(state[0, 0])
            rows.append([*state[:4, 0], state[cartpole_physics.REWARD, 0], done])
        else:
            kind = KINDS[task.settings.id]
            classic_observations.observe_lanes(kind, state, values, 1, LANES)
            found = task.statistics
            if found is not None:
                rows_seen = slice(1, 1 + network.inputs)
                mean, sd = (np.array(one)[:, None] for one in found)
                values[rows_seen] = (values[rows_seen] - mean) / sd
            forward(packed, 0, weights, values, LANES)
            classic_physics.step_lanes(kind, state, values, first, LANES)
            done = state[classic_physics.DONE, 0] > 0.0
            rows.append(list(state[:, 0]))
    return np.array(rows)


@contextmanager
def a_browser(width: int = 1400, height: int = 1000) -> Iterator[Any]:
    """Open headless Chromium; skips where it or its driver is not there."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs Chromium and its driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_argument(f"--window-size={width},{height}")
    browser = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield browser
    finally:
        browser.quit()

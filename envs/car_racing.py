"""CarRacing with the controls of the 2019 paper, whose pictures are drawn sixty times as fast.

Gymnasium's own draws 1000 x 800 pixels, most of the polygons beyond the edges included, and shrinks
them to 96 x 96. Here a kernel draws the same scene at three times the size that is needed. Physics,
tracks and rewards are Gymnasium's.
"""

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.envs.box2d import car_racing
from numpy.typing import NDArray

from wann.envs.car_scene import CarScene, camera_of
from wann.envs.polygons import draw

_STEPS = 1000  # of an episode
_STEP_COST = 0.1
_PANEL = 5.0 / 40.0  # of the height, below: the instruments, which are left black


class CarRacing(car_racing.CarRacing):
    """Gymnasium's CarRacing-v3 for networks whose outputs are about zero.

    ## Actions
    Three numbers from -1 to 1: steering; gas, of which -1 is none and 1 all; and the brake, which
    is applied by what is above 0.

    ## Observations
    A picture of 96 x 96 pixels, as Gymnasium's, but for the instruments below: they are black.

    ## Rewards
    Gymnasium's. With `patience` an episode ends after so many steps without a new tile of the
    track, and is charged what standing still until step 1,000 would have cost: 0.1 for each step,
    even if something else would have cut the episode before.
    """

    def __init__(
        self,
        render_mode: str | None = None,
        quick_pictures: bool = True,
        patience: int | None = None,
        lap_complete_percent: float = 0.95,
    ) -> None:
        """See the class.

        Args:
            render_mode: as in Gymnasium.
            quick_pictures: False draws observations as Gymnasium does, instruments included.
            patience: steps without a new tile after which an episode ends; None: it goes on.
            lap_complete_percent: share of the tiles that make a lap.
        """
        super().__init__(render_mode=render_mode, lap_complete_percent=lap_complete_percent)
        self.quick_pictures, self.patience = quick_pictures, patience
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)
        self._steps, self._last_tile, self._tiles = 0, 0, 0
        self._scene: CarScene | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode on a track of its own."""
        self._steps, self._last_tile, self._tiles = 0, 0, 0
        self._scene = None
        begun: tuple[Any, dict[str, Any]] = super().reset(seed=seed, options=options)
        return begun

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Take a step. Gymnasium's reset calls this, too, with None as action."""
        parent: Any = super()
        if action is None:
            first: tuple[Any, float, bool, bool, dict[str, Any]] = parent.step(None)
            return first
        steer, gas, brake = np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        controls = np.array([steer, (gas + 1.0) / 2.0, max(brake, 0.0)])
        observation, reward, terminated, truncated, info = parent.step(controls)
        self._steps += 1
        if self.tile_visited_count > self._tiles:
            self._tiles, self._last_tile = self.tile_visited_count, self._steps
        stuck = self.patience is not None and self._steps - self._last_tile >= self.patience
        if stuck and not terminated:
            reward -= _STEP_COST * max(0, _STEPS - self._steps)
            truncated = True
        return observation, float(reward), terminated, truncated, info

    def _render(self, mode: str) -> Any:
        if mode != "state_pixels" or not self.quick_pictures:
            return super()._render(mode)
        return self._picture()

    def _picture(self) -> NDArray[np.uint8]:
        """Return the scene as Gymnasium shows it, without the instruments."""
        if self._scene is None:
            self._scene = CarScene(self)
        scene, bodies = self._scene.now()
        side = car_racing.STATE_W
        picture = np.empty((side, side, 3), dtype=np.uint8)
        draw(scene, bodies, camera_of(self, side), picture)
        picture[side - round(side * _PANEL) :] = 0
        return picture

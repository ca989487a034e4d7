"""CarRacing with the controls of the 2019 paper, whose pictures are drawn several times as fast.

Gymnasium's own draws 1000 x 800 pixels, most of the polygons beyond the edges included, and shrinks
them to 96 x 96. Here the same scene is drawn at three times the size that is needed, and only what
can be seen. Physics, tracks and rewards are Gymnasium's.
"""

import math
from typing import Any

import numpy as np
import pygame
from gymnasium import spaces
from gymnasium.envs.box2d import car_dynamics, car_racing
from numpy.typing import NDArray

_TIMES = 3  # the drawn picture is so many times as large as the one that is shown
_SIDE = car_racing.STATE_W * _TIMES
_STEPS = 1000  # of an episode
_STEP_COST = 0.1
_PANEL = 5.0 / 40.0  # of the height, below: the instruments, which are left black
_WHITE_BAR = 1.2  # radians of a wheel
_FIELD = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]]) * car_racing.PLAYFIELD

Polygons = NDArray[np.float64]  # (polygons, 4, 2) in metres


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
        self._polygons: Polygons = np.zeros((0, 4, 2))
        self._middles, self._radii = np.zeros((0, 2)), np.zeros(0)
        self._colours: list[tuple[int, ...]] = []

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Begin an episode on a track of its own."""
        self._steps, self._last_tile, self._tiles = 0, 0, 0
        self._polygons = np.zeros((0, 4, 2))
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
        if not len(self._polygons):
            self._lay_out()
        car: Any = self.car
        angle = -car.hull.angle
        grown = min(self.t, 1.0)  # the first second zooms in
        zoom = 0.1 * car_racing.SCALE * (1.0 - grown) + car_racing.ZOOM * car_racing.SCALE * grown
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        scale = _SIDE / np.array([car_racing.WINDOW_W, -car_racing.WINDOW_H])
        matrix = (turn * zoom).T * scale
        middle = np.array([_SIDE / 2.0, _SIDE * 0.75])
        shift = middle - np.array(car.hull.position) @ matrix
        surface = pygame.Surface((_SIDE, _SIDE), depth=32)
        field = (_FIELD @ matrix + shift).tolist()
        pygame.draw.polygon(surface, tuple(self.bg_color.tolist()), field)
        away = np.abs(self._middles @ matrix + shift - _SIDE / 2.0).max(axis=1)
        seen = np.flatnonzero(away <= _SIDE / 2.0 + self._radii * zoom * np.abs(scale).max())
        corners = (self._polygons[seen] @ matrix + shift).tolist()
        for i, polygon in zip(seen.tolist(), corners, strict=True):
            pygame.draw.polygon(surface, self._colours[i], polygon)
        _draw_car(surface, car, matrix, shift)
        panel = round(_SIDE * _PANEL)
        surface.fill((0, 0, 0), (0, _SIDE - panel, _SIDE, panel))
        shown = pygame.transform.smoothscale(surface, (car_racing.STATE_W, car_racing.STATE_H))
        picture: NDArray[np.uint8] = pygame.surfarray.array3d(shown).transpose(1, 0, 2).copy()
        return picture

    def _lay_out(self) -> None:
        """Lay grass and road out as polygons in metres, in the order in which they are drawn."""
        size = car_racing.GRASS_DIM
        corners = np.array([[1, 0], [0, 0], [0, 1], [1, 1]]) * size
        places = [(x * size, y * size) for x in range(-20, 20, 2) for y in range(-20, 20, 2)]
        grass = np.array(places)[:, None, :] + corners
        road = np.array([polygon for polygon, _ in self.road_poly])
        self._polygons = np.concatenate([grass, road])
        self._middles = self._polygons.mean(axis=1)
        self._radii = np.hypot(*(self._polygons - self._middles[:, None]).T).max(axis=0)
        colours = [self.grass_color] * len(grass) + [colour for _, colour in self.road_poly]
        self._colours = [tuple(int(part) for part in colour) for colour in colours]


def _draw_car(
    surface: Any, car: Any, matrix: NDArray[np.float64], shift: NDArray[np.float64]
) -> None:
    """Draw wheels and hull, and on each wheel the bar that shows how it turns."""
    for body in car.drawlist:
        turn = np.array(
            [
                [math.cos(body.angle), math.sin(body.angle)],
                [-math.sin(body.angle), math.cos(body.angle)],
            ]
        )
        place, here = turn @ matrix, np.array(body.position) @ matrix + shift
        colour = [int(part * 255) for part in body.color]
        for fixture in body.fixtures:
            corners = np.array(fixture.shape.vertices) @ place + here
            pygame.draw.polygon(surface, colour, corners.tolist())
        bar = _bar_of(body)
        if bar is not None:
            pygame.draw.polygon(surface, car_dynamics.WHEEL_WHITE, (bar @ place + here).tolist())


def _bar_of(body: Any) -> NDArray[np.float64] | None:
    """Return the corners of the bar on a wheel, None where it is below, or the body is no wheel."""
    phase = getattr(body, "phase", None)
    if phase is None:
        return None
    (cosine, sine), (other, other_sine) = (
        (math.cos(at), math.sin(at)) for at in (phase, phase + _WHITE_BAR)
    )
    if sine > 0 and other_sine > 0:
        return None
    cosine = math.copysign(1.0, cosine) if sine > 0 else cosine
    other = math.copysign(1.0, other) if other_sine > 0 else other
    wide, long = car_dynamics.WHEEL_W, car_dynamics.WHEEL_R
    corners = [(-wide, long * cosine), (wide, long * cosine), (wide, long * other)]
    return np.array([*corners, (-wide, long * other)]) * car_dynamics.SIZE

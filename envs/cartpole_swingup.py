"""Cart-pole swing-up as a Gymnasium environment, single and vectorised.

The physics are the kernels of `cartpole_physics`.
"""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from wann.envs import cartpole_physics as physics

_HIGH = np.array([2 * physics.TRACK_HALF_LENGTH, np.inf, 1.0, 1.0, np.inf])
_POSITIONS = [0, 2, 3]  # the observations that are no velocities
Array = NDArray[np.float64]


class CartPoleSwingUpEnv(gymnasium.Env[Array, Array]):
    """Swing a pole up from hanging, and balance it, by pushing the cart it hangs from.

    ## Description
    The cart-pole of the 2019 weight-agnostic networks release, itself after DeepPILCO (Gal et al.
    2016). The pole starts hanging down; the force on the cart is bounded, so it must be pumped.
    Explicit Euler with a step of 0.01 s.

    ## Action Space
    `Box(-1, 1, (1,), float64)`: the force on the cart, in units of 10 N. Values outside are
    clipped.

    ## Observation Space
    `Box((5,), float64)`:

    | Num | Observation               | Min  | Max | Unit  |
    |-----|---------------------------|------|-----|-------|
    | 0   | cart position             | -4.8 | 4.8 | m     |
    | 1   | cart velocity             | -inf | inf | m/s   |
    | 2   | cosine of the pole angle  | -1   | 1   |       |
    | 3   | sine of the pole angle    | -1   | 1   |       |
    | 4   | pole angular velocity     | -inf | inf | rad/s |

    The angle is 0 when the pole is upright. `wann/CartPoleSwingUpMemory-v1` (`velocities=False`)
    shows 0, 2 and 3 alone, `Box((3,), float64)`: a controller then has to remember earlier
    observations.

    ## Rewards
    Each step earns `(cos(angle) + 1) / 2 * cos(pi / 2 * position / 2.4)`, computed after the step:
    1 at most, for a pole upright in the middle of the track.

    ## Starting State
    Position, velocity, angle and angular velocity are normal around (0, 0, pi, 0), with a standard
    deviation of 0.2. `reset(options={"state": (x, x_dot, theta, theta_dot)})` starts from a given
    state instead.

    ## Episode End
    Termination: the cart leaves the track (|position| > 2.4 m). Truncation: 1000 steps (10 s);
    200 steps for `wann/CartPoleSwingUpHard-v1`, which leaves less time for the swing.

    ## Arguments
    * `render_mode`: `None` or `"rgb_array"` (400 x 600 x 3, needs no display).
    * `velocities`: whether velocities are among the observations.

    ## Version History
    * v1: the release's physics; the limit of steps truncates, where the release said `done`.
    """

    # Gymnasium declares the type.
    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}  # noqa: RUF012

    def __init__(self, render_mode: str | None = None, velocities: bool = True) -> None:
        _check_render_mode(render_mode)
        self.render_mode = render_mode
        self._seen = _seen(velocities)
        high = _HIGH[self._seen]
        self.observation_space = spaces.Box(-high, high, dtype=np.float64)
        self.action_space = spaces.Box(-1.0, 1.0, (physics.ACTIONS,), dtype=np.float64)
        self._lanes = physics.make_lanes(1)
        self._push = np.zeros_like(self._lanes[:1])
        self._observation = np.empty((physics.OBSERVATIONS, self._lanes.shape[1]))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        """Start an episode; return its observation (5,) and an empty info.

        See the class for `options`. ValueError if the given state has another shape.
        """
        super().reset(seed=seed)
        given = (options or {}).get("state")
        start = (
            physics.draw_starts(1, self.np_random)[0]
            if given is None
            else np.asarray(given, dtype=np.float64)
        )
        if start.shape != (4,):
            raise ValueError(
                "options['state'] must be (x, x_dot, theta, theta_dot), got an array of "
                f"{start.shape}"
            )
        physics.set_lane(self._lanes, 0, start)
        return self._observe(), {}

    def step(self, action: Array) -> tuple[Array, float, bool, bool, dict[str, Any]]:
        """Push for 0.01 s; return observation (5,), reward, terminated, truncated and info.

        `truncated` is always False here: the limit of steps is Gymnasium's affair.
        """
        self._push[0, :1] = np.asarray(action, dtype=np.float64).reshape(1)
        physics.step_lanes(self._lanes, self._push, 0, 1)
        terminated = bool(physics.off_track(self._lanes[physics.X, 0]))
        return self._observe(), float(self._lanes[physics.REWARD, 0]), terminated, False, {}

    @property
    def state(self) -> Array:
        """(x, x_dot, theta, theta_dot)."""
        return self._lanes[:4, 0].copy()

    def render(self) -> NDArray[np.uint8] | None:
        """Return the picture of the present state, or None without a render mode."""
        if self.render_mode is None:
            return None
        from wann.envs.drawing import draw_cartpole

        return draw_cartpole(self._lanes[physics.X, 0], self._lanes[physics.THETA, 0], physics)

    def _observe(self) -> Array:
        physics.observe_lanes(self._lanes, self._observation, 0, 1)
        return self._observation[self._seen, 0].copy()


class CartPoleSwingUpVectorEnv(VectorEnv[Any, Any, Any]):
    """Many cart-poles in lockstep: the physics, spaces and rewards of `CartPoleSwingUpEnv`.

    An episode that ended is reset at the next step, whose action is ignored and whose reward is 0
    (`AutoresetMode.NEXT_STEP`, Gymnasium's default).
    """

    def __init__(
        self,
        num_envs: int = 1,
        max_episode_steps: int = 1000,
        render_mode: str | None = None,
        velocities: bool = True,
    ) -> None:
        _check_render_mode(render_mode)
        self.num_envs = num_envs
        self.max_episode_steps = max_episode_steps
        self.render_mode = render_mode
        self.metadata = {**CartPoleSwingUpEnv.metadata, "autoreset_mode": AutoresetMode.NEXT_STEP}
        self._seen = _seen(velocities)
        high = _HIGH[self._seen]
        self.single_observation_space = spaces.Box(-high, high, dtype=np.float64)
        self.single_action_space = spaces.Box(-1.0, 1.0, (physics.ACTIONS,), dtype=np.float64)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._lanes = physics.make_lanes(num_envs)
        self._push = np.zeros_like(self._lanes[:1])
        self._steps = np.zeros(num_envs, dtype=np.int64)
        self._ended = np.zeros(num_envs, dtype=np.bool_)

    def reset(
        self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Array, dict[str, Any]]:
        """Start an episode in every lane; return the observations (num_envs, 5) and an empty info.

        `seed` is one number for all lanes. `options={"state": states}` starts from given states
        (num_envs, 4). ValueError on several seeds or other shapes.
        """
        if isinstance(seed, list):
            raise ValueError(
                "this vector environment takes one seed for all its lanes, got a list of "
                f"{len(seed)}"
            )
        super().reset(seed=seed)
        self._restart(np.ones(self.num_envs, dtype=np.bool_))
        given = (options or {}).get("state")
        if given is not None:
            starts = np.asarray(given, dtype=np.float64)
            if starts.shape != (self.num_envs, 4):
                raise ValueError(
                    f"options['state'] must have shape ({self.num_envs}, 4), got {starts.shape}"
                )
            for lane, start in enumerate(starts):
                physics.set_lane(self._lanes, lane, start)
        return self._observe(), {}

    def step(
        self, actions: Array
    ) -> tuple[Array, Array, NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Push every cart for 0.01 s; lanes whose episode had ended start a new one instead.

        Return observations (num_envs, 5), rewards, terminated and truncated (num_envs,), and info.
        """
        restarted = self._ended
        self._push[0, : self.num_envs] = np.asarray(actions, dtype=np.float64).reshape(
            self.num_envs
        )
        physics.step_lanes(self._lanes, self._push, 0, self.num_envs)
        rewards = self._lanes[physics.REWARD, : self.num_envs].copy()
        self._steps += 1
        self._restart(restarted)
        rewards[restarted] = 0.0
        terminated = ~(np.abs(self._lanes[physics.X, : self.num_envs]) <= physics.TRACK_HALF_LENGTH)
        truncated = self._steps >= self.max_episode_steps
        self._ended = terminated | truncated
        return self._observe(), rewards, terminated, truncated, {}

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """Return one picture a lane, or None without a render mode."""
        if self.render_mode is None:
            return None
        from wann.envs.drawing import draw_cartpole

        poses = self._lanes[[physics.X, physics.THETA], : self.num_envs].T
        return tuple(draw_cartpole(x, theta, physics) for x, theta in poses)

    def _restart(self, which: NDArray[np.bool_]) -> None:
        lanes = np.flatnonzero(which)
        for lane, start in zip(lanes, physics.draw_starts(len(lanes), self.np_random), strict=True):
            physics.set_lane(self._lanes, int(lane), start)
        self._steps[which] = 0
        self._ended = np.where(which, False, self._ended)

    def _observe(self) -> Array:
        rows = np.empty((physics.OBSERVATIONS, self._lanes.shape[1]))
        physics.observe_lanes(self._lanes, rows, 0, self.num_envs)
        return np.ascontiguousarray(rows[self._seen, : self.num_envs].T)


def _seen(velocities: bool) -> list[int]:
    """Return which of the five observations are shown."""
    return list(range(physics.OBSERVATIONS)) if velocities else _POSITIONS


def _check_render_mode(render_mode: str | None) -> None:
    if render_mode not in (None, "rgb_array"):
        raise ValueError(f"render_mode must be None or 'rgb_array', got {render_mode!r}")

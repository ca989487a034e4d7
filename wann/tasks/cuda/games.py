"""The environments that a card can play, made of the sources of their lockstep kernels."""

import functools
from typing import Any

from wann.envs import cartpole_physics as pole
from wann.envs import classic_observations as seen
from wann.envs import classic_physics as physics
from wann.kernels.cuda.arithmetic import word
from wann.kernels.cuda.sources import for_threads
from wann.tasks.cuda.rollout import Game

# What `step_lanes` and `observe_lanes` choose from: a card compiles the one that it needs.
_CLASSIC = {
    physics.CARTPOLE: (physics.cartpole_lanes, seen.observe_four),
    physics.CARTPOLE_MEMORY: (physics.cartpole_lanes, seen.observe_positions),
    physics.ACROBOT: (physics.acrobot_lanes, seen.observe_acrobot),
    physics.PENDULUM: (physics.pendulum_lanes, seen.observe_pendulum),
    physics.MOUNTAIN_CAR: (physics.mountain_car_lanes, seen.observe_two),
    physics.MOUNTAIN_CAR_CONTINUOUS: (physics.mountain_car_continuous_lanes, seen.observe_two),
}


@functools.cache
def swingup_game(velocities: bool, single: bool = False) -> Game:
    """Return cart-pole swing-up.

    `velocities` says whether networks see them, `single` whether all is computed in single
    precision, but for where episodes begin and whether they are over, as on the CPU.
    """
    observed = pole.observe_lanes if velocities else pole.observe_positions
    set_lane, step_lanes = for_threads(pole.set_lane), for_threads(pole.step_lanes, single)
    observe_lanes = for_threads(observed, single)
    off_track, x = for_threads(pole.off_track), pole.X

    @word
    def begin(state: Any, start: Any) -> None:
        set_lane(state, 0, start)

    @word
    def observe(state: Any, values: Any, scaling: Any) -> None:
        observe_lanes(state, values, 1, 1)

    @word
    def step(state: Any, values: Any, row: int) -> None:
        step_lanes(state, values, row, 1)

    @word
    def is_over(state: Any) -> Any:
        return off_track(state[x, 0])

    inputs = pole.OBSERVATIONS if velocities else pole.POSITIONS
    name = f"swingup {velocities} {single}"
    return Game(name, begin, observe, step, is_over, pole.REWARD, inputs, pole.ACTIONS, single)


@functools.cache
def classic_game(kind: int) -> Game:
    """Return an environment of classic control, one of the numbers in `classic_physics`."""
    step_lanes, observe_lanes = map(for_threads, _CLASSIC[kind])
    inputs, done = physics.OBSERVATIONS[kind], physics.DONE

    @word
    def begin(state: Any, start: Any) -> None:
        for row in range(4):
            state[row, 0] = start[row]

    @word
    def observe(state: Any, values: Any, scaling: Any) -> None:
        observe_lanes(state, values, 1, 1)
        for row in range(inputs):
            values[1 + row, 0] = (values[1 + row, 0] - scaling[0, row]) / scaling[1, row]

    @word
    def step(state: Any, values: Any, row: int) -> None:
        step_lanes(state, values, row, 1)

    @word
    def is_over(state: Any) -> Any:
        return state[done, 0] > 0.0

    outputs = physics.OUTPUTS[kind]
    name = f"classic {kind}"
    return Game(name, begin, observe, step, is_over, physics.REWARD, inputs, outputs)

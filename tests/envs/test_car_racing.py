"""CarRacing with quick pictures: Gymnasium's physics and rewards, and nearly its pictures."""

from typing import Any

import gymnasium
import numpy as np
import pytest

import wann.envs  # noqa: F401 - registers the environment

PANEL = 84  # rows above the instruments


def driven(env: Any, steps: int, seed: int = 3) -> tuple[list[Any], list[float]]:
    rng = np.random.default_rng(seed)
    seen, rewards = [env.reset(seed=seed)[0]], []
    for _ in range(steps):
        action = np.array([rng.uniform(-0.4, 0.4), 0.2, rng.uniform(-1.0, 0.1)])
        picture, reward, ended, cut, _ = env.step(action)
        seen.append(picture)
        rewards.append(reward)
        if ended or cut:
            break
    return seen, rewards


@pytest.fixture(scope="module")
def quick() -> Any:
    return gymnasium.make("wann/CarRacing-v3")


def test_rewards_are_gymnasiums_and_pictures_nearly(quick: Any) -> None:
    plain = gymnasium.make("CarRacing-v3")

    class Paper(gymnasium.ActionWrapper[Any, Any, Any]):
        def action(self, action: Any) -> Any:
            return np.array([action[0], (action[1] + 1.0) / 2.0, max(action[2], 0.0)])

    seen, rewards = driven(quick, 45)
    others, expected = driven(Paper(plain), 45)
    assert rewards == expected
    assert seen[0].shape == others[0].shape == (96, 96, 3)
    pairs = zip(seen, others, strict=True)
    assert max(np.abs(a[:PANEL].astype(int) - b[:PANEL]).mean() for a, b in pairs) < 1.0
    assert not seen[-1][PANEL:].any()


def test_tiles_lose_their_shade_as_gymnasiums_do(quick: Any) -> None:
    driven(quick, 60)
    plain = gymnasium.make("CarRacing-v3")
    plain.reset(seed=3)
    rng = np.random.default_rng(3)
    for _ in range(60):  # as `driven`, in Gymnasium's own controls
        steer, brake = rng.uniform(-0.4, 0.4), rng.uniform(-1.0, 0.1)
        plain.step(np.array([steer, 0.6, max(brake, 0.0)]))
    env: Any = quick.unwrapped
    tiles, others = ([np.array(tile.color) for tile in of.unwrapped.road] for of in (env, plain))
    np.testing.assert_array_equal(np.array(tiles), np.array(others).astype(np.uint8))
    touched = sum((colour == 102).all() for colour in tiles[1:])
    assert touched > len({tile.idx for wheel in env.car.wheels for tile in wheel.tiles})
    colours = env._scene.now()[0].colours
    assert all(np.shares_memory(tile.color, colours) for tile in env.road)


def test_a_seed_repeats_whatever_was_played_before(quick: Any) -> None:
    first = driven(quick, 30)
    driven(quick, 10, seed=4)
    again = driven(quick, 30)
    assert first[1] == again[1]
    assert all((a == b).all() for a, b in zip(first[0], again[0], strict=True))


def test_who_stands_still_is_charged_to_the_end() -> None:
    env = gymnasium.make("wann/CarRacing-v3", patience=20)
    env.reset(seed=1)
    earned, tiles, ended = [], [0], False
    while not ended:
        _, reward, terminated, truncated, _ = env.step(np.array([0.0, -1.0, 1.0]))
        earned.append(float(reward))
        tiles.append(env.unwrapped.tile_visited_count)  # type: ignore[attr-defined]
        ended = terminated or truncated
    last = max(i for i in range(1, len(tiles)) if tiles[i] > tiles[i - 1])
    assert len(earned) == max(20, last + 20)
    tile = 1000.0 / len(env.unwrapped.track)  # type: ignore[attr-defined]
    whole = sum(earned) - tile * tiles[-1]
    assert whole == pytest.approx(-100.0)

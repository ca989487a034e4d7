"""Another environment is seen as the one that a network was grown for, or that is said."""

import json
from typing import Any

import pytest

from wann.errors import UserError
from wann.tasks.registry import make_task
from wann.tasks.seen_alike import left_out, seen_alike
from wann.tasks.spec import parse_spec

FOUR = {"mean": [0.1, 0.2, 0.3, 0.4], "sd": [1.0, 2.0, 3.0, 4.0]}
TOYS = "gym:gym_toys:toys/Toy-v0"


def spec_of(name: str, **settings: Any) -> str:
    return f"{name} {json.dumps(settings)}" if settings else name


def settings_seen(spec: str, known: str | None) -> dict[str, Any]:
    make_task(spec)  # the user names it
    return parse_spec(seen_alike(spec, known, "a test").frozen().spec)[1]


CARTPOLE = spec_of("gym:CartPole-v1", normalise=FOUR)


@pytest.mark.parametrize(
    ("spec", "known", "expected"),
    [
        ("gym:CartPole-v1", CARTPOLE, {"normalise": FOUR}),
        (TOYS, CARTPOLE, {"normalise": FOUR}),
        (
            spec_of("gym:CartPole-v1", max_steps=7, backend="gymnasium"),
            CARTPOLE,
            {"normalise": FOUR, "max_steps": 7, "backend": "gymnasium"},
        ),
        # What is said of the network's environment alone is not carried over
        (
            "gym:CartPole-v1",
            spec_of("gym:CartPole-v1", max_steps=7, on_error="worst", backend="gymnasium"),
            {},
        ),
        # What is asked for is heeded
        (spec_of("gym:CartPole-v1", normalise=False), CARTPOLE, {}),
        (
            spec_of("gym:CartPole-v1", normalise={"mean": [0] * 4, "sd": [2] * 4}),
            CARTPOLE,
            {"normalise": {"mean": [0.0] * 4, "sd": [2.0] * 4}},
        ),
        # Nothing is known, or the network does not fit
        ("gym:CartPole-v1", None, {}),
        ("gym:CartPole-v1", "gym:CartPole-v1", {}),
        ("gym:CartPole-v1", "swingup", {}),
        ("gym:Pendulum-v1", CARTPOLE, {}),
        ("swingup", CARTPOLE, {}),
        (
            "gym:CartPole-v1",
            spec_of("gym:CartPole-v1", flatten_pictures=True),
            {"flatten_pictures": True},
        ),
    ],
)
def test_what_is_carried_over(spec: str, known: str | None, expected: dict[str, Any]) -> None:
    assert settings_seen(spec, known) == expected


def test_statistics_that_are_still_to_be_measured_are_those_of_the_own_environment() -> None:
    own = spec_of("gym:CartPole-v1", normalise=True)
    task: Any = make_task(own)
    measured = parse_spec(task.frozen().spec)[1]["normalise"]
    assert settings_seen(TOYS, own) == {"normalise": measured}
    with pytest.raises(UserError, match="normalise must be true, false"):
        settings_seen("gym:CartPole-v1", spec_of("gym:CartPole-v1", normalise={"mean": [1] * 4}))


def test_pictures_are_read_as_they_were_unless_that_is_said() -> None:
    pixels = spec_of(TOYS, kwargs={"observation": "Pixels"})
    flat = spec_of(TOYS, kwargs={"observation": "Pixels"}, flatten_pictures=True)
    with pytest.raises(UserError, match="networks read vectors"):
        make_task(pixels)
    assert seen_alike(pixels, flat, "a test") == make_task(flat)
    with pytest.raises(UserError, match="networks read vectors"):
        seen_alike(spec_of(TOYS, kwargs={"observation": "Pixels"}, flatten_pictures=False), flat, 0)


def test_wrappers_that_are_left_out_are_said() -> None:
    wrapped = spec_of("gym:CartPole-v1", wrap=["gymnasium.wrappers:ClipReward"])
    (line,) = left_out("gym:CartPole-v1", wrapped)
    assert "CartPole-v1 is played without the wrappers" in line
    assert "(gymnasium.wrappers:ClipReward): --wrap puts them around it" in line
    for spec, known in [
        (wrapped, wrapped),
        (spec_of("gym:CartPole-v1", wrap=[]), wrapped),
        ("gym:CartPole-v1", CARTPOLE),
        ("gym:CartPole-v1", None),
        ("swingup", wrapped),
    ]:
        assert left_out(spec, known) == []

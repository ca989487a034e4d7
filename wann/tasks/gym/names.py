"""Names of the inputs and outputs of well-known environments, for drawings."""

from collections.abc import Sequence

_LANDER = ("x", "y", "x'", "y'", "angle", "angle'", "left leg", "right leg")
_WALKER = (
    "hull angle",
    "hull angle'",
    "x'",
    "y'",
    *(f"{joint} {what}" for joint in ("hip 1", "knee 1") for what in ("angle", "speed")),
    "contact 1",
    *(f"{joint} {what}" for joint in ("hip 2", "knee 2") for what in ("angle", "speed")),
    "contact 2",
    *(f"lidar {i}" for i in range(10)),
)
_MOTORS = ("hip 1", "knee 1", "hip 2", "knee 2")

# Of inputs and outputs, by Gymnasium id.
_NAMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "CartPole-v1": (("x", "x'", "angle", "angle'"), ("left", "right")),
    "wann/CartPoleMemory-v1": (("x", "angle"), ("left", "right")),
    "Acrobot-v1": (
        ("cos 1", "sin 1", "cos 2", "sin 2", "angle' 1", "angle' 2"),
        ("torque -", "none", "torque +"),
    ),
    "Pendulum-v1": (("cos", "sin", "angle'"), ("torque",)),
    "MountainCar-v0": (("x", "x'"), ("left", "none", "right")),
    "MountainCarContinuous-v0": (("x", "x'"), ("force",)),
    "LunarLander-v3": (_LANDER, ("none", "left", "main", "right")),
    "LunarLanderContinuous-v3": (_LANDER, ("main", "side")),
    "CarRacing-v3": ((), ("steer", "gas", "brake")),
    "wann/CarRacing-v3": ((), ("steer", "gas", "brake")),
    "BipedalWalker-v3": (_WALKER, _MOTORS),
    "BipedalWalkerHardcore-v3": (_WALKER, _MOTORS),
}


def names_of(identity: str, side: int, plain: Sequence[str]) -> Sequence[str]:
    """Return the names of the inputs (side 0) or outputs (side 1) of an environment.

    They are the `plain` ones where no others are known, or where these are not as many.
    """
    names = _NAMES.get(identity, ((), ()))[side]
    return names if len(names) == len(plain) else plain

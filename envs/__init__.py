"""Gymnasium environments: cart-poles, most with jitted dynamics, and CarRacing with quick pictures.

    gymnasium.make("wann.envs:wann/CartPoleSwingUp-v1")

Importing this package registers the ids; nothing else happens until one is made.
"""

from gymnasium.envs.registration import register, registry

_CARTPOLES: dict[str, tuple[int, dict[str, bool]]] = {
    "wann/CartPoleSwingUp-v1": (1000, {}),
    "wann/CartPoleSwingUpHard-v1": (200, {}),
    "wann/CartPoleSwingUpMemory-v1": (1000, {"velocities": False}),
}

for _id, (_steps, _kwargs) in _CARTPOLES.items():
    if _id not in registry:
        register(
            id=_id,
            entry_point="wann.envs.cartpole_swingup:CartPoleSwingUpEnv",
            vector_entry_point="wann.envs.cartpole_swingup:CartPoleSwingUpVectorEnv",
            max_episode_steps=_steps,
            kwargs=_kwargs,
        )

if "wann/CartPoleMemory-v1" not in registry:
    register(
        id="wann/CartPoleMemory-v1",
        entry_point="wann.envs.cartpole_memory:CartPoleMemory",
        max_episode_steps=500,
    )

if "wann/CarRacing-v3" not in registry:
    register(
        id="wann/CarRacing-v3",
        entry_point="wann.envs.car_racing:CarRacing",
        max_episode_steps=1000,
    )

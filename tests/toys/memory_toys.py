"""Recurrent networks to export, and what the kernels say of them step by step."""

from typing import Any

import numpy as np
from export_toys import subject
from genome_toys import ALL, grow
from gymnasium import spaces
from numpy.typing import NDArray

from wann.formats import NetworkFile
from wann.formats.export.interface import Interface, Scaling, interface_of
from wann.formats.export.subject import Subject
from wann.network.stepper import Stepper
from wann.tasks.gym.actions import make_head

STEPS = 6


def recurrent_file(
    seed: int,
    individual: bool,
    inputs: int = 3,
    outputs: int = 2,
    activations: NDArray[np.int64] = ALL,
) -> NetworkFile:
    """Return a network that may have recurrent connections, with weights of its own or without."""
    genome = grow(seed, 40, inputs, outputs, activations, recurrent=True)
    weights = np.random.default_rng(seed).normal(size=len(genome.source))
    return NetworkFile(genome, weights if individual else None, None, {})


def recurrent_subjects(count: int, **given: Any) -> list[Subject]:
    """Return so many subjects of `recurrent_file`, each other one with weights of its own."""
    return [subject(recurrent_file(i // 2, bool(i % 2)), f"toy {i}", **given) for i in range(count)]


def swingup(name: str = "swingup", single: bool = False) -> Subject:
    """Return a recurrent network as the task of swinging up without velocities has it."""
    interface = interface_of("swingup-memory", 3, 1, "a test")
    return subject(recurrent_file(6, False, 3, 1), name, interface=interface, single=single)


def classifier(name: str = "classes") -> Subject:
    """Return a recurrent network with classes, whose inputs are scaled."""
    head = make_head(spaces.Discrete(3), "toy").act
    scaling = Scaling((0.5, 0.0, -1.0), (1.0, 2.0, 3.0))
    interface = Interface("abc", "xyz", (), scaling, head, tuple("xyz"))
    return subject(recurrent_file(4, True, 3, 3), name, interface=interface)


def episode(given: Subject, seed: int) -> NDArray[np.float64]:
    """Return the observations (STEPS, inputs) of an episode."""
    return np.random.default_rng(seed).normal(size=(STEPS, given.network.inputs))


def stepped(given: Subject, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the kernels say (STEPS, outputs) in an episode of observations."""
    scaling = given.interface.scaling
    if scaling is not None:
        seen = (seen - np.array(scaling.shift)) / np.array(scaling.scale)
    stepper = Stepper(given.network, given.weight if given.weights is None else given.weights)
    return np.array([stepper(row) for row in seen])

"""The state of a search comes back from its checkpoint, and one of another search is refused."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evolution.front import Confirmed
from wann.experiments.growing.saved_state import SavedState
from wann.network.genome import Genome
from wann.runs.checkpoint import Checkpoint, pack, unpack
from wann.tasks.registry import make_task

TASK = make_task("swingup")


def genomes(count: int, inputs: int = 5) -> list[Genome]:
    return [grow(seed, 10 * seed, inputs, 1) for seed in range(count)]


def state(best: bool = True) -> SavedState:
    first, second, third, *population = genomes(7)
    return SavedState(
        generation=3,
        population=population,
        best=(0.1 + 0.2, first) if best else None,
        memory={"marks": [1, 2]},
        members=[Confirmed(second, 4, 1.5, 0.5, 60, 1), Confirmed(third, 9, 2.5, 0.25, 60, 2)],
        tried={"b", "a"},
        env_steps=10**12,
        seconds=1.25,
    )


def read(checkpoint: Checkpoint, population: int = 4) -> SavedState:
    """The state after a way through the bytes of a file."""
    return SavedState.from_checkpoint(unpack(pack(checkpoint)), population, TASK)


def same(one: Genome, two: Genome) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("best", [True, False])
def test_all_comes_back(best: bool) -> None:
    saved = state(best)
    found = read(saved.to_checkpoint())
    for name in ("generation", "memory", "tried", "env_steps", "seconds"):
        assert getattr(found, name) == getattr(saved, name)
    assert all(map(same, found.population, saved.population))
    assert len(found.population) == 4
    assert [member[1:] for member in found.members] == [member[1:] for member in saved.members]
    assert all(same(a.genome, b.genome) for a, b in zip(found.members, saved.members, strict=True))
    if saved.best is None:
        assert found.best is None
    else:
        assert found.best is not None
        assert found.best[0] == saved.best[0]
        assert same(found.best[1], saved.best[1])


def test_equal_states_give_equal_checkpoints() -> None:
    one, two = state().to_checkpoint(), state()._replace(tried={"a", "b"}).to_checkpoint()
    assert pack(one) == pack(two)


def test_older_checkpoints_leave_the_population_and_the_memory_out() -> None:
    genomes, kept, _ = state().to_checkpoint()
    del kept["population"], kept["memory"]
    found = read(Checkpoint(genomes, kept))
    assert (len(found.population), found.memory) == (4, {})


@pytest.mark.parametrize("name", ["generation", "best", "members", "tried", "env_steps", "seconds"])
def test_a_checkpoint_without_a_part_is_refused(name: str) -> None:
    genomes, kept, _ = state().to_checkpoint()
    del kept[name]
    with pytest.raises(KeyError, match=name):
        read(Checkpoint(genomes, kept))


def test_genomes_of_another_task_or_number_are_refused() -> None:
    kept = state().to_checkpoint().state
    with pytest.raises(ValueError, match="inputs and outputs"):
        read(Checkpoint(genomes(7, inputs=4), kept))
    for count in (6, 8):
        with pytest.raises(ValueError, match="zip"):
            read(Checkpoint(genomes(count), kept))
    with pytest.raises(IndexError):
        read(Checkpoint(genomes(4), kept))

import numpy as np
from front_toys import confirmed, front, genome

from wann.evolution.front import Front
from wann.evolution.generation import Generation
from wann.network.compile import compile_genome


def generation(sizes: list[int], means: list[float]) -> Generation:
    genomes = [genome(size) for size in sizes]
    return Generation(
        0, genomes, [compile_genome(g) for g in genomes], np.array(means), np.array(sizes)
    )


def test_front_keeps_what_nothing_smaller_or_equal_beats() -> None:
    made = front((5, 50.0), (3, 30.0), (4, 20.0), (8, 80.0), (5, 60.0), (7, 60.0))
    assert [(m.connections, m.mean) for m in made.members] == [(3, 30.0), (5, 60.0), (8, 80.0)]


def test_front_refuses_what_is_no_number() -> None:
    made = Front()
    assert not made.add(confirmed(3, float("nan")))
    assert made.members == []


def test_candidates_are_those_that_raise_the_front_most_once_each() -> None:
    made = front((3, 50.0), (6, 100.0))
    told = generation([2, 4, 5, 7, 8, 3], [10.0, 60.0, 70.0, 99.0, 130.0, float("-inf")])
    # Gains: 2 connections: no member that small (promising at any size); 4: 10; 5: 20; 7: none; 8:
    # 30.
    assert made.candidates(told, told.mean, 3) == [0, 4, 2]
    assert made.candidates(told, told.mean, 3) == [1]
    assert made.candidates(told, told.mean, 3) == []


def test_the_first_candidates_are_the_best() -> None:
    told = generation([1, 2, 3], [5.0, 9.0, 7.0])
    assert Front().candidates(told, told.mean, 2) == [1, 2]

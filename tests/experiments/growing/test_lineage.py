"""Births in a checkpoint are those that come back, and rows name champions and the front."""

import json

from front_toys import confirmed

from wann.evolution.birth import Birth, Changes, to_rows
from wann.experiments.growing.lineage import Ancestries, birth_rows


def births() -> list[Birth]:
    """A founder, its child, and the child of that."""
    founder = Birth(0, 0)
    child = Birth(40, 1, founder)
    child.changes = Changes([(281, 2)], [], [], [(1, 281), (281, 6)], [(1, 6)])
    last = Birth(90, 2, child)
    last.changes = Changes([], [], [(281, 2, 3)], [], [])
    for birth in (founder, child, last):
        birth.score(float(birth.number), 3)
    return [founder, child, last]


def test_ancestries_come_back_from_json() -> None:
    founder, child, last = births()
    saved = Ancestries([last, child], [None, child], [(1, child)])
    found = Ancestries.from_json(json.loads(json.dumps(saved.to_json())))
    assert found.to_json() == saved.to_json()
    assert found.population[0].parent is found.front[1] is found.champions[0][1]
    assert to_rows(found.population) == to_rows([founder, child, last])


def test_rows_name_champions_and_the_front() -> None:
    _, child, last = births()
    front = [confirmed(3, 1.0), confirmed(4, 2.0)._replace(birth=last)]
    rows = birth_rows([(1, child)], front)
    assert [(row.birth, row.champion, row.front) for row in rows] == [
        (0, None, False),
        (40, 1, False),
        (90, None, True),
    ]
    assert rows[1].nodes_added == [(281, "step")]
    assert birth_rows([], [confirmed(3, 1.0)]) == []

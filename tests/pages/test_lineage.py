"""A line of births in words."""

import pytest

from wann.pages.lineage import line_data, line_to, what_changed
from wann.runs.lineage import BirthRow

_NAMES = {0: "bias", 1: "x", 2: "y", 3: "out", 90: "node 1", 95: "node 2"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (BirthRow(1, 1), []),
        (
            BirthRow(
                1,
                1,
                nodes_added=[(90, "tanh")],
                connections_added=[(1, 90), (90, 3)],
                connections_removed=[(1, 3)],
            ),
            ["splits x → out by node 1 (tanh)"],
        ),
        (
            BirthRow(1, 1, nodes_added=[(90, "tanh")], connections_added=[(2, 90)]),
            ["adds node 1 (tanh)", "adds y → node 1"],
        ),
        (
            BirthRow(1, 1, nodes_removed=[90], connections_removed=[(1, 90), (90, 3), (2, 3)]),
            ["removes node 1 with its connections", "removes y → out"],
        ),
        (BirthRow(1, 1, activations=[(95, "sin", "relu")]), ["node 2: relu instead of sin"]),
        (BirthRow(1, 1, connections_added=[(7, 3)]), ["adds node of mark 7 → out"]),
        (
            BirthRow(1, 1, connections_added=[(i, 3) for i in (0, 1, 2, 90, 95, 0, 1, 2)]),
            [f"adds {_NAMES[i]} → out" for i in (0, 1, 2, 90, 95, 0)] + ["and 2 changes more"],
        ),
    ],
)
def test_changes_in_words(row: BirthRow, told: list[str]) -> None:
    assert what_changed(row, _NAMES) == told


def test_a_line_begins_with_its_founder_and_leaves_out_what_changed_nothing() -> None:
    rows = [
        BirthRow(0, 0, mean=1.0, connections=1),
        BirthRow(5, 1, 0, 2.5, 2, connections_added=[(0, 3)]),
        BirthRow(6, 1, 0, 9.0, 2, connections_added=[(2, 3)]),
        BirthRow(9, 2, 5, None, 2),
        BirthRow(12, 3, 9, 4.0, 2, activations=[(90, "sin", "relu")], champion=4),
    ]
    line = line_to(rows, 12)
    assert [row.birth for row in line] == [0, 5, 9, 12]
    told = line_data(line, ["x", "y"], ["out"])
    assert [(birth["generation"], birth["gain"], birth["champion"]) for birth in told] == [
        (0, None, None),
        (1, 1.5, None),
        (3, None, 4),
    ]
    assert told[0]["told"] == ["a network of the first generation"]
    assert told[1]["told"] == ["adds bias → out"]
    with pytest.raises(KeyError):
        line_to(rows, 7)


def test_a_resumed_run_of_before_says_that_its_beginning_is_not_known() -> None:
    (told,) = line_data([BirthRow(-3, 40)], ["x"], ["out"])
    assert "not known" in told["told"][0]

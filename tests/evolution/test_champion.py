from front_toys import front

from wann.evolution.champion import pick_champion


def test_champion_is_the_smallest_within_tolerance() -> None:
    made = front((3, 50.0), (5, 99.0), (8, 100.0)).members
    assert [pick_champion(made, t).connections for t in (0.0, 0.01, 0.5)] == [8, 5, 3]


def test_tolerance_of_negative_returns() -> None:
    assert pick_champion(front((3, -50.0), (5, -10.0)).members, 0.01).connections == 5


def test_without_members_there_is_no_champion() -> None:
    assert pick_champion([], 0.01) is None


def test_what_is_larger_than_asked_for_counts_only_while_there_is_nothing_else() -> None:
    made = front((3, 70.0), (5, 90.0), (8, 100.0)).members
    assert [pick_champion(made, 0.01, most).connections for most in (8, 7, 3, 2)] == [8, 5, 3, 8]

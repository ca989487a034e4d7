from wann.timing import time_in_turn


def test_ways_take_turns_after_a_warm_up() -> None:
    calls: list[str] = []
    found = time_in_turn({"one": lambda: calls.append("1"), "other": lambda: calls.append("2")}, 5)
    assert "".join(calls) == "111222" + "12" * 5
    assert all(0.0 <= seconds.low <= seconds.median <= seconds.high for seconds in found.values())
    (once,) = time_in_turn({"once": lambda: None}, 1).values()
    assert once.low == once.median == once.high

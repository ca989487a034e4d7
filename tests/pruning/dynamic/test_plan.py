import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.errors import UserError
from wann.pruning.dynamic.plan import places, plan


def test_a_plan() -> None:
    found = plan(inputs=4, outputs=2, hidden=(3,), connections=21, steps=100)
    assert [growing.step for growing in found] == [0, 10, 20, 30, 40]
    assert [growing.connections for growing in found] == [4, 8, 12, 16, 21]
    # 10 places without a hidden unit, and 7 more with each
    assert [growing.units for growing in found] == [(0,), (0,), (1,), (1,), (2,)]


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_there_are_always_places_for_what_is_added(data: st.DataObject) -> None:
    inputs, outputs = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    hidden = tuple(data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=3)))
    connections = data.draw(st.integers(1, places(inputs, outputs, hidden)))
    found = plan(inputs, outputs, hidden, connections, data.draw(st.integers(1, 200)))
    assert found[-1].connections == connections
    before, there = 0, (0,) * len(hidden)
    for growing in found:
        new_units = sum(growing.units) - sum(there)
        assert growing.connections - before >= max(1, 2 * new_units)
        assert growing.connections <= places(inputs, outputs, growing.units)
        before, there = growing.connections, growing.units


def test_more_connections_than_places() -> None:
    with pytest.raises(UserError, match=r"has 31 places .* fewer than the 32 asked for"):
        plan(4, 2, (3,), 32, 100)

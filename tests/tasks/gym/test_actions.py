import gym_toys
import numpy as np
import pytest
from gymnasium import spaces

from wann.errors import UserError
from wann.tasks.choice import largest
from wann.tasks.gym.actions import Scaled, make_head


@pytest.mark.parametrize("name", gym_toys.ACTIONS)
def test_every_action_is_in_its_space(name: str) -> None:
    space = gym_toys.ACTIONS[name]
    head = make_head(space, "toy")
    assert head.outputs == gym_toys.OUTPUTS[name] == len(head.names) == len(set(head.names))
    rng = np.random.default_rng(0)
    outputs = rng.normal(0.0, 2.0, (head.outputs, 60))
    outputs[:, 0], outputs[:, 1], outputs[:, 2] = np.nan, np.inf, -np.inf
    actions = head.act(outputs)
    assert len(actions) == 60
    assert all(space.contains(action) for action in actions)


def test_the_largest_output_is_chosen_the_first_of_equals_and_never_nan() -> None:
    outputs = np.array([[1.0, 0.0, np.nan, 2.0], [1.0, 1.0, 0.5, np.nan], [0.0, 1.0, 0.7, 3.0]])
    assert largest(outputs).tolist() == [0, 1, 2, 2]
    assert make_head(spaces.Discrete(3, start=5), "toy").act(outputs) == [5, 6, 7, 7]


def test_groups_choose_apart() -> None:
    head = make_head(spaces.MultiDiscrete([2, 3]), "toy")
    (action,) = head.act(np.array([[0.0], [1.0], [5.0], [7.0], [6.0]]))
    assert action.tolist() == [1, 1]


def test_a_box_is_scaled_to_its_bounds() -> None:
    head = make_head(gym_toys.ACTIONS["Box"], "toy")
    actions = head.act(
        np.array([[0.0, -1.0, 1.0, 9.0, 0.5, np.nan], [0.0, -1.0, 1.0, -9.0, 0.5, np.nan]])
    )
    expected = [[0.0, 5.0], [-2.0, 0.0], [2.0, 10.0], [2.0, 0.0], [1.0, 7.5], [0.0, 5.0]]
    assert [action.ravel().tolist() for action in actions] == expected
    assert actions[0].shape == (1, 2)


def test_rounding_takes_no_action_beyond_a_bound_nor_changes_one_within() -> None:
    space = gym_toys.ACTIONS["Rounded"]
    assert isinstance(space, spaces.Box)
    head = make_head(space, "toy")
    actions = head.act(np.array([[1.0, -1.0, 9.0, -9.0, 0.5], [1.0, -1.0, 9.0, -9.0, 0.5]]))
    low, high = space.low.tolist(), space.high.tolist()
    assert [action.tolist() for action in actions[:4]] == [high, low, high, low]
    middle, half = (space.low + space.high) / 2.0, (space.high - space.low) / 2.0
    assert actions[4].tolist() == (middle + 0.5 * half).tolist()
    assert isinstance(head.act, Scaled)
    assert head.act.oversteps().tolist() == [True, True]
    assert head.act.oversteps(single=True).tolist() == [False, True]


@pytest.mark.parametrize("bits", [53, 55, 62])
@pytest.mark.parametrize("beside", [0, 1, 3, 5])
def test_bounds_that_floats_do_not_hold_are_kept(bits: int, beside: int) -> None:
    most = 2**bits + beside
    for space in (spaces.Box(-most, most, (), np.int64), spaces.Box(0, most, (), np.uint64)):
        actions = make_head(space, "toy").act(np.array([[9.0, -9.0, 0.5, np.nan, 1.0, -1.0]]))
        assert all(space.contains(action) for action in actions)


def test_without_bounds_outputs_are_passed_on() -> None:
    head = make_head(gym_toys.ACTIONS["Unbounded"], "toy")
    assert head.act(np.array([[-30.0], [40.0]]))[0].tolist() == [-30.0, 40.0]
    assert head.act(np.array([[30.0], [40.0]]))[0].tolist() == [1.0, 40.0]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, np.inf, [0.0, 0.0, 0.5, 40.0]),
        (-np.inf, 1.0, [-30.0, -0.5, 0.5, 1.0]),
        (-1e30, 2.0, [-30.0, -0.5, 0.5, 2.0]),
        (-2.0, 2.0, [-2.0, -1.0, 1.0, 2.0]),
    ],
)
def test_where_a_bound_is_missing_outputs_are_cut_at_the_other(
    low: float, high: float, expected: list[float]
) -> None:
    """As the page on environments says."""
    head = make_head(spaces.Box(low, high, (1,), np.float32), "toy")
    assert np.array(head.act(np.array([[-30.0, -0.5, 0.5, 40.0]]))).ravel().tolist() == expected


def test_other_action_spaces_are_refused() -> None:
    for space in (
        spaces.Text(3),
        spaces.Dict({"a": spaces.Discrete(2)}),
        spaces.Sequence(spaces.Discrete(2)),
    ):
        with pytest.raises(UserError, match=f"toy: expected actions .* got {type(space).__name__}"):
            make_head(space, "toy")

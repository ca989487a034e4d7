"""Environments as users bring them: used where that can be, else refused in one line."""

import json

import gymnasium
import numpy as np
import odd_environments_toys as odd
import pytest
from scoring_toys import networks, score

from wann.errors import UserError
from wann.tasks.registry import make_task
from wann.tasks.task import Task


def odd_task(name: str, **settings: object) -> Task:
    return make_task(f"gym:odd_environments_toys:{name}-v0 {json.dumps(settings)}")


def error_of(name: str, **settings: object) -> str:
    """What is said when an episode of an environment is scored."""

    def play() -> None:
        task = odd_task(name, **settings)
        score(task, np.array([1]), networks(task)[:1])

    with pytest.raises(UserError) as raised:
        play()
    said = str(raised.value)
    assert name in said
    assert "\n" not in said
    assert len(said) < 450
    return said


SPACES = {
    "NoneSpace": "observation_space is None",
    "NoneActions": "action_space is None",
    "TupleForSpace": "observation_space is (3,) (builtins.tuple)",
    "EmptyDict": "an observation has no numbers",
    "EmptyTuple": "an observation has no numbers",
    "EmptyBox": "an observation has no numbers",
    "OnlyText": "a Text observation has no fixed number of inputs",
    "OnlyOwnText": "a OwnText observation has no fixed number of inputs",
    "DictOfText": "without observation['a'], which is text (OwnText) has no numbers",
    "TextActions": "expected actions from a Discrete",
    "NoActions": "its actions take 0 outputs",
    "HugeActions": "its actions take 1000000000000 outputs of a network, expected 1 to 4096",
    "HugeObservations": "1000000000000 numbers, expected at most 4096",
    "NoSpaces": "has no observation_space: AttributeError",
}
RETURNS = {
    "OldReset": "expected reset to return an observation and a dict, got array(",
    "NoReset": "expected reset to return an observation and a dict, got None",
    "OldStep": "expected step to return five values",
    "NoStep": "expected step to return five values",
    "NoneReward": "expected a number as reward, got None",
    "TextReward": "expected a number as reward, got '1.0'",
    "TwoRewards": "expected a number as reward, got array([1., 1.])",
    "NanReward": "expected a finite reward, got nan",
    "TwoEnds": "expected terminated and truncated to be true or false, got array(",
    "OtherShape": "expected an observation of shape (3,), got (3, 1)",
    "TextSeen": "expected an observation of real numbers",
    "LeavesInStep": "SystemExit: leaving",
    "LeavesInReset": "SystemExit: leaving",
}
MADE = {
    "NeedsArgument": "missing 1 required positional argument: 'size'",
    "LeavesInInit": "cannot be made with kwargs {}: SystemExit: leaving",
}


@pytest.mark.parametrize(("name", "message"), {**SPACES, **RETURNS, **MADE}.items())
def test_what_cannot_be_used_is_refused_in_one_line(name: str, message: str) -> None:
    assert message in error_of(name)


def test_every_odd_toy_is_tried() -> None:
    assert {kind.__name__ for kind in odd.SPACES} == set(SPACES)
    assert {kind.__name__ for kind in odd.RETURNS} == set(RETURNS)


@pytest.mark.parametrize("name", [kind.__name__ for kind in odd.GOOD_RETURNS])
def test_what_is_odd_and_harmless_is_scored_as_if_it_were_not(name: str) -> None:
    episodes = np.array([1, 2])
    if name == "NoMetadata":
        with pytest.warns(UserWarning, match="doesn't include `render_modes`"):
            found = score(odd_task(name), episodes)
    else:
        found = score(odd_task(name), episodes)
    for ours, plain in zip(found, score(odd_task("Plain"), episodes), strict=True):
        np.testing.assert_array_equal(ours, plain)


def test_a_module_that_raises_or_leaves_on_import_is_one_line(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in {"odd_leaves": "import sys; sys.exit(3)", "odd_typo": "def f(:\n"}.items():
        (tmp_path / f"{name}.py").write_text(text)  # type: ignore[operator]
        with pytest.raises(UserError, match=f"{name}:X-v0: its module cannot be imported: ") as it:
            make_task(f"gym:{name}:X-v0")
        assert "\n" not in str(it.value)


# ---- reset options


def test_reset_options_reach_every_reset() -> None:
    assert "reset needs options" in error_of("NeedsOptions")
    one, two = (odd_task("NeedsOptions", reset_options={"level": level}) for level in (1, 2))
    episodes = np.array([1, 2, 3])
    np.testing.assert_array_equal(score(two, episodes)[0], 2 * score(one, episodes)[0])
    assert make_task(one.spec) == one
    assert '"reset_options": {"level": 1}' in one.spec


# ---- arguments


@pytest.mark.parametrize("registered", [False, True])
def test_each_instance_has_arguments_of_its_own(registered: bool) -> None:
    name = "KeepsArguments-v0" if registered else "KeepsArguments"
    given = {"kwargs": {"config": {"gains": [1.0, 2.0]}}}
    task = make_task(f"gym:odd_environments_toys:{name} {json.dumps(given)}")
    some, seeds = networks(task), [1, 2, 3]
    together, _ = score(task, np.array(seeds), some)
    for i, seed in enumerate(seeds):
        np.testing.assert_array_equal(score(task, np.array([seed]), some)[0], together[:, :, [i]])
    assert json.loads(task.spec.partition(" ")[2]) == given


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        ({"kwargs": {"config": {"gains": [1.0], "size": 3}}}, '{"config": {"gains": [1.0], "si'),
        (
            {"wrap": ['odd_environments_toys:TakesArguments {"config": {"by": 2.0, "size": 3}}']},
            '{"config": {"by": 2.0, "size": 3}}',
        ),
    ],
)
def test_a_message_has_the_arguments_that_were_given(
    settings: dict[str, object], given: str
) -> None:
    with pytest.raises(UserError, match="cannot be made with") as raised:
        odd_task("KeepsArguments" if "kwargs" in settings else "Plain", **settings)
    assert given in str(raised.value)


# ---- wrappers


def wrapped(*wrap: str, name: str = "Plain", **settings: object) -> Task:
    return odd_task(name, wrap=list(wrap), **settings)


SCALED = "odd_environments_toys:Scaled"


def test_wrappers_are_put_around_in_the_order_given() -> None:
    episodes, some = np.array([1, 2]), networks(odd_task("Plain"))
    plain, steps = score(odd_task("Plain"), episodes, some)
    doubled = f'{SCALED} {{"by": 2.0}}'
    shifted = f'{SCALED} {{"plus": 1.0}}'
    length = steps[0] / plain[0].size
    for task, expected in (
        (wrapped(doubled, shifted), 2 * plain + length),
        (wrapped(shifted, doubled), 2 * (plain + length)),
        (wrapped(SCALED), plain),
    ):
        np.testing.assert_allclose(score(task, episodes, some)[0], expected)
        assert make_task(task.spec) == task


def test_a_function_may_wrap_and_its_time_limit_counts() -> None:
    task = wrapped('odd_environments_toys:shortened {"steps": 5}')
    assert task.limit == 5
    assert score(task, np.array([1]))[1].tolist() == [15, 15, 15]


def test_a_wrapper_of_gymnasium_changes_what_networks_see() -> None:
    assert wrapped('gymnasium.wrappers:FrameStackObservation {"stack_size": 2}').inputs == 6
    classic = make_task('gym:CartPole-v1 {"wrap": ["odd_environments_toys:Scaled"]}')
    assert type(classic).__name__ == "GymTask"
    assert list(classic.input_names) == ["o0", "o1", "o2", "o3"]


WRONG_WRAPPERS = [
    (["Scaled"], "expected a wrapper as MODULE:WRAPPER"),
    (["odd_environments_toys:"], "expected a wrapper as MODULE:WRAPPER"),
    (["odd_environments_toys:Scald"], "unknown name in odd_environments_toys 'Scald'"),
    (["no_such_module:Scaled"], "ModuleNotFoundError"),
    ([SCALED + ' {"times": 2}'], "unexpected keyword argument 'times'"),
    ([SCALED + " {"], "expected settings as a JSON object"),
    (["odd_environments_toys:no_environment"], "to return an environment of Gymnasium .*, got 3"),
    ("odd_environments_toys:Scaled", "wrap must be a list of wrappers"),
    ([3], "wrap must be a list of wrappers"),
]


@pytest.mark.parametrize(("wrap", "message"), WRONG_WRAPPERS)
def test_a_wrong_wrapper_is_one_line(wrap: object, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        odd_task("Plain", wrap=wrap)
    assert "\n" not in str(raised.value)


# ---- grids


def test_a_small_grid_is_a_vector_and_text_is_left_out_and_said() -> None:
    task = odd_task("Grid")
    assert task.inputs == 7 * 7 * 3 + 4
    assert task.notes == [
        "odd_environments_toys:Grid-v0 has no time limit: episodes are cut after 1000 steps "
        "(max_steps)",
        "odd_environments_toys:Grid-v0: networks do not see observation['mission'], which is text "
        "(OwnText)",
    ]
    returns, steps = score(task, np.array([1, 2]))
    assert np.isfinite(returns).all()
    assert steps.tolist() == [odd.Plain.horizon * 6] * 3


def test_minigrid_is_played_as_it_is() -> None:
    pytest.importorskip("minigrid")
    task = make_task("gym:minigrid:MiniGrid-Empty-5x5-v0")
    assert (task.inputs, task.outputs) == (4 + 147, 7)
    env = gymnasium.make("MiniGrid-Empty-5x5-v0")
    seen = env.reset(seed=4)[0]
    row = task.see(seen)
    np.testing.assert_array_equal(row[:4], np.arange(4) == seen["direction"])
    np.testing.assert_array_equal(row[4:], seen["image"].ravel())
    assert any("observation['mission'], which is text" in note for note in task.notes)
    returns, _ = score(task, np.array([1, 2]))
    assert ((returns >= 0) & (returns <= 1)).all()

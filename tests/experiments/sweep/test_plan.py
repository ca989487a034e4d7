import json

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.experiments.sweep.grid import parse_grid, with_tasks
from wann.experiments.sweep.plan import SweepPlan
from wann.jobs.seeds import parse_seeds

BASE = SearchConfig(generations=3)


def test_seeds() -> None:
    assert parse_seeds("0-4,7") == (0, 1, 2, 3, 4, 7)
    assert parse_seeds("3") == (3,)
    assert parse_seeds(" 5 , 2-2") == (5, 2)


def test_a_grid_has_values_of_each_settings_kind() -> None:
    texts = [
        "population=256,1024",
        "max-share=0,0.5",
        "ranking=nsga2",
        "weights=-1,1/2",
        "activations=tanh,sin/relu",
    ]
    assert parse_grid(texts) == {
        "population": (256, 1024),
        "max_share": (0.0, 0.5),
        "ranking": ("nsga2",),
        "weights": ((-1.0, 1.0), (2.0,)),
        "activations": (("tanh", "sin"), ("relu",)),
    }
    spec = 'gym:A-v0 {"a": 1, "kwargs": {"b": 2, "c": 3}, "d": 4}'
    assert parse_grid([f"task=swingup,{spec},x"]) == {"task": ("swingup", spec, "x")}


def test_runs_are_all_combinations_by_readable_names() -> None:
    plan = SweepPlan(BASE, {"population": (8, 16), "ranking": ("nsga2", "paper")}, (0, 7))
    assert len(plan.runs) == 8
    assert plan.runs[3].name == "population=8,ranking=paper,seed=7"
    assert (
        plan.runs[3].config.population,
        plan.runs[3].config.ranking,
        plan.runs[3].config.seed,
    ) == (8, "paper", 7)
    assert plan.runs[3].config.generations == 3
    assert [run.name for run in SweepPlan(BASE, {}, (2, 3)).runs] == ["seed=2", "seed=3"]
    assert [setting.label for setting in SweepPlan(BASE, {}, (2,)).settings] == ["all"]


@pytest.mark.parametrize(
    ("name", "values", "labels"),
    [
        ("weights", ((-1.0, 1.0), (0.5, 2.0)), ["-1_1", "0.5_2"]),
        ("max_share", (0.1, 1e-05), ["0.1", "1e-05"]),
        ("task", ("gym:a/b-v0", "../x"), ["gym_a_b-v0", ".._x"]),
        ("task", ("a b", "a/b"), ["1of2", "2of2"]),  # would be the same
        ("task", ("a", "A"), ["1of2", "2of2"]),  # are the same on some file systems
        ("task", ("a", "x" * 99), ["1of2", "2of2"]),
        ("task", ("///", "b"), ["1of2", "2of2"]),
    ],
)
def test_names_of_folders_are_safe_and_differ(
    name: str, values: tuple[object, ...], labels: list[str]
) -> None:
    plan = SweepPlan(BASE, {name: values}, (0,))
    assert [setting.label for setting in plan.settings] == [f"{name}={label}" for label in labels]
    assert not any("/" in run.name for run in plan.runs)


def test_a_plan_survives_its_file() -> None:
    plan = SweepPlan(
        BASE, {"population": (8, 16), "weights": ((-1.0, 1.0), (2.0,))}, (0, 7), evaluate=5
    )
    again = SweepPlan.from_dict(plan.to_dict())
    assert again.to_dict() == plan.to_dict()
    assert again.runs == plan.runs


MISTAKES = [
    (["max_step=8"], "0", "did you mean 'max_steps'"),
    (["wrap=a:B"], "0", "wrap has no alternatives of its own: give whole tasks, such as"),
    (["normalise=yes"], "0", "normalise: expected true or false, got 'yes'"),
    (["activations=x = x / 2/tanh"], "0", "a formula with a slash stands in quotes"),
    (["activations='tanh/sin"], "0", "the quote ' is not closed"),
    (["populaton=8"], "0", "did you mean 'population'"),
    (["population"], "0", "expected NAME=VALUE"),
    (["seed=1,2"], "0", "seeds are given by --seeds"),
    (["population=8", "population=9"], "0", "population is given twice"),
    (["population=8,8"], "0", "has the value 8 twice"),
    (["max_share=0.5,.5"], "0", "has the value 0.5 twice"),
    (["population=8,"], "0", "has an empty value"),
    (["population="], "0", "has an empty value"),
    (["population=8,x"], "0", "expected a whole number between 2 and 1,000,000, got 'x'"),
    (["population=8,1"], "0", "population: expected a whole number between 2"),
    (["ranking=nsga2,best"], "0", "unknown ranking 'best'"),
    (["weights=1,1/2"], "0", "one or more different values"),
    (
        ["population=8,16", "weight_series=fixed,stratified", "weights=1,2/3"],
        "0",
        "an even number of weights",
    ),
    ([], "", "expected seeds such as 0-4,7"),
    ([], "0,", "expected seeds such as 0-4,7"),
    ([], "-3", "expected seeds such as 0-4,7"),
    ([], "0..4", "expected seeds such as 0-4,7"),
    ([], "4-0", "from a lower to a higher"),
    ([], "9223372036854775808", "up to 2^63 - 1"),
    ([], "0-4,3", "3 is given twice"),
    ([], "0-10000000", "at most"),
    (["population=8,9,10"], "0-9998", "29,997 runs"),
]


@pytest.mark.parametrize(("grid", "seeds", "message"), MISTAKES, ids=str)
def test_mistakes(grid: list[str], seeds: str, message: str) -> None:
    with pytest.raises(UserError) as mistake:
        SweepPlan(BASE, parse_grid(grid), parse_seeds(seeds))
    assert message in str(mistake.value)
    assert "\n" not in str(mistake.value)


QUOTED = {
    "activations='soft = x / (1 + abs(x))'/tanh": (("soft = x / (1 + abs(x))",), ("tanh",)),
    'activations="quoted = x / 2"': (("quoted = x / 2",),),
    "activations=tanh,'quoted = x / 2',sin/relu": (("tanh", "quoted = x / 2", "sin"), ("relu",)),
    "activations=tanh/sin": (("tanh",), ("sin",)),
}


@pytest.mark.parametrize("text", QUOTED)
def test_what_stands_in_quotes_is_not_cut(text: str) -> None:
    (found,) = parse_grid([text]).values()
    assert [len(one) for one in found] == [len(one) for one in QUOTED[text]]
    flat, expected = (sum(some, ()) for some in (found, QUOTED[text]))
    for one, other in zip(flat, expected, strict=True):
        assert one.replace(" ", "") == other.replace(" ", "")


GRIDS_OF_TASKS = {
    "gym:A-v1": (
        {"max_steps": (20, 50), "population": (8, 16), "normalise": (True, False)},
        ["max_steps=20,normalise=True,population=8", "max_steps=20,normalise=True,population=16"],
        'gym:A-v1 {"max_steps": 20, "normalise": true}',
    ),
    'gym:A-v1 {"backend": "jit", "max_steps": 3}': (
        {"max_steps": (20,)},
        ["max_steps=20"],
        'gym:A-v1 {"backend": "jit", "max_steps": 20}',
    ),
    'data:/t.csv {"label": "y"}': (
        {"split_seed": (0, 1)},
        ["split_seed=0", "split_seed=1"],
        'data:/t.csv {"label": "y", "split_seed": 0}',
    ),
}


@pytest.mark.parametrize("task", GRIDS_OF_TASKS)
def test_settings_of_a_task_make_its_alternatives(task: str) -> None:
    grid, labels, spec = GRIDS_OF_TASKS[task]
    plan = SweepPlan(BASE, *with_tasks_of(grid, task))
    assert [setting.label for setting in plan.settings][:2] == labels
    assert plan.settings[0].shown == {name: values[0] for name, values in grid.items()}
    assert plan.runs[0].config.task == spec
    assert len({run.config.task for run in plan.runs} - {spec}) == len(plan.parts) - 1
    again = SweepPlan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert (again.runs, again.to_dict()) == (plan.runs, plan.to_dict())
    for damage in ([], [{}], [{"../x": 3}], plan.to_dict()["parts"][1:]):
        if damage:
            with pytest.raises(UserError):
                SweepPlan.from_dict({**plan.to_dict(), "parts": damage})


def with_tasks_of(grid: dict, task: str) -> tuple:
    found = with_tasks(grid, task)
    return found.grid, (0,), None, found.parts


@pytest.mark.parametrize(
    ("grid", "task", "message"),
    [
        ({"max_steps": (5,), "task": ("gym:A",)}, "gym:A", "put max_steps into the tasks"),
        ({"max_steps": (5,)}, "swingup", "max_steps needs env, the id of an environment"),
        ({"max_steps": (0,)}, "gym:A", "max_steps must be between 1 and"),
        ({"label": ("a",)}, "digits", "label needs dataset, the path of a data set"),
    ],
)
def test_mistakes_of_tasks(grid: dict, task: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        with_tasks(grid, task)


def test_a_damaged_plan_is_refused() -> None:
    content = SweepPlan(BASE, {"population": (8,)}, (0,)).to_dict()
    for damage in (
        {"grid": 3},
        {"seeds": None},
        {"grid": {"population": []}},
        {"settings": {"populaton": 3}},
        {"grid": {"population": ["x"]}},
    ):
        with pytest.raises(UserError):
            SweepPlan.from_dict({**content, **damage})
    with pytest.raises(UserError):
        SweepPlan.from_dict({})

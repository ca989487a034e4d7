import dataclasses

import pytest

from wann.config import SearchConfig, StudySettings, TuneConfig, make_config, parse_setting
from wann.errors import UserError
from wann.evolution.random_edits import OPERATORS

WRONG = [
    ({"populaton": 3}, "did you mean 'population'"),
    ({"population": 1}, "between 2 and"),
    ({"population": "many"}, "whole number, got 'many'"),
    ({"population": True}, "whole number, got True"),
    ({"population": 10.5}, "whole number"),
    ({"elite": float("nan")}, "between 0 and 0.99"),
    ({"elite": 1.0}, "between 0 and 0.99"),
    ({"ranking": "lexicas"}, "did you mean 'lexicase'"),
    ({"activations": ["tanh", "tan"]}, "did you mean 'tanh'"),
    ({"activations": []}, "one or more"),
    ({"activations": "tanh"}, "one or more"),
    ({"weights": [1, 1]}, "different"),
    ({"weights": [1, 1.0]}, "different"),
    ({"weights": [0.0, -0.0]}, "different"),
    ({"weights": [[1]]}, "weights must be a number, got [1]"),
    ({"weights": [10**400]}, "between -1,000,000 and 1,000,000, got 1000"),
    ({"seed": 10**5000}, "got a value of type int that is too long to be shown"),
    ({"seed": 2**63}, "between 0 and 9,223,372,036,854,775,807, got 9223372036854775808"),
    ({"weights": list(range(1001))}, "at most 1,000 values, got 1,001"),
    ({"task": ""}, "task must be a name, got the empty text ''"),
    ({"task": "swing\x1b[2Jup"}, "task must be a name in one line, got 'swing\\x1b[2Jup'"),
    ({"task": 9999 * "x" + "\n"}, "characters)"),
    ({"weights": ["a"]}, "a number"),
    ({"weights": [float("inf")]}, "between"),
    ({"weight_series": "stratified", "weights": [1.0]}, "even number"),
    ({"strata": [2.0, 1.0]}, "smallest and the largest"),
    ({"seed": -1}, "between 0"),
    ({"asynchronous": 1}, "true or false"),
    ({"asynchronous": "yes"}, "true or false"),
    ({"asynchronous": True, "islands": 4}, "one population"),
    ({"population": 10, "islands": 4}, "multiple of islands"),
    ({"population": 4, "islands": 4}, "2 genomes or more on each"),
    ({"migrate_every": 0}, "between 1"),
    ({"episodes": 4, "race_episodes": 2, "asynchronous": True}, "or give race_episodes 0"),
    ({"initial_signs": "both"}, "give initial_depth 2 or more"),
    ({"race_share": 1.5}, "between 0"),
    ({"population": 10**6, "episodes_last": 10**6}, "lower population, weights or episodes"),
    (dict.fromkeys(OPERATORS, 0.0), "at least one mutation operator"),
    ({"recurrent": True, "method": "es"}, "recurrent networks are grown by evolution"),
    ({"recurrent": True, "gradient_every": 5}, "gradients do not choose recurrent connections"),
    ({"mutation": "add_recurrent=1"}, "leave it out, or give recurrent"),
    ({"recurrent": 1}, "recurrent must be true or false, got 1"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG)
def test_wrong_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UserError) as raised:
        make_config(settings)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_settings_survive_json() -> None:
    config = SearchConfig(weights=(-1.0, 1.0), seed=7)
    assert make_config(config.to_dict()) == config
    tuning = TuneConfig(weights="shared", sigma=0.5)
    assert make_config(tuning.to_dict(), TuneConfig()) == tuning


def test_a_setting_that_may_be_none_is_not_checked_then() -> None:
    assert make_config({"rewind_step": None}, StudySettings()).rewind_step is None
    with pytest.raises(UserError, match="rewind_step must be between 0 and 100,000,000, got -1"):
        make_config({"rewind_step": -1}, StudySettings())
    with pytest.raises(UserError, match="score-examples must be between 1 and 100,000,000, got 0"):
        make_config({"examples": 0}, StudySettings())


def test_a_free_list_may_be_empty_or_repeat_itself_and_blanks_in_its_text_are_dropped() -> None:
    entry = next(e for e in dataclasses.fields(StudySettings) if e.name == "methods")
    assert parse_setting(entry, " imp, snip,,imp") == ("imp", "snip", "imp")
    with pytest.raises(UserError, match="expected values separated by commas, got ','"):
        parse_setting(entry, ",")
    assert make_config({"methods": ("imp", "imp"), "controls": ()}, StudySettings()).controls == ()
    with pytest.raises(UserError, match="methods must be a name, got 3"):
        make_config({"methods": (3,)}, StudySettings())

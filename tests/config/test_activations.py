"""Activations in settings: names, formulas, functions; what a file names is not imported."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest
from formula_toys import soft_of_settings

from wann.activations import activation
from wann.config import SearchConfig, make_config, parse_setting
from wann.errors import UserError

SOFT = "soft_of_settings = x / (1 + abs(x))"


def setting_of(name: str) -> "dataclasses.Field[object]":
    return next(entry for entry in dataclasses.fields(SearchConfig) if entry.name == name)


def test_one_activation_however_it_is_given() -> None:
    declared = activation(soft_of_settings)
    for given in (
        SOFT,
        "soft_of_settings",
        declared,
        soft_of_settings,
        "soft_of_settings=x/(1+abs(x))",
    ):
        config = SearchConfig(activations=("tanh", given))  # type: ignore[arg-type]
        assert config.activations == ("tanh", SOFT)
        assert config.activation_codes == (5, declared.code)
        assert make_config(json.loads(json.dumps(config.to_dict()))) == config
    text = "tanh, formula_toys:soft_of_settings,small=select(x > 0, maximum(x, 1), (1 + (x)) * 2)"
    assert parse_setting(setting_of("activations"), text) == (
        "tanh",
        SOFT,
        "small = select(x > 0, maximum(x, 1), (1 + x) * 2)",
    )


def test_a_colour_stays_with_the_formula() -> None:
    activation(lambda x: np.where(x > 3, x, 3), name="at_least_three", colour="#010203", short="3+")
    (text,) = SearchConfig(activations=("at_least_three",)).activations
    assert text == "at_least_three = select(x > 3, x, 3)  #010203 3+"


def test_what_a_file_names_is_not_imported() -> None:
    with pytest.raises(UserError, match="this_module_is_not_trusted"):
        make_config({"activations": ["tanh", "this_module_is_not_trusted:f"]})
    assert "this_module_is_not_trusted" not in sys.modules


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("tahn", "unknown activation 'tahn': did you mean 'tanh'"),
        ("tanh,tanh", "one or more different values"),
        (f"{SOFT},soft_of_settings", "one or more different values"),
        ("a = y", "unknown function 'y'"),
        ("formula_toys:NUMBER", "the activation formula_toys:NUMBER is 3: expected a function"),
        ("formula_toys:nothing", "nothing"),
        ("no_such_module:f", "no_such_module"),
        ("", "unknown activation ''"),
    ],
)
def test_what_is_no_activation_is_one_line(given: str, line: str) -> None:
    activation(soft_of_settings)
    with pytest.raises(UserError, match=line) as problem:
        parse_setting(setting_of("activations"), given)
    assert "\n" not in str(problem.value)


def test_a_process_that_never_heard_of_it_knows_it_from_the_settings() -> None:
    script = "import sys, json; from wann.config import make_config; "
    script += "print(make_config(json.loads(sys.argv[1])).activation_codes)"
    config = SearchConfig(activations=("tanh", SOFT))
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(config.to_dict())],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(config.activation_codes)

"""The names that the help lists, declared without anything heavy, are those of the registries."""

import dataclasses

from wann import config
from wann.config import (
    EnvironmentSettings,
    SearchConfig,
    Settings,
    StudySettings,
)
from wann.config.conditions import CONDITIONS
from wann.datasets.registry import DATASETS
from wann.evolution.random_edits import OPERATORS
from wann.evolution.ranking import RANKINGS
from wann.experiments.comparison.contestants import make as contestants
from wann.experiments.pruning.plan import StudyPlan
from wann.pruning.api import CONTROLS
from wann.pruning.methods import METHODS
from wann.pruning.training.models import MODELS
from wann.tasks.gym.settings import GymSettings


def test_names_agree_with_the_registries() -> None:
    by_name = {entry.name: entry for entry in dataclasses.fields(SearchConfig)}
    assert set(by_name["ranking"].metadata["choices"]) == set(RANKINGS)
    assert set(OPERATORS) <= set(by_name)
    config = SearchConfig(recurrent=True)
    assert config.rates == tuple(getattr(config, name) for name in OPERATORS)
    assert SearchConfig().rates == (*config.rates[:-1], 0.0)


def test_names_of_pruning_and_comparison_are_those_of_the_registries() -> None:
    assert set(config.MODEL_NAMES) == set(MODELS)
    assert tuple(CONTROLS) == config.CONTROL_NAMES
    assert set(config.DATASET_NAMES) == set(DATASETS)
    assert tuple(contestants.CONTROLS) == config.CONTROL_CONTESTANTS
    assert set(config.PRUNED_BY_DEFAULT) <= set(METHODS)
    assert set(config.SHARED_MASKS) <= set(contestants.CONTESTANTS)
    assert not set(config.SHARED_MASKS) & set(METHODS)
    assert StudySettings.training in config.PRESETS
    assert set(config.CONDITION_NAMES) <= set(CONDITIONS)


def test_a_study_and_an_environment_have_the_declared_defaults() -> None:
    for made, kind, same in (
        (StudyPlan("m", "d", ("imp",), (0.5,)), StudySettings, ("retrain", "examples", "device")),
        (
            StudyPlan("m", "d", ("imp",), (0.5,)),
            StudySettings,
            ("controls", "protect", "rewind_step"),
        ),
        (GymSettings("id"), EnvironmentSettings, ("backend", "normalise", "max_steps", "on_error")),
        (GymSettings("id"), EnvironmentSettings, ("episode_seconds", "stuck_steps")),
    ):
        for name in same:
            assert getattr(made, name) == getattr(kind, name)
    assert StudyPlan("m", "d", ("imp",), (0.5,)).training == config.PRESETS[StudySettings.training]


def test_every_declared_setting_says_what_it_is() -> None:
    for name in config.__all__:
        kind = getattr(config, name)
        if isinstance(kind, type) and issubclass(kind, Settings) and kind is not Settings:
            assert kind.__doc__
            for entry in dataclasses.fields(kind):
                assert entry.metadata["help"].strip(), f"{name}.{entry.name}"

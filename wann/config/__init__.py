"""Every setting that decides a result: its default, its bounds and its help text, declared once.

Defaults that several rooms share stand here, too, and so does the table of weight conditions. Rooms
import what they are configured by from here, and the command line makes flags of it. Begin with
`settings`, which says how a setting is declared. Imports nothing heavy, so that `--help` is fast.
"""

from wann.config.comparison import (
    ALL,
    CONTROL_CONTESTANTS,
    DENSE_SMALL,
    MAKING_FLAGS,
    PRUNED_BY_DEFAULT,
    SHARED_BY_DEFAULT,
    SHARED_MASKS,
    ComparisonSettings,
    Making,
)
from wann.config.conditions import CONDITION_NAMES
from wann.config.keywords import check_known, config_of, values_of
from wann.config.make import Config, make_config
from wann.config.pruning import (
    ALLOCATION_NAMES,
    AS_BUILT,
    CONTROL_NAMES,
    DATASET_NAMES,
    DRAWS_VERSION,
    EARLY_SHARE,
    LAST_LOTTERY_RATE,
    LATENCY_BATCHES,
    LATENCY_REPEATS,
    LOTTERY_RATE,
    MODEL_NAMES,
    PRESETS,
    SCORE_BATCH,
    StudySettings,
    Training,
)
from wann.config.search import (
    CHECKPOINT_SECONDS,
    RANKING_NAMES,
    TRAINING_WEIGHTS,
    WEIGHT_SERIES,
    SearchConfig,
)
from wann.config.settings import LARGEST_SEED, Settings, kind_of, parse_setting, setting
from wann.config.sweep import SweepSettings
from wann.config.tasks import (
    BACKENDS,
    FLOOR,
    LARGEST_SIZE,
    MOST_STEPS,
    ON_ERROR,
    DatasetSettings,
    EnvironmentSettings,
    TableSettings,
)
from wann.config.weights import (
    MEASURE_NAMES,
    MOST_EPOCHS,
    TUNING_METHODS,
    WEIGHT_KINDS,
    EvaluateConfig,
    TuneConfig,
)

__all__ = [
    "ALL",
    "ALLOCATION_NAMES",
    "AS_BUILT",
    "BACKENDS",
    "CHECKPOINT_SECONDS",
    "CONDITION_NAMES",
    "CONTROL_CONTESTANTS",
    "CONTROL_NAMES",
    "DATASET_NAMES",
    "DENSE_SMALL",
    "DRAWS_VERSION",
    "EARLY_SHARE",
    "FLOOR",
    "LARGEST_SEED",
    "LARGEST_SIZE",
    "LAST_LOTTERY_RATE",
    "LATENCY_BATCHES",
    "LATENCY_REPEATS",
    "LOTTERY_RATE",
    "MAKING_FLAGS",
    "MEASURE_NAMES",
    "MODEL_NAMES",
    "MOST_EPOCHS",
    "MOST_STEPS",
    "ON_ERROR",
    "PRESETS",
    "PRUNED_BY_DEFAULT",
    "RANKING_NAMES",
    "SCORE_BATCH",
    "SHARED_BY_DEFAULT",
    "SHARED_MASKS",
    "TRAINING_WEIGHTS",
    "TUNING_METHODS",
    "WEIGHT_KINDS",
    "WEIGHT_SERIES",
    "ComparisonSettings",
    "Config",
    "DatasetSettings",
    "EnvironmentSettings",
    "EvaluateConfig",
    "Making",
    "SearchConfig",
    "Settings",
    "StudySettings",
    "SweepSettings",
    "TableSettings",
    "Training",
    "TuneConfig",
    "check_known",
    "config_of",
    "kind_of",
    "make_config",
    "parse_setting",
    "setting",
    "values_of",
]

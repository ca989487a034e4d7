"""`wann.WannClassifier`: a network that was searched for as a classifier of scikit-learn.

The extra `sklearn` is needed.
"""

import dataclasses
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.api.recipe_method import by_evolution, giving_way
from wann.arrays import without_gaps
from wann.config import SearchConfig, TuneConfig, check_heeded, config_of
from wann.datasets.coding import CodedColumn, Coding
from wann.datasets.dataset import Dataset
from wann.errors import UserError, in_short
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.recipes import DATASET_RECIPE, load_recipe
from wann.formats import NetworkFile
from wann.formats.loaded_network import LoadedNetwork
from wann.machine.cores import available_cores
from wann.network.weightings import Weightings
from wann.tasks.choice import largest
from wann.tasks.classify import Classification
from wann.tasks.spec import make_spec
from wann.weights.individual import finish, tune_individual
from wann.weights.measuring import Measuring
from wann.weights.shared import tune_shared
from wann.weights.tuned import Tuned

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils import check_random_state
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ImportError:
    raise UserError(
        "expected scikit-learn, which is not installed: pip install 'wann[sklearn]'"
    ) from None

# What the network is for, in its files; the examples themselves are in none
_TASK = "data:examples of WannClassifier"
_TUNED = ("shared", "individual")
# Settings of a search that are parameters, and their values where none are given
_OF_SEARCHES = {"generations": 300, "population": 128}
# Settings of a search that `fit` has in another place, and where that is
_NOT_HEEDED = {
    "seed": "the seed is random_state",
    "task": "the examples that `fit` is given are the task",
}


class WannClassifier(ClassifierMixin, BaseEstimator):
    """A classifier whose wiring is searched for; its weights come second.

    By gradients its network is pruned from a dense parent, by training which connections are kept;
    by evolution it is grown. The search is that of `wann search --dataset`, on features that are
    scaled to [0, 1] by the examples it is fitted on. A sixth of these is kept to choose among
    networks. Equal examples, parameters and `random_state` give an equal network.

    Args:
        method: `"gradient"`, which needs PyTorch, `"evolution"` or `"es"`. None is gradients, but
            evolution where `generations`, `population` or a setting of evolution alone is given.
        generations: how many generations are searched, but by gradients; None is 300.
        population: networks in a generation, but by gradients; None is 128.
        max_connections: the most connections of a network.
        tuned: which weights the network gets in the end: `"shared"` is the best one for all
            connections, `"individual"` one for each (by gradients where PyTorch is installed and
            the network has them, else by CMA-ES, which takes longer).
        weight: a shared weight to use instead, which no tuning touches.
        settings: further settings of `wann.SearchConfig` by name, such as `{"steps": 1000}` of
            gradients, or `{"ranking": "nsga2"}` of evolution.
        random_state: the seed: a whole number, a `RandomState`, or None for another each time.
        n_jobs: threads; None is one, -1 all cores. The result is the same.

    Attributes:
        classes_: the labels, sorted.
        method_: the method that found the network.
        network_: the network, a `LoadedNetwork`. Files that `network_.export` writes take features
            as `fit` did and return classes; the network itself, when called, and its `classify`
            take features that are scaled: those that `fit` saw reach from 0 to 1.
        n_features_in_: how many features there are.
        feature_names_in_: their names, where they were given as a DataFrame.

    Example:
        ```python
        from sklearn.datasets import load_iris
        from sklearn.model_selection import cross_val_score

        x, y = load_iris(return_X_y=True)
        print(cross_val_score(wann.WannClassifier(), x, y, cv=3).mean())
        ```
    """

    def __init__(
        self,
        *,
        method: str | None = None,
        generations: int | None = None,
        population: int | None = None,
        max_connections: int = 300,
        tuned: str = "individual",
        weight: float | None = None,
        settings: Mapping[str, Any] | None = None,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.method = method
        self.generations = generations
        self.population = population
        self.max_connections = max_connections
        self.tuned = tuned
        self.weight = weight
        self.settings = settings
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, **refused: Any) -> Self:
        """Find a network that tells the classes `y` (examples,) of `X` (examples, features).

        UserError, or ValueError of scikit-learn, where values are missing, there is but one class,
        or a parameter does not suit.
        """
        if refused:
            raise UserError(
                f"WannClassifier.fit takes examples and labels alone, got {', '.join(refused)}: "
                "leave it out (weights of examples are not supported; repeat examples instead)"
            )
        for given in (X, y):  # scikit-learn would take what lies below a mask
            without_gaps(given, "WannClassifier")
        x, labels = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        labels = column_or_1d(labels, warn=True)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise UserError(f"expected examples of 2 classes or more, got one class, {labels[0]}")
        config = self._config()
        self.method_ = config.method
        self._low: NDArray[np.float64] = x.min(axis=0)
        spread = x.max(axis=0) - self._low
        self._spread: NDArray[np.float64] = np.where(spread > 0.0, spread, 1.0)
        task = Classification(self._dataset(self._scaled(x), codes), "data")
        task.check_parts()
        with ThreadEvaluator(self._threads()) as evaluator:
            growth = Growth(config, evaluator, task=task)
            for _ in grow(growth):
                pass
            champion = growth.champion
            if champion is None:
                raise UserError("no network could be confirmed: every one returned NaN or infinity")
            found = LoadedNetwork.from_file(
                NetworkFile(champion.genome, None, None, {"seed": config.seed})
            )
            measuring = Measuring(task, found, evaluator, config.seed)
            tuned = found.with_weights(self._weights(measuring))
            self.network_ = tuned.with_task(make_spec(_TASK, {"coding": self._coding()}))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probability (examples, classes) of each class: the softmax of the outputs."""
        # Chains of squares can leave the numbers there are: such outputs are the most, or the least
        most = np.finfo(np.float64).max / 4
        outputs = np.nan_to_num(self._outputs(X).clip(-most, most), nan=-2 * most)
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the label (examples,) of each example: that of the largest output."""
        best = largest(self._outputs(X), 1)
        found: NDArray[Any] = self.classes_[best]
        return found

    def _outputs(self, X: Any) -> NDArray[np.float64]:
        check_is_fitted(self)
        without_gaps(X, "WannClassifier")
        x = validate_data(self, X, dtype=np.float64, reset=False)
        return self.network_(self._scaled(x))

    def _scaled(self, x: NDArray[np.float64]) -> NDArray[np.float32]:
        return ((x - self._low) / self._spread).astype(np.float32)

    def _coding(self) -> dict[str, Any]:
        """Return how features become inputs and outputs labels, for the files of the network."""
        # Without names of their own they have those of arrays that calls are given as data sets
        numbered = [f"x{number}" for number in range(1, len(self._low) + 1)]
        names = getattr(self, "feature_names_in_", numbered)
        # Beyond 2^53 a number may be equal to the one that is greater by 1
        high = np.maximum(self._low + self._spread, np.nextafter(self._low, np.inf))
        ends = zip(map(str, names), self._low.tolist(), high.tolist(), strict=True)
        columns = tuple(CodedColumn(name, low, end) for name, low, end in ends)
        return Coding(columns, tuple(map(str, self.classes_)), clipped=False).to_values()

    def _dataset(self, x: NDArray[np.float32], codes: NDArray[np.int64]) -> Dataset:
        """Return the examples as a data set, in which they are the test part, too: none is held."""
        names = tuple(map(str, self.classes_))
        return Dataset("data", x, codes, x, codes, len(names), x.shape[1:], names)

    def _config(self) -> SearchConfig:
        if self.tuned not in _TUNED:
            raise UserError(f"tuned must be one of {', '.join(_TUNED)}, got {in_short(self.tuned)}")
        if self.weight is not None and not _is_finite(self.weight):
            raise UserError(f"weight must be a finite number, got {in_short(self.weight)}")
        state = self.random_state
        whole = isinstance(state, int | np.integer) and not isinstance(state, bool)
        seed = int(state) if whole else int(check_random_state(state).randint(2**31))
        further = self._settings()
        asked = {name: getattr(self, name) for name in ("method", *_OF_SEARCHES)}
        given = {name: value for name, value in asked.items() if value is not None} | further
        base = config_of(_OF_SEARCHES, load_recipe(DATASET_RECIPE))
        if giving_way(DATASET_RECIPE, base, given):
            base = by_evolution(base)
        config = config_of({"max_connections": self.max_connections, **given}, base)
        check_heeded(given, [config])
        return dataclasses.replace(config, seed=seed)

    def _settings(self) -> dict[str, Any]:
        """Return the further settings; UserError for those that `fit` would not heed."""
        settings = {} if self.settings is None else self.settings
        if not isinstance(settings, Mapping):
            raise UserError(
                'settings must be a dictionary of settings by name, such as {"ranking": "nsga2"}, '
                f"got {in_short(settings)}"
            )
        for name, advice in _NOT_HEEDED.items():
            if name in settings:
                raise UserError(f"settings: {name} is not one of them: {advice}")
        return dict(settings)

    def _threads(self) -> int:
        if self.n_jobs is None:
            return 1
        if self.n_jobs == -1:
            return available_cores()
        whole = isinstance(self.n_jobs, Integral) and not isinstance(self.n_jobs, bool)
        if not whole or self.n_jobs < 1:
            raise UserError(
                f"n_jobs must be None, -1 or a whole number above 0, got {in_short(self.n_jobs)}"
            )
        return int(self.n_jobs)

    def _weights(self, measuring: Measuring) -> ArrayLike:
        """Return the weights (connections,) that the network gets in the end."""
        if self.weight is not None:
            return np.full(measuring.network.connections, float(self.weight))
        start = tune_shared(measuring)
        if self.tuned == "shared":
            return _each(start, measuring)
        config = TuneConfig(seed=measuring.seed, generations=60)
        return _each(finish(tune_individual(measuring, config, start=start)), measuring)


def _is_finite(number: Any) -> bool:
    real = isinstance(number, Real) and not isinstance(number, bool)
    return real and bool(np.isfinite(float(number)))


def _each(found: Tuned, measuring: Measuring) -> NDArray[np.float64]:
    values: Weightings = found.weights
    return np.broadcast_to(values.values[0], (measuring.network.connections,))

"""`WannClassifier` is a classifier as scikit-learn has them."""

import pickle
import runpy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what scikit-learn's own dependencies say on import
    from sklearn.base import clone
    from sklearn.datasets import load_iris, load_wine
    from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils.estimator_checks import check_estimator

import wann
from wann.api.classifier import WannClassifier
from wann.errors import UserError

QUICK = {"generations": 15, "population": 32, "tuned": "shared"}
QUICKEST = {"generations": 4, "population": 16, "tuned": "shared"}
X, Y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])

# What scikit-learn asks of a classifier and a short search does not give, with the reason
EXPECTED_FAILURES = {
    "check_classifiers_train": "a search of seconds does not reach 0.83, which the defaults do"
}


@pytest.mark.filterwarnings("ignore")
def test_it_keeps_the_rules_of_scikit_learn() -> None:
    found = check_estimator(
        WannClassifier(**QUICKEST),
        on_fail=None,
        on_skip=None,
        expected_failed_checks=EXPECTED_FAILURES,
    )
    assert len(found) > 50
    by_status = {
        status: {entry["check_name"] for entry in found if entry["status"] == status}
        for status in ("failed", "xfail")
    }
    assert by_status == {"failed": set(), "xfail": set(EXPECTED_FAILURES)}


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_a_longer_search_tells_wines_and_flowers_apart(load: Any) -> None:
    x, y = load(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0, stratify=y)
    model = WannClassifier(generations=150, n_jobs=-1).fit(x_train, y_train)
    assert model.score(x_test, y_test) >= 0.9


def test_text_labels_probabilities_and_the_network_agree() -> None:
    model = WannClassifier(**QUICK).fit(X, NAMES[Y])
    assert model.method_ == "evolution"  # which generations and population are for
    assert model.classes_.tolist() == NAMES.tolist()
    found, shares = model.predict(X), model.predict_proba(X)
    assert set(found) <= set(NAMES)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    assert (NAMES[shares.argmax(axis=1)] == found).all()
    outputs = model.network_(model._scaled(X))
    assert (NAMES[outputs.argmax(axis=1)] == found).all()
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict_proba(X), shares)


def test_equal_seeds_give_equal_networks_on_any_number_of_threads() -> None:
    first = WannClassifier(**QUICK, random_state=3).fit(X, Y)
    again = clone(first).set_params(n_jobs=-1).fit(X, Y)
    other = WannClassifier(**QUICK, random_state=4).fit(X, Y)
    drawn = WannClassifier(**QUICK, random_state=np.random.RandomState(3)).fit(X, Y)
    assert first.network_ == again.network_
    assert first.network_ != other.network_
    assert (
        drawn.network_
        == WannClassifier(**QUICK)
        .set_params(random_state=np.random.RandomState(3))
        .fit(X, Y)
        .network_
    )


def test_it_works_in_pipelines_searches_and_cross_validation() -> None:
    pipeline = make_pipeline(StandardScaler(), WannClassifier(**QUICK))
    scores = cross_val_score(pipeline, X, Y, cv=3)
    assert scores.mean() > 0.4
    np.testing.assert_array_equal(cross_val_score(pipeline, X, Y, cv=3, n_jobs=2), scores)
    grid = GridSearchCV(WannClassifier(**QUICK), {"max_connections": [5, 40]}, cv=2).fit(X, Y)
    assert grid.best_estimator_.network_.connections <= grid.best_params_["max_connections"]


def test_names_of_features_are_kept() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c", "d"])
    model = WannClassifier(**QUICK).fit(frame, Y)
    assert model.feature_names_in_.tolist() == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tuned": "none"}, "tuned must be one of shared, individual, got 'none'"),
        ({"weight": np.nan}, "weight must be a finite number"),
        ({"generations": 0}, "generations"),
        ({"settings": {"rankin": "mean"}}, "ranking"),
        ({"n_jobs": 0}, "n_jobs must be None, -1 or a whole number above 0, got 0"),
        ({"n_jobs": "a"}, "n_jobs must be None, -1 or a whole number above 0, got 'a'"),
        ({"weight": "a"}, "weight must be a finite number, got 'a'"),
        ({"settings": 5}, "settings must be a dictionary of settings by name"),
        ({"settings": {"seed": 7}}, "the seed is random_state"),
        ({"settings": {"task": "digits"}}, "the examples that `fit` is given are the task"),
    ],
)
def test_parameters_that_do_not_suit_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        WannClassifier(**{**QUICK, **changed}).fit(X, Y)


def test_examples_that_do_not_suit_are_refused() -> None:
    model = WannClassifier(**QUICK)
    with pytest.raises(UserError, match="examples and labels alone, got sample_weight"):
        model.fit(X, Y, sample_weight=np.ones(len(X)))
    with pytest.raises(UserError, match="expected examples of 2 classes or more, got one class, 1"):
        model.fit(X, np.ones(len(X), dtype=int))
    with pytest.raises(ValueError, match="contains NaN"):
        model.fit(np.where(X > 5, np.nan, X), Y)


def test_a_shared_weight_of_ones_own_is_not_tuned() -> None:
    model = WannClassifier(**QUICK, weight=1.5).fit(X, Y)
    assert set(model.network_.weights.tolist()) == {1.5}


def test_settings_may_be_arrays() -> None:
    given = WannClassifier(**QUICK, settings={"weights": np.array([-1.0, 1.0])}).fit(X, Y)
    listed = WannClassifier(**QUICK, settings={"weights": [-1.0, 1.0]}).fit(X, Y)
    assert given.network_ == listed.network_
    assert given.network_ != WannClassifier(**QUICK).fit(X, Y).network_


@pytest.mark.parametrize("named", [False, True])
def test_exported_files_read_features_and_name_classes_as_the_model_does(
    named: bool, tmp_path: Path
) -> None:
    features = ["sepal length", "sepal width", "petal length", "petal width"]
    x = np.column_stack([X[:, :3], np.full(len(X), 0.25)])  # the last says nothing
    fitted: Any = x
    if named:
        fitted = pytest.importorskip("pandas").DataFrame(x, columns=features)
    labels = NAMES[Y] if named else Y
    model = WannClassifier(**QUICK).fit(fitted, labels)
    beyond = np.concatenate([x, 2.0 * x, -x])  # `fit` saw no such features; they are not clipped
    expected = model.predict(type(fitted)(beyond, columns=features) if named else beyond)
    files = [model.network_, wann.load(model.network_.save(tmp_path / "network.json"))]
    for i, network in enumerate(files):
        path = network.export(tmp_path / f"network{i}.py")
        file = runpy.run_path(str(path))
        found = [file["CLASSES"][file["act"](list(row))] for row in beyond]
        assert found == expected.astype(str).tolist()
        scaled = model._scaled(beyond)
        assert network.classify(scaled).tolist() == expected.astype(str).tolist()
    assert all(name in path.read_text() for name in (features if named else ["x1", "x4"]))


def test_its_network_is_evaluated_on_data_that_are_given_but_not_on_those_that_are_gone() -> None:
    model = WannClassifier(**QUICK).fit(X[::2], Y[::2])
    found = wann.evaluate(model.network_, dataset=(X[1::2], Y[1::2]), conditions="tuned_weights")
    score = model.score(X[1::2], Y[1::2])
    assert found.conditions["tuned_weights"].mean == pytest.approx(score)
    with pytest.raises(UserError, match="examples of WannClassifier does not exist"):
        wann.evaluate(model.network_)

"""Random formulas of activations."""

import numpy as np
from hypothesis import strategies as st

from wann.activations import Value
from wann.activations.expression import CONDITIONS, OPERATIONS, Expression, X, apply, number

_numbers = st.one_of(
    st.integers(-5, 5).map(float), st.floats(-10, 10), st.sampled_from([-0.0, 0.5, 1e-30, 1e20])
).map(number)


def _above(below: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    made = [
        st.tuples(*[below] * arity).map(lambda parts, name=name: apply(name, *parts))
        for name, arity in OPERATIONS.items()
        if name != "select"
    ]
    conditions = [
        st.tuples(below, below).map(lambda parts, name=name: apply(name, *parts))
        for name in CONDITIONS
    ]
    chosen = st.tuples(st.one_of(conditions), below, below).map(
        lambda parts: apply("select", *parts)
    )
    return st.one_of(*made, chosen)


def trees(most: int = 8) -> st.SearchStrategy[Expression]:
    """Trees of x with at most about so many leaves."""
    leaves = st.one_of(st.just(X), _numbers)
    return st.recursive(leaves, _above, max_leaves=most).map(
        lambda tree: tree if _has_x(tree) else apply("add", tree, X)
    )


def _has_x(tree: Expression) -> bool:
    return tree == X or any(map(_has_x, tree.arguments))


def random_tree(rng: np.random.Generator, depth: int) -> Expression:
    """A tree of x of at most that depth, whose operations are drawn alike."""
    if depth == 1 or rng.random() < 0.1:
        return X if rng.random() < 0.7 else number(float(rng.normal(0, 3)))
    name = str(rng.choice(list(OPERATIONS)))
    parts = [random_tree(rng, depth - 1) for _ in range(OPERATIONS[name])]
    if name == "select":
        pair = [random_tree(rng, 2), random_tree(rng, 2)]
        parts[0] = apply(str(rng.choice(list(CONDITIONS))), *pair)
    made = apply(name, *parts)
    return made if _has_x(made) else apply("add", made, X)


NUMBER = 3  # no activation


def soft_of_settings(x: Value) -> Value:
    return x / (1 + abs(x))

"""The plan of a comparison, made of the networks that the user wants compared."""

from collections.abc import Mapping, Sequence

from wann.config import Making
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.origins import origin_of
from wann.experiments.comparison.plan import ComparisonPlan
from wann.network.digest import network_digest


def make_plan(
    task: str,
    champions: Sequence[Champion],
    names: Sequence[str],
    seeds: Sequence[int],
    making: Making,
    points: Sequence[Champion] = (),
    budgets: Mapping[int, Mapping[str, Champion]] | None = None,
) -> ComparisonPlan:
    """Return the plan of a comparison.

    Args:
        task: The spec of the task.
        champions: The networks that are compared, or that contestants are held against.
        names: Of the contestants; none if the networks are held against each other.
        seeds: With which every contestant is made and measured.
        making: How contestants are made and measured.
        points: Smaller networks of the champions' runs, for budget curves.
        budgets: Which network each champion, by label, has at each budget: `networks_at`.

    Raises:
        UserError: a champion has the label of another network, or its run is damaged.
    """
    own = {champion.label for champion in champions}
    at_budgets = {size: dict(found) for size, found in (budgets or {}).items()}
    nearest = [
        one
        for found in at_budgets.values()
        for label, one in found.items()
        if one.label != label  # else the champion itself
    ]
    for one in (*points, *nearest):
        if one.label in own:
            raise UserError(
                f"{one.label} is what a smaller network of a run is called: expected another name "
                "for the network that was given, such as {'NAME': path} in Python"
            )
    return ComparisonPlan(
        task,
        _digests(champions),
        tuple(names),
        tuple(seeds),
        making,
        _digests(points),
        origins={champion.label: origin_of(champion) for champion in champions},
        budgets={
            size: {label: one.label for label, one in found.items()}
            for size, found in at_budgets.items()
        },
        nearest=_digests(nearest),
    )


def _digests(networks: Sequence[Champion]) -> dict[str, str]:
    return {one.label: network_digest(one.network, one.weights) for one in networks}

"""What a user asks `wann.compare` for, read into a plan: networks, contestants, seeds, settings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from wann import own
from wann.api.load import load
from wann.api.notes import noted, tell_notes
from wann.api.paths import is_place, path_of
from wann.config import ALL, SIZES, ComparisonSettings, Making
from wann.errors import UserError, in_short
from wann.network.genome import Genome
from wann.network.network import Network

if TYPE_CHECKING:
    from wann.experiments.comparison.budgets import Budgets
    from wann.experiments.comparison.contestants.contestant import Champion
    from wann.experiments.comparison.input_networks import Input
    from wann.experiments.comparison.plan import ComparisonPlan
    from wann.tasks.task import Task


class Asked(NamedTuple):
    """What is compared, as a user asks for it."""

    networks: Any
    against: Any
    seeds: tuple[int, ...]
    settings: ComparisonSettings
    budgets: "Budgets | None"
    making: Making

    def plan(self) -> "tuple[ComparisonPlan, list[Champion], list[str]]":
        """Return the plan, the networks in it, and what the user should know.

        UserError on what makes no sense.
        """
        from wann.experiments.comparison.input_networks import (
            champions_of,
            left_out_of,
            task_of,
        )
        from wann.experiments.comparison.make_plan import make_plan
        from wann.experiments.comparison.sweep_inputs import with_sweeps_read

        inputs, unfinished = with_sweeps_read(_inputs(self.networks))
        if self.against is None and len(inputs) < 2:
            raise UserError(
                "one network alone: expected --against for contestants of its size, or another "
                "network"
            )
        task = task_of(inputs, self.settings.task)
        said = [*unfinished, *left_out_of(inputs, self.settings.task)]
        names = _contestants(self.against, task)
        champions = champions_of(inputs, task)
        points, budgets = self._smaller(champions, names, task)
        plan = make_plan(task.spec, champions, names, self.seeds, self.making, points, budgets)
        notes = [*noted(said), *tell_notes(task)]
        at_budgets = [one for found in budgets.values() for one in found.values()]
        files = {one.label: one for one in (*at_budgets, *points, *champions)}
        return replace(plan, left_out=tuple(unfinished)), list(files.values()), notes

    def _smaller(
        self, champions: "list[Champion]", names: Sequence[str], task: "Task"
    ) -> "tuple[list[Champion], dict[int, dict[str, Champion]]]":
        """Return the networks for the curves: at halves of the champions' sizes, and at budgets.

        UserError where a contestant cannot be as large as it is to be.
        """
        from wann.experiments.comparison.budgets import budgets_of
        from wann.experiments.comparison.contestants.places import check_places, dense_places
        from wann.experiments.comparison.front_networks import networks_at, smaller_networks_of

        if not names:
            if self.budgets is not None:
                raise UserError("--budgets is for contestants: expected --against beside it")
            return [], {}
        given = self.budgets
        budgets = () if given is None else budgets_of(given, dense_places(task, self.making))
        sizes = {champion.label: champion.network.connections for champion in champions}
        check_places(names, task, self.making, sizes | {f"budget {size}": size for size in budgets})
        halves = self.settings.sizes
        if halves is None:
            halves = 0 if budgets else SIZES
        points = smaller_networks_of(champions, halves, task)
        return points, networks_at(champions, budgets, task)


def _inputs(networks: Any) -> "list[Input]":
    """Return the networks that a user gave: one, several, or several by name."""
    if isinstance(networks, Mapping):
        return [_input(one, str(label)) for label, one in networks.items()]
    one = not isinstance(networks, Sequence) or isinstance(networks, str | Network | Genome)
    return [_input(given, None) for given in ([networks] if one else networks)]


def _input(given: Any, label: str | None) -> "Input":
    from wann.experiments.comparison.input_networks import Input
    from wann.formats.zoo import located

    return Input(located(path_of(given, "networks")) if is_place(given) else load(given), label)


def _contestants(against: Any, task: "Task") -> tuple[str, ...]:
    """Return the names that `against` gives, none without it; UserError on those that cannot be."""
    from wann.experiments.comparison.contestants.make import check_names, default_names

    if against is None or against is False:
        return ()
    names = default_names(task) if against in (True, ALL) else _names(against)
    check_names(names, task)
    return names


def _names(against: Any) -> tuple[str, ...]:
    if isinstance(against, str):
        names = tuple(part.strip() for part in against.split(",") if part.strip())
    else:
        some = against if isinstance(against, Iterable) else [against]
        names = tuple(one if isinstance(one, str) else own.name_of(one) for one in some)
    if not names:
        raise UserError(
            f"--against: expected names such as imp,random-dag, got {in_short(against)}"
        )
    return names

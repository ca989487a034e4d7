"""The plan of a pruning study as its file has it."""

from typing import Any, NotRequired, TypedDict


class PlanShape(TypedDict):
    """A plan as its file has it."""

    model: str
    dataset: str
    methods: list[str]
    densities: list[float]
    seeds: NotRequired[list[int]]
    controls: NotRequired[list[str]]
    training: dict[str, Any]
    protect: NotRequired[list[str]]
    retrain: NotRequired[bool]
    rewind_step: NotRequired[int | None]
    examples: NotRequired[int]
    device: NotRequired[str]
    draws: NotRequired[int]
    include: NotRequired[list[str]]
    outputs: NotRequired[list[str]]
    trained: NotRequired[str]
    allocation: NotRequired[str]
    allow_empty: NotRequired[bool]
    fine_tune_steps: NotRequired[int | None]
    fine_tune_rate: NotRequired[float | None]
    sources: NotRequired[dict[str, str]]

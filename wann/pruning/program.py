"""A pruned model as a file of `torch.export`, which PyTorch alone loads and runs."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from wann.errors import UserError, explain
from wann.files import write_new
from wann.files.new_files import check_free
from wann.machine.home import expanded
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, arguments, call, changed, copy_model, tensors_in
from wann.pruning.torch_modes import in_own_modes, ordinary
from wann.pruning.torch_random import devices_of, in_use, settled

_ENDING = ".pt2"
_APART = 1e-5  # of the outputs, relative to the largest where that is above 1
_ROUNDINGS = 8  # the same in units in the last place, for types of few bits


@in_own_modes()
def export_program(
    model: nn.Module, path: Path | str, example: Examples, *, any_batch: bool = True
) -> Path:
    """Write `model`, for use rather than training, as a program that needs PyTorch alone.

    `torch.export.load(path).module()` is called as the model is. The outputs of the
    program are compared with those of the model.

    Args:
        model: the network; it stays as it is.
        path: a new file that ends in .pt2; what is there already is kept.
        example: a batch of inputs, which says their number, shapes and types.
        any_batch: whether the program takes batches of any size; else only as many examples as
            `example` has.

    Raises:
        UserError: there is something at `path`, or PyTorch cannot export the model.
    """
    path = expanded(str(path), "the exported model")
    if path.suffix != _ENDING:
        raise UserError(f"{path}: expected a name that ends in {_ENDING}, as files of torch.export")
    check_free(path)
    model, example = copy_model(model).eval(), changed(example, ordinary)
    some = example
    if any_batch and len(example) == 1:  # PyTorch takes one example for a size that never changes
        some = example[torch.tensor([0, 0])]
    program = _exported(model, some, any_batch)
    _compare(model, program.module(), [some, example[:1]] if any_batch else [some])
    buffer = io.BytesIO()
    with _quiet():
        torch.export.save(program, buffer)
    return write_new(path, buffer.getvalue())


def _exported(model: nn.Module, example: Examples, any_batch: bool) -> Any:
    """Return the program that PyTorch makes of a model; UserError if it cannot make one."""
    by_position, by_name = arguments(example)
    dims = {0: torch.export.Dim.DYNAMIC}
    sizes: Any = (*([dims] * len(by_position)),) or dict.fromkeys(by_name, dims)
    try:
        with _quiet(), settled(0, devices_of(model)):
            return torch.export.export(
                model, by_position, by_name, dynamic_shapes=sizes if any_batch else None
            )
    except Exception as problem:  # whatever PyTorch meets in somebody's code
        hint = (
            ", and whose sizes come from its tensors; any_batch=False fixes the size of the batch"
            if any_batch
            else ""
        )
        raise UserError(
            f"{type(model).__name__} cannot be exported: {explain(problem)[:200]}; expected a "
            f"forward without branches on values{hint}"
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """What PyTorch prints of its own insides is not for users: an error says what went wrong."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            redirect_stdout(io.StringIO()),
            redirect_stderr(io.StringIO()),
        ):
            yield
    finally:
        logging.disable(before)


def _compare(model: nn.Module, program: nn.Module, batches: list[Any]) -> None:
    """Raise UserError unless a program gives what the model gives."""
    bits = {p.dtype for p in model.parameters() if p.is_floating_point()}
    near = max([_APART, *(_ROUNDINGS * torch.finfo(t).eps for t in bits if t.itemsize < 4)])
    for some in batches:
        expected, found = (_outputs(m, some) for m in (model, program))
        for a, b in zip(expected, found, strict=True):
            limit = near * max(1.0, float(a.abs().max()))
            if a.shape != b.shape or not float((a - b).abs().max()) <= limit:
                raise UserError(
                    f"{type(model).__name__} cannot be exported: the outputs of the program "
                    "differ from its own; expected a forward that does the same in each call"
                )


def _outputs(model: nn.Module, examples: Examples) -> list[torch.Tensor]:
    with in_use(model):
        return tensors_in(call(model, examples))

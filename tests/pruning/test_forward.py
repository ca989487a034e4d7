"""Models with several inputs, whole numbers as inputs, and more outputs than a tensor."""

from typing import Any

import pytest
import torch
from made_up_toys import small
from pruning_toys import Mlp, generator
from torch import nn
from unusual_models_toys import Returns, Several, Words

from wann.config import Training
from wann.errors import UserError
from wann.pruning import from_tensors, masks, prune
from wann.pruning.forward import Inputs, as_examples, copy_model, logits_of, run, split
from wann.pruning.structure.shrink import shrink
from wann.pruning.training.data import Data

SHORT = Training(steps=40, batch=20, check_every=20)
# One of each kind of score and method
METHODS = ["snip", "synflow", "grasp", "obd", "fisher", "magnitude", "imp", "rigl", "supermask"]


def labelled(x: Any, x_test: Any) -> Data:
    return from_tensors(x, torch.arange(60) % 3, x_test, torch.arange(30) % 3)


def rows(count: int) -> torch.Tensor:
    return torch.randn(count, 12, generator=generator(count))


def words(count: int) -> torch.Tensor:
    return torch.randint(20, (count, 5), generator=generator(count))


def several(count: int) -> dict[str, torch.Tensor]:
    numbers = torch.randn(count, 5, generator=generator(count))
    return {"numbers": numbers, "ids": words(count), "mask": torch.ones(count, 5)}


@pytest.mark.parametrize("how", ["object", "dictionary", "only", "tuple"])
@pytest.mark.parametrize("method", ["snip", "obd", "magnitude", "rigl", "edge-popup"])
def test_logits_are_found_and_the_result_is_that_of_a_plain_model(how: str, method: str) -> None:
    plain, model = Returns("tensor"), Returns(how)
    model.load_state_dict(plain.state_dict())
    data = labelled(rows(60), rows(30))
    one, other = (prune(m, data, method, 0.4, training=SHORT) for m in (plain, model))
    assert one.accuracy == other.accuracy
    assert all(torch.equal(mask, other.masks[name]) for name, mask in one.masks.items())
    assert all(
        torch.equal(v, other.model.state_dict()[k]) for k, v in one.model.state_dict().items()
    )


@pytest.mark.parametrize(
    ("how", "words_of"),
    [
        ("two", "Returns: the model returns tuple with 2 tensors: expected a tensor of outputs"),
        ("named otherwise", "the model returns dict with out, hidden: expected"),
        ("nothing", "the model returns NoneType: expected"),
    ],
)
def test_outputs_that_are_not_known_are_refused_before_training(how: str, words_of: str) -> None:
    told: list[int] = []
    with pytest.raises(UserError) as error:
        prune(
            Returns(how),
            labelled(rows(60), rows(30)),
            training=SHORT,
            tell=lambda *steps: told.extend(steps),
        )
    assert words_of in str(error.value)
    assert "\n" not in str(error.value)
    assert not told


# Of PyTorch, on recurrent layers and gradients of single examples
@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["by name", "by position", "whole numbers"])
def test_several_inputs_and_whole_numbers(kind: str, method: str) -> None:
    if kind == "whole numbers":
        model: nn.Module = Words()
        data = labelled(words(60), words(30))
    else:
        model, x, x_test = Several(), several(60), several(30)
        named = kind == "by name"
        data = labelled(
            x if named else (x["ids"], x["numbers"]),
            x_test if named else [x_test["ids"], x_test["numbers"]],
        )
    found = prune(model, data, method, 0.4, training=SHORT)
    assert found.kept == round(0.4 * masks.total(found.masks))
    assert found.left_whole == {"table.weight": "is looked up"}
    assert run(found.model, data.x[:7]).shape == (7, 3)


def test_a_plain_tuple_or_dictionary_in_data_is_taken_as_inputs() -> None:
    plain = labelled(several(60), several(30))
    loose = plain._replace(
        **{
            name: dict(zip(getattr(plain, name).names, getattr(plain, name).tensors, strict=True))
            for name in ("x", "x_validation", "x_test")
        }
    )
    model = Several()
    one, other = (prune(model, data, "snip", 0.4, training=SHORT) for data in (plain, loose))
    assert all(torch.equal(mask, other.masks[name]) for name, mask in one.masks.items())


def test_inputs_are_used_as_a_tensor_is() -> None:
    inputs = Inputs(several(4))
    assert len(inputs) == 4
    assert inputs[:3].shape == ((3, 5), (3, 5), (3, 5))
    assert len(inputs[torch.tensor([3, 0])]) == 2
    assert torch.equal(inputs[torch.tensor([3, 0])].tensors[1], inputs.tensors[1][[3, 0]])
    assert [len(part) for part in split(inputs, 3)] == [3, 1]
    doubles = inputs.to(torch.float64)
    assert [t.dtype for t in doubles.tensors] == [torch.float64, torch.int64, torch.float64]
    assert repr(Inputs((torch.zeros(2, 3),))) == "Inputs([(2, 3)])"
    assert as_examples(inputs) is inputs


@pytest.mark.parametrize(
    ("given", "words_of"),
    [
        ((), "tensors of as many examples each"),
        ((torch.zeros(3), torch.zeros(2)), "got [(3,), (2,)]"),
        ({"a b": torch.zeros(3)}, "under their names; got [(3,)] as ('a b',)"),
        ([[1, 2], [3, 4]], "tensors of as many examples each"),
        ("text", "a tensor, or a tuple or dictionary of tensors, got str"),
    ],
)
def test_inputs_that_are_none_are_refused(given: Any, words_of: str) -> None:
    with pytest.raises(UserError) as error:
        as_examples(given)
    assert words_of in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("how", ["object", "dictionary", "two", "only", "named otherwise"])
def test_all_that_is_returned_is_an_output_of_the_model(how: str) -> None:
    model = Returns(how).eval()
    found = masks.full(model, outputs="head")
    found["head.weight"][0] = False
    model.head.bias.data[0] = 0.0
    small = shrink(model, found, rows(4))
    assert small.head.weight.shape[0] == 3


def test_what_an_object_holds_of_a_model_of_several_inputs_is_an_output_too() -> None:
    model = Several().eval()
    found = masks.full(model)
    found["numbers.weight"][1:] = False
    small = shrink(model, found, as_examples(several(4)))
    assert small.numbers.weight.shape == (4, 5)
    assert str(small.held[0]) == "numbers (3 channels): its channels are outputs of the model"


def test_models_are_shrunk_that_return_dictionaries() -> None:
    model = Returns("only").eval()
    found = masks.full(model)
    found["body.weight"][2:] = False
    found["head.weight"][:, 3:] = False
    small = shrink(model, found, rows(4))
    assert sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in model.parameters())


def test_models_are_copied_with_what_hooks_compute_and_refused_in_a_line() -> None:
    model = nn.Sequential(nn.Linear(3, 3))
    model[0].seen = model[0].weight * 2.0  # no leaf, which cannot be copied by itself
    assert torch.equal(copy_model(model)[0].seen, model[0].seen)

    class Stubborn(Mlp):
        def __deepcopy__(self, memo: Any) -> Any:
            raise RuntimeError("not\nme")

    with pytest.raises(UserError, match=r"Stubborn cannot be copied.*: not$"):
        copy_model(Stubborn(3, 2))


def test_logits_of_an_object_come_before_other_tensors() -> None:
    assert logits_of({"a": torch.zeros(2), "logits": torch.ones(3)}).shape == (3,)


@pytest.mark.parametrize(
    ("method", "count", "batch"),
    [
        ("magnitude", 60, 1),
        ("snip", 1, 20),  # scores look at what there is
        ("edge-popup", 65, 20),  # the last batch of an epoch is one example
        ("ntk-sap", 1, 20),
    ],
)
def test_a_batch_norm_with_one_example_is_told_in_one_line(
    method: str, count: int, batch: int
) -> None:
    x, y = torch.randn(80, 12, generator=generator()), torch.arange(80) % 3
    data = Data(x[:count], y[:count], x[65:70], y[65:70], x[70:], y[70:], (12,), 3)
    with pytest.raises(UserError, match=r"has a batch norm, .* choose a larger batch") as error:
        prune(small(), data, method, 0.5, training=Training(steps=20, batch=batch))
    assert "\n" not in str(error.value)

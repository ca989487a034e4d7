import copy
from dataclasses import replace

import pytest

pytest.importorskip("torch")

from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_models_toys import random_masks

from wann.config import PRESETS, Training
from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.masks.enforce import Hold
from wann.pruning.training.data import Data, load_data
from wann.pruning.training.models import build
from wann.pruning.training.training import accuracy, evaluate, make_optimizer, train

SHORT = Training(steps=40, check_every=10, batch=32)


@pytest.fixture(scope="module")
def data() -> Data:
    return load_data("digits")


def model_for(data: Data, seed: int = 0) -> nn.Module:
    return build("lenet-300-100", data.shape, data.classes, seed)


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(["adam", "sgd"]),
    st.floats(0, 0.95),
    st.booleans(),
    st.floats(0, 0.1),
    st.floats(0, 1),
    st.integers(0, 99),
    st.sampled_from([torch.float32, torch.float64, torch.bfloat16, torch.float16]),
)
def test_what_is_pruned_stays_zero(
    name: str,
    momentum: float,
    nesterov: bool,
    decay: float,
    density: float,
    seed: int,
    dtype: torch.dtype,
) -> None:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3)).to(dtype)
    masks = random_masks(model, density, seed, biases=True)
    how = Training(
        name,
        0.1,
        momentum=momentum,
        nesterov=nesterov and momentum > 0 and name == "sgd",
        weight_decay=decay,
    )
    optimizer, hold = make_optimizer(model, how), Hold(model, masks)
    hold.weights()
    for _ in range(5):
        optimizer.zero_grad()
        model(torch.randn(8, 5, dtype=dtype)).square().sum().backward()
        hold.gradients()
        optimizer.step()
        hold.weights()
        for key, parameter in model.named_parameters():
            assert not parameter[~masks[key]].any()
            for state in optimizer.state[parameter].values():
                if isinstance(state, torch.Tensor) and state.shape == parameter.shape:
                    assert not state[~masks[key]].any()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_models_of_every_precision_learn_as_in_float32(data: Data, dtype: torch.dtype) -> None:
    found = {}
    for kind in (torch.float32, dtype):
        parts = {n: getattr(data, n).to(kind) for n in ("x", "x_validation", "x_test")}
        settings = Training(steps=150, check_every=50, batch=60)
        found[kind] = train(model_for(data).to(kind), data._replace(**parts), None, settings)
    losses = {kind: [row["loss"] for row in history.rows] for kind, history in found.items()}
    assert losses[dtype] == pytest.approx(losses[torch.float32], rel=0.1, abs=0.02)
    assert found[dtype].accuracy > 0.95


def test_an_eps_of_their_own_is_for_parameters_of_float16_alone() -> None:
    mixed = nn.Sequential(nn.Linear(3, 4).half(), nn.Linear(4, 2))
    half, others = make_optimizer(mixed, Training()).param_groups
    assert {p.dtype for p in half["params"]} == {torch.float16}
    assert [p.dtype for p in others["params"]] == [torch.float32] * 2
    assert torch.tensor(half["eps"]).half() > 0
    assert others["eps"] == 1e-8
    assert half["lr"] == others["lr"] == Training().learning_rate
    for kind in (torch.float32, torch.float64, torch.bfloat16):
        (group,) = make_optimizer(nn.Linear(3, 4).to(kind), Training()).param_groups
        assert group["eps"] == 1e-8
    (group,) = make_optimizer(nn.Linear(3, 4).half(), Training()).param_groups
    assert group["eps"] == half["eps"]


def test_masked_gradients_alone_revive_nothing_and_weights_alone_are_held(data: Data) -> None:
    """Each of the two does its work without the other."""
    for way in ("gradients", "weights"):
        model = model_for(data)
        masks = random_masks(model, 0.1, 0)
        optimizer, hold = (
            make_optimizer(model, Training("sgd", 0.1, momentum=0.9, weight_decay=1e-2)),
            Hold(model, masks),
        )
        hold.weights()
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(data.x[:50]), data.y[:50]).backward()
            if way == "gradients":
                hold.gradients()
            optimizer.step()
            if way == "weights":
                hold.weights()
        assert all(not model.get_parameter(name)[~mask].any() for name, mask in masks.items())


def test_training_learns_under_masks_and_leaves_names_and_classes(data: Data) -> None:
    model = model_for(data)
    keys, kinds = list(model.state_dict()), [type(module) for module in model.modules()]
    masks = random_masks(model, 0.2, 0)
    told: list[tuple[int, int]] = []
    history = train(
        model,
        data,
        masks,
        replace(SHORT, steps=300, check_every=50),
        tell=lambda *at: told.append(at),
    )
    assert history.accuracy > 0.85
    assert history.accuracy == accuracy(model, data.x_test, data.y_test)
    assert all(not model.get_parameter(name)[~mask].any() for name, mask in masks.items())
    assert list(model.state_dict()) == keys
    assert [type(module) for module in model.modules()] == kinds
    assert told == [(step, 300) for step in range(50, 301, 50)]
    assert model.training
    copy.deepcopy(model)


def test_the_early_stop_is_where_the_validation_loss_is_least(data: Data) -> None:
    model = model_for(data)
    history = train(model, data, None, Training("sgd", 0.2, 20, 400, 0.9, check_every=20))
    losses = {row["step"]: row["validation_loss"] for row in history.rows}
    assert history.early_step == min(losses, key=lambda step: losses[step])
    early = model_for(data)
    early.load_state_dict(history.early_state)
    assert history.early_accuracy == accuracy(early, data.x_test, data.y_test)
    assert evaluate(early, data.x_validation, data.y_validation)[0] == losses[history.early_step]
    assert history.test_loss == evaluate(model, data.x_test, data.y_test)[0]


def test_the_same_seed_gives_the_same_weights(data: Data) -> None:
    models = [model_for(data) for _ in range(3)]
    torch.manual_seed(1)
    for model, seed in zip(models, (1, 1, 2), strict=True):
        model.append(nn.Dropout(0.2))
        train(model, data, random_masks(model, 0.5, 0), SHORT, seed)
        torch.rand(3)  # the global generator has no say
    first, second, other = ([p.detach() for p in model.parameters()] for model in models)
    assert all(map(torch.equal, first, second))
    assert not all(map(torch.equal, first, other))


def test_states_are_saved_and_can_be_trained_on_from(data: Data) -> None:
    model = model_for(data)
    start = copy.deepcopy(model.state_dict())
    history = train(model, data, None, SHORT, save_at=[0, 7, 40])
    assert list(history.saved) == [0, 7, 40]
    assert all(torch.equal(start[key], history.saved[0][key]) for key in start)
    assert all(
        torch.equal(value, history.saved[40][key]) for key, value in model.state_dict().items()
    )
    assert not torch.equal(history.saved[7]["fc1.weight"], history.saved[40]["fc1.weight"])
    shorter = model_for(data)
    train(shorter, data, None, replace(SHORT, steps=7))
    assert torch.equal(shorter.state_dict()["fc1.weight"], history.saved[7]["fc1.weight"])


def test_a_start_leaves_out_the_first_steps_of_the_schedule(data: Data) -> None:
    how = Training("sgd", 0.1, steps=40, schedule="drops", drops=(20,), check_every=10)
    rows = train(model_for(data), data, None, how, start=25).rows
    assert [(row["step"], row["learning_rate"]) for row in rows] == [
        (30, pytest.approx(0.01)),
        (40, pytest.approx(0.01)),
    ]


@pytest.mark.parametrize(
    ("how", "rates"),
    [
        (Training(learning_rate=1.0, steps=100), [1.0, 1.0, 1.0]),
        (
            Training(learning_rate=1.0, steps=100, schedule="drops", drops=(50, 99)),
            [1.0, 0.1, 0.01],
        ),
        (Training(learning_rate=1.0, steps=100, schedule="cosine"), [1.0, 0.5, 0.00024672]),
    ],
)
def test_schedules(how: Training, rates: list[float]) -> None:
    assert [how.rate(step) for step in (0, 50, 99)] == pytest.approx(rates, rel=1e-3)


def test_presets_are_those_of_the_papers() -> None:
    lth, snip = PRESETS["lth"], PRESETS["snip"]
    assert (lth.optimizer, lth.learning_rate, lth.batch, lth.steps) == ("adam", 1.2e-3, 60, 50_000)
    assert (snip.momentum, snip.weight_decay, snip.batch) == (0.9, 5e-4, 100)
    assert [snip.rate(step) for step in (0, 24_999, 25_000, 50_000)] == pytest.approx(
        [0.1, 0.1, 0.01, 0.001]
    )


def test_running_statistics_of_batch_norm_do_not_see_the_test(data: Data) -> None:
    model = build("resnet-20", data.shape, data.classes)
    train(
        model, data._replace(x_test=data.x_test * 1e6), None, replace(SHORT, steps=4, check_every=2)
    )
    assert float(model.get_buffer("bn.running_var").max()) < 1e3


def test_a_gradient_less_parameter_is_left_alone(data: Data) -> None:
    model = model_for(data)
    model.register_parameter("unused", nn.Parameter(torch.ones(2, 2)))
    masks = random_masks(model, 0.5, 0)
    train(model, data, masks, replace(SHORT, steps=2))
    assert torch.equal(model.get_parameter("unused").detach(), masks["unused"].float())


def refuse_nan(data: Data) -> None:
    train(model_for(data), data, None, Training("sgd", 1e6, steps=150, momentum=0.9))


def refuse_nan_data(data: Data) -> None:
    train(model_for(data), data._replace(x=data.x * float("nan")), None, SHORT)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            refuse_nan,
            r"the training loss is (nan|inf) at step \d+ with learning rate 1e\+06.*smaller",
        ),
        (refuse_nan_data, "the training loss is nan at step 0 "),
        (
            lambda d: train(model_for(d), d, {"fc9.weight": torch.ones(2).bool()}, SHORT),
            "no parameter 'fc9.weight'",
        ),
        (
            lambda d: train(model_for(d), d, {"fc1.bias": torch.ones(2).bool()}, SHORT),
            r"has shape \(2,\), the",
        ),
        (lambda d: train(model_for(d), d, None, SHORT, start=40), "a step from 0 to 39, got 40"),
        (lambda d: train(model_for(d), d, None, SHORT, save_at=[41]), "steps from 0 to 40, got 41"),
        (lambda d: train(nn.Flatten(), d, None, SHORT), "no trainable parameters"),
        (lambda d: Training(optimizer="adagrad"), "unknown optimizer 'adagrad'"),
        (lambda d: Training("sgd", nesterov=True), "needs sgd with momentum"),
        (lambda d: Training(learning_rate=0.0), "learning_rate must be between"),
    ],
)
def test_refusals(data: Data, call: object, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        call(data)  # type: ignore[operator]
    assert "\n" not in str(caught.value)

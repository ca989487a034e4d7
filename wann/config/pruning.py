"""What a pruning study compares, and how its models are trained."""

import math
from dataclasses import dataclass, fields

from wann.config.patterns import AllocationNames
from wann.config.settings import Settings, setting
from wann.errors import UserError

MODEL_NAMES = (
    "lenet-300-100",
    "mlp-1000-1000-500-200",
    "conv-2",
    "conv-4",
    "conv-6",
    "resnet-20",
    "vgg-11",
)
DATASET_NAMES = ("digits", "mnist", "fashion-mnist", "cifar10")
ALLOCATION_NAMES = AllocationNames(("global", "uniform", "uniform+", "erk", "igq", "lottery"))
CONTROL_NAMES = ("reinit", "shuffle", "random")
# Of the training steps, where late rewinding goes back to (Frankle et al. 2020: 0.1 to 7 %)
EARLY_SHARE = 0.02
# The share that a round of a lottery ticket removes of a layer's weights, and of the output layer's
# (Frankle & Carbin 2019, figure 2)
LOTTERY_RATE, LAST_LOTTERY_RATE = 0.2, 0.1
# The version of the random numbers that methods draw. 1, which files before it do not name: all
# methods drew from one stream, so that two random methods chose mostly the same weights. 2: each
# method draws its own.
DRAWS_VERSION = 2
SCORE_BATCH = 500  # examples that a score looks at at a time
# How latencies are measured: how often, and for how many examples at once
LATENCY_REPEATS, LATENCY_BATCHES = 30, (1, 1000)
AS_BUILT = "as-built"  # instead of a file of weights: the model is trained when it is built
_MILLIONS = 10**8
_LEAST_DENSITY = 1e-9
_SHORT = 8000  # steps of the short presets


@dataclass(frozen=True)
class Training(Settings):
    """How a model is trained.

    Flags of `wann prune` set `steps`, `batch` and `learning_rate`. No flag sets `optimizer`,
    `momentum`, `nesterov`, `weight_decay`, `schedule`, `drops`, `drop_factor`, `check_every` and
    `augment`: they come with the preset that --training names.
    """

    optimizer: str = setting("adam", "what follows the gradient", choices=("adam", "sgd"))
    learning_rate: float = setting(
        1.2e-3, "learning rate at the beginning", 1e-12, 1e6, metavar="LEARNING_RATE"
    )
    batch: int = setting(60, "examples in a training step", 1, 10**7, metavar="BATCH")
    steps: int = setting(50_000, "how many steps to train", 1, _MILLIONS, metavar="STEPS")
    momentum: float = setting(0.0, "sgd: share of the last step that is kept", 0, 0.9999)
    nesterov: bool = setting(False, "sgd: look ahead along the momentum")
    weight_decay: float = setting(0.0, "strength of the pull of weights to zero", 0, 10)
    schedule: str = setting(
        "constant",
        "constant: one learning rate; drops: times `drop_factor` at each of `drops`; cosine: down "
        "to 0",
        choices=("constant", "drops", "cosine"),
    )
    drops: tuple[int, ...] = setting(
        (25_000, 50_000, 75_000), "drops: steps at which the learning rate falls", 1, _MILLIONS
    )
    drop_factor: float = setting(0.1, "drops: what the learning rate is multiplied by", 0, 1)
    check_every: int = setting(100, "steps between two looks at the validation loss", 1, _MILLIONS)
    augment: str = setting(
        "none",
        "crop-flip: images are shifted by up to 4 pixels and mirrored by chance in training",
        choices=("none", "crop-flip"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.nesterov and not (self.optimizer == "sgd" and self.momentum > 0):
            raise UserError("nesterov needs sgd with momentum above 0: set both, or leave it out")

    def __repr__(self) -> str:
        """Return what differs from the defaults, as it is written."""
        own = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        changed = {e.name: own[e.name] for e in fields(self) if own[e.name] != e.default}
        return f"Training({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    def rate(self, step: int) -> float:
        """Return the learning rate of the step after the first `step`."""
        if self.schedule == "drops":
            return self.learning_rate * self.drop_factor ** sum(step >= drop for drop in self.drops)
        if self.schedule == "cosine":
            return 0.5 * self.learning_rate * (1.0 + math.cos(math.pi * step / self.steps))
        return self.learning_rate


PRESETS: dict[str, Training] = {
    # Frankle & Carbin 2019, figure 2: LeNet-300-100 on MNIST.
    "lth": Training(),
    # Of ours, for a study of 20 rounds within minutes.
    "lth-short": Training(steps=_SHORT, check_every=200),
    # Lee et al. 2019, section 5: 100 examples a step, learning rate 0.1, a tenth of it each 25000
    # steps.
    "snip": Training("sgd", 0.1, 100, 100_000, 0.9, weight_decay=5e-4, schedule="drops"),
    "snip-short": Training(
        "sgd", 0.1, 100, _SHORT, 0.9, weight_decay=5e-4, schedule="drops", drops=(4000, 6000)
    ),
    # He et al. 2016, section 4.2: residual networks on CIFAR-10.
    "resnet": Training(
        "sgd",
        0.1,
        128,
        64_000,
        0.9,
        weight_decay=1e-4,
        schedule="drops",
        drops=(32_000, 48_000),
        check_every=390,
        augment="crop-flip",
    ),
    # Of ours, for models with batch norm within minutes: at the end the rate is down to zero.
    "resnet-short": Training(
        "sgd", 0.1, 64, _SHORT, 0.9, weight_decay=1e-4, schedule="cosine", check_every=400
    ),
    # The defaults of the authors' later library: 40 epochs of MNIST, without momentum.
    "open-lth": Training("sgd", 0.1, 128, 17_160, check_every=430),
}


@dataclass(frozen=True)
class StudySettings(Settings):
    """What a study compares, and on which model, data set and training.

    `seeds` is a text that the study reads. The study itself checks names and densities.
    """

    model: str = setting(
        "lenet-300-100",
        f"the model that is pruned: {', '.join(MODEL_NAMES)}, or module:function",
        metavar="MODEL",
    )
    dataset: str = setting(
        "digits",
        f"{', '.join(DATASET_NAMES)}, or the path of a table, npz file or IDX folder",
        metavar="DATASET",
    )
    methods: tuple[str, ...] = setting(
        ("imp",),
        "methods, or own methods and scores as module:name; `--method list` describes them",
        flag="method",
        metavar="NAME,NAME",
        free=True,
        own="method",
    )
    allocation: str | None = setting(
        None,
        "how many weights each layer keeps; or a pattern: N of every M weights, such as 2:4, "
        "blocks of outputs by inputs, such as 4x4, or fan-in, as many for each unit of a layer",
        choices=ALLOCATION_NAMES,
        own="allocation",
        metavar="ALLOCATION",
        shown="that of each method",
    )
    densities: tuple[float, ...] = setting(
        (0.2, 0.05),
        "shares of the weights that are kept",
        _LEAST_DENSITY,
        1,
        flag="density",
        metavar="D,D",
        expected="numbers such as 0.2,0.05",
        free=True,
    )
    seeds: str = setting("0", "seeds such as 0-4", metavar="N-N")
    controls: tuple[str, ...] = setting(
        (),
        f"train controls, too: {', '.join(CONTROL_NAMES)} (see `wann docs prune`), all, or "
        "module:function",
        metavar="NAME,NAME",
        free=True,
        shown="none",
        own="control",
    )
    protect: tuple[str, ...] = setting(
        (),
        "layers that are left whole, by name or by pattern such as fc*",
        metavar="NAME,NAME",
        free=True,
        shown="none",
    )
    include: tuple[str, ...] = setting(
        (),
        "layers that are pruned although they would be left whole: frozen, embeddings, tokens",
        metavar="NAME,NAME",
        free=True,
        shown="none",
    )
    outputs: tuple[str, ...] = setting(
        (),
        "the layers that make the outputs, where that cannot be seen",
        metavar="NAME,NAME",
        free=True,
        shown="seen in a forward pass",
    )
    training: str = setting(
        "lth-short",
        "how models are trained",
        choices=tuple(PRESETS),
        metavar="TRAINING",
    )
    retrain: bool = setting(
        True,
        "measure trained models right after pruning them, without training on",
        flag="no-retrain",
    )
    fine_tune_steps: int | None = setting(
        None,
        "steps of training on after a trained model is pruned",
        1,
        _MILLIONS,
        metavar="STEPS",
        shown="as many as of training",
    )
    fine_tune_rate: float | None = setting(
        None,
        "learning rate of training on after a trained model is pruned",
        1e-12,
        1e6,
        metavar="LEARNING_RATE",
        shown="a tenth of that of training",
    )
    trained: str | None = setting(
        None,
        "the weights are trained: prune the model as it is, with the weights in FILE (safetensors, "
        "or saved by torch.save), without FILE as module:function returns it",
        metavar="FILE",
        bare=AS_BUILT,
        shown="the model is trained from the start",
    )
    allow_empty: bool = setting(
        False,
        "a method may leave a layer without weights: the row shows the network that is cut",
        flag="allow-empty",
    )
    rewind_step: int | None = setting(
        None,
        "the training step that late rewinding goes back to",
        0,
        _MILLIONS,
        metavar="N",
        shown=f"steps / {1 / EARLY_SHARE:.0f}",
    )
    examples: int = setting(
        2000,
        "how many training examples the scores see",
        1,
        _MILLIONS,
        flag="score-examples",
        noun="score-examples",
        metavar="N",
    )
    device: str = setting("cpu", "cpu, cuda or cuda:NUMBER", metavar="DEVICE")

"""A network with all that is known of it: its weights, its task, and the file it comes from."""

import base64
import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.arrays import numbers_of
from wann.config import SearchConfig
from wann.errors import UserError
from wann.files import write_new
from wann.formats.card import card_text
from wann.formats.end_names import class_names, end_names
from wann.formats.export.header import count
from wann.formats.export.method import Exporting
from wann.formats.json_format import dumps as dumps_json
from wann.formats.network_file import NetworkFile
from wann.network.compile import compile_with_genes, to_genome
from wann.network.network import Network
from wann.network.stepper import Stepper
from wann.tasks.choice import largest
from wann.tasks.registry import task_of
from wann.tasks.task import Task

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wann.tasks.policy import Policy


class LoadedNetwork(Network, Exporting):
    """A network that can be called, drawn, put into an environment, saved and exported.

    It goes wherever a `Network` goes. `wann.load` returns one for any file or run. It is a value:
    `with_weights` and `with_task` return others. Two are equal where structure and weights are;
    where they come from makes no difference.

    Example:
        ```python
        network = wann.load("zoo:swingup")
        network([0.0, 0.0, -1.0, 0.0, 0.0], weight=1.5)  # one input: outputs (1,)
        push = network.policy()  # observation in, action of the environment out
        network.draw("champion.svg")
        ```
    """

    file: NetworkFile  # what a file of it holds: its genome, weights, task, and further facts
    weights: NDArray[np.float64] | None  # (connections,); None: all connections share one
    path: Path | None  # the file that it was read from
    _genes: NDArray[np.int64]  # (connections,) the gene of each connection, in `file`

    def __new__(
        cls, network: Network, file: NetworkFile, genes: NDArray[np.int64], path: Path | None = None
    ) -> "LoadedNetwork":
        """Return `network` with what `file` holds; `of` and `from_file` are what one calls."""
        self = super().__new__(cls, *network)
        self.file, self.path, self._genes = file, path, genes
        # A file cannot hold the weights of no connections
        self.weights = None if file.weights is None or not len(genes) else file.weights[genes]
        return self

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what `__new__` makes a copy from, for copying and for sending to workers."""
        return Network(*self), self.file, self._genes, self.path

    @classmethod
    def of(
        cls,
        network: Network,
        weights: ArrayLike | None = None,
        *,
        task: str | None = None,
        info: dict[str, Any] | None = None,
    ) -> "LoadedNetwork":
        """Return `network` with what is known of it.

        Args:
            network: the structure; one that is a `LoadedNetwork` already brings nothing else.
            weights: (connections,) in the order of `source`, or None where all share one.
            task: the spec of what it is for.
            info: further JSON values, which stand in its files.

        Raises:
            UserError: where the weights are not one for each connection.
        """
        file = NetworkFile(to_genome(network), None, task, info or {})
        made = cls(Network(*network), file, np.arange(network.connections))
        return made if weights is None else made.with_weights(weights)

    @classmethod
    def from_file(cls, file: NetworkFile, path: Path | None = None) -> "LoadedNetwork":
        """Return the network of `file`, without the connections that lead to no output."""
        network, genes = compile_with_genes(file.genome)
        return cls(network, file, genes, path)

    @property
    def task(self) -> str | None:
        """The spec of what it was grown or tuned for, None where that is not known."""
        return self.file.task

    @property
    def info(self) -> dict[str, Any]:
        """What else is known of it, JSON values such as measured returns."""
        return self.file.info

    @property
    def network(self) -> Network:
        """Its structure alone."""
        return Network(*self)

    @property
    def task_or_default(self) -> str:
        """The spec of the task that it was grown for, or a search's default where it tells none."""
        return self.task or SearchConfig.task

    def with_weights(self, weights: ArrayLike | None) -> "LoadedNetwork":
        """Return it with other weights (connections,), or with none of its own (None).

        UserError where they are not one finite number for each connection.
        """
        if weights is None:
            return self._with_file(self.file._replace(weights=None))
        own = numbers_of(weights, "the weights").copy()
        if own.shape != (self.connections,) or not np.isfinite(own).all():
            raise UserError(
                f"expected one finite weight for each of {self.connections} connections, got an "
                f"array of shape {own.shape}"
            )
        # Genes that lead to no output get that of the first connection: the shared one, if any
        genes = np.full(len(self.file.genome.source), own[0] if len(own) else 0.0)
        genes[self._genes] = own
        return self._with_file(self.file._replace(weights=genes))

    def with_task(self, task: str | None) -> "LoadedNetwork":
        """Return it with the spec of another task."""
        return self._with_file(self.file._replace(task=task))

    def with_info(self, **info: Any) -> "LoadedNetwork":
        """Return it with further JSON values of what is known of it."""
        return self._with_file(self.file._replace(info={**self.info, **info}))

    def _with_file(self, file: NetworkFile) -> "LoadedNetwork":
        return LoadedNetwork(Network(*self), file, self._genes, self.path)

    def __call__(self, x: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the outputs (outputs,) for one input (inputs,), or (n, outputs) for (n, inputs).

        `weight` is one number that all connections share, or one for each (connections,); without
        it, its own weights are taken or, where it has none, a shared weight of 1. The bits are
        those that tasks compute. UserError where shapes do not fit, or it is recurrent (`stepper`).
        """
        return super().__call__(x, self.weights if weight is None else weight)

    def make_task(self) -> Task:
        """Return the task that it was grown for; UserError where that is not known."""
        if self.task is None:
            raise UserError(
                f"{self.name} does not say what it was grown for: give it a task by "
                "network.with_task('swingup')"
            )
        return task_of(self.task, self.name)

    def policy(self, env: Any = None, weight: ArrayLike | None = None) -> "Policy":
        """Return what plays in an environment: called with an observation, it returns the action.

        Observations are read as in the search that grew it, scaled by what was measured there;
        actions are of the environment's own space. `env` is an id of Gymnasium, an environment, a
        vectorised one, or None for that of its own task; `weight` as for a call. UserError for an
        environment that does not fit the network.

        Example:
            ```python
            env = gymnasium.make("CartPole-v1")
            policy = wann.load("zoo:cartpole").policy(env)
            observation, _ = env.reset(seed=0)
            observation, reward, *_ = env.step(policy(observation))
            ```
        """
        from wann.tasks.policy import make_policy

        own = None if self.task is None else self.make_task()
        return make_policy(self, self.weights if weight is None else weight, own, env)

    def stepper(self, weight: ArrayLike | None = None, episodes: int = 1) -> Stepper:
        """Return what computes `episodes` of it step by step; weights are as for a call."""
        weights = self.weights if weight is None else weight
        return Stepper(self, 1.0 if weights is None else weights, episodes)

    def classify(self, x: ArrayLike, weight: ArrayLike | None = None) -> NDArray[Any]:
        """Return the class of one input (inputs,), or of each of many (n, inputs).

        The inputs must be scaled as those of its data set are, images to numbers from 0 to 1:
        nothing is scaled here. A class is the name that the data set gives it. UserError where its
        task has no classes.
        """
        names = np.array(class_names(self.task, self.make_task, self.name))
        found: NDArray[Any] = names[largest(self(x, weight), -1)]
        return found

    def draw(
        self,
        path: Path | str | None = None,
        *,
        title: str | None = None,
        style: str = "light",
        force: bool = False,
    ) -> "Figure":
        """Return a drawing, which a notebook shows; with `path`, it is written there, too.

        Inputs and outputs are named where its task is known. The ending of `path` says what the
        file is: .svg, .png or .pdf; `style` is "light" or "dark". UserError for another ending or
        style, or where there is such a file already, unless it is to be replaced (`force`).
        """
        from wann.drawing.drawing import draw_network
        from wann.drawing.figures import figure_as

        names = end_names(self, self.task, self.name)
        figure = draw_network(self, title=title, weights=self.weights, style=style, **names)
        if path is not None:
            write_new(Path(path), figure_as(figure, Path(path).suffix), force=force)
        return figure

    def _repr_svg_(self) -> str:
        """Return its drawing as SVG, which is what notebooks ask for; no data are read for it."""
        from wann.drawing.drawing import draw_network
        from wann.drawing.figures import figure_as

        names = end_names(self, self.task, self.name, at_once=True)
        return figure_as(draw_network(self, weights=self.weights, **names), ".svg").decode()

    def as_image(self, shows: str) -> str:
        """Return HTML that shows its drawing; `shows` says what that is, without the size."""
        data = base64.b64encode(self._repr_svg_().encode()).decode()
        told = html.escape(f"{shows}, {self.connections} connections")
        # An image of its own: the identifiers in an SVG would mean something to the page around it
        return f'<img alt="{told}" src="data:image/svg+xml;base64,{data}">'

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write it to `path` as a network file (JSON), and return the path.

        UserError where there is such a file already, unless it is to be replaced (`force`).
        """
        return write_new(Path(path), dumps_json(self.file).encode(), force=force)

    def card(self) -> str:
        """Return what is known of it on one short page, in Markdown.

        The page says what it is for and how large it is, what it earns where `wann.measure_card`
        measured that, and how to make it again.
        """
        return card_text(self, self.weights, self.task, self.info)

    def __eq__(self, other: object) -> bool:
        """Return whether `other` has the same structure and the same weights."""
        if not isinstance(other, Network):
            return False  # a plain tuple would compare arrays
        its = getattr(other, "weights", None)
        same = its is self.weights or (
            its is not None and self.weights is not None and np.array_equal(its, self.weights)
        )
        return same and super().__eq__(other)

    __hash__ = Network.__hash__

    @property
    def name(self) -> str:
        """What messages call it: its path, where it has one."""
        return "the network" if self.path is None else str(self.path)

    def __repr__(self) -> str:
        """Return in short what it is."""
        weights = "shared weight" if self.weights is None else "its own weights"
        task = "" if self.task is None else f", for {self.task.partition(' {')[0]}"
        names = ("input", "hidden node", "output", "connection")
        counts = (self.inputs, self.hidden, self.outputs, self.connections)
        sizes = ", ".join(map(count, counts, names))
        return f"LoadedNetwork({sizes}, {weights}{task})"

    def check_fits(self, task: Task, advice: str = "choose another --task") -> None:
        """Raise UserError unless the network has as many inputs and outputs as `task`.

        `advice` says what the user can do about it.
        """
        has, needs = (self.inputs, self.outputs), (task.inputs, task.outputs)
        if has != needs:
            raise UserError(
                f"{self.name} does not fit the task {task.name!r}: it has {has[0]} inputs and "
                f"{has[1]} outputs, the task needs {needs[0]} and {needs[1]}; {advice}"
            )

"""What networks are scored on, out of what a user gave: an environment, a data set, a task."""

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from wann import own, trust
from wann.api.arguments import argument_of
from wann.api.data_files import DataFile, data_file, is_frame, named_as_in
from wann.api.paths import is_place
from wann.config import DatasetSettings, EnvironmentSettings, Settings, config_of, values_of
from wann.errors import UserError, in_short

# An id, a class, or a function that makes an environment.
Environment = str | Callable[..., Any]
# A path, arrays, a DataFrame (see `data_files`), or a function that returns the data.
Data = Any


def scored_on(
    env: Environment | None,
    dataset: Data,
    task: str | Callable[..., Any] | None,
    of_environment: Mapping[str, Any],
    of_dataset: Mapping[str, Any],
) -> str | DataFile | None:
    """Return the spec that env, dataset or task stand for; None where none of them is given.

    The user names what these name: it may be imported.

    A data set that is in memory is returned as a file, which is still to be written.

    Args:
        env: an environment.
        dataset: a data set.
        task: a spec, or what makes a task.
        of_environment: settings of `config.EnvironmentSettings` that were given.
        of_dataset: settings of `config.DatasetSettings` that were given.

    Raises:
        UserError: several of them are given, or settings without what they are of.
    """
    from wann.tasks.spec import code_in

    task = _task_spec(task)
    if task is not None:
        trust.allow(*code_in(task))  # the user names it
    own_spec = _environment_spec(env, of_environment)
    own_data = _dataset_spec(dataset, of_dataset)
    found = {"--env": own_spec, "--dataset": own_data, "--task": task}
    given = {flag: spec for flag, spec in found.items() if spec}
    if len(given) > 1:
        raise UserError(
            f"{' and '.join(given)} all say what networks are scored on: give one of them"
        )
    return next(iter(given.values()), None)


def with_settings(task: str, given: Mapping[str, Any]) -> str | None:
    """Return the spec of a Gymnasium environment with other settings than it has.

    `given` are settings of `config.EnvironmentSettings`. None where `task` is no spec of an
    environment; UserError where a setting is out of bounds.
    """
    from wann.tasks.spec import make_spec, parse_spec

    if not task.startswith("gym:"):
        return None
    name, settings = parse_spec(task)
    return make_spec(name, settings | _plain_settings(given, EnvironmentSettings))


def name_of(env: Environment | None, dataset: Data) -> str | None:
    """Return what folders are called after where there is no recipe, None where neither is given.

    That is the id or the name of the environment, or the name of the data set.
    """
    if env is not None:
        called = env if isinstance(env, str) else getattr(env, "__name__", type(env).__name__)
        return called.replace("/", "-").replace(":", "-").strip("<>")
    if dataset is None:
        return None
    return Path(dataset).stem if isinstance(dataset, str | Path) else "dataset"


def _task_spec(task: Any) -> str | None:
    from wann.tasks.task import Task

    if task is None or isinstance(task, str):
        return task
    if isinstance(task, Task):
        raise UserError(f"task: expected its spec, {task.spec!r}, got the task itself")
    if not callable(task):
        raise UserError(
            f"task: expected the spec of a task, a Task, or what returns one; got {in_short(task)}"
        )
    return own.name_of(task)


def _environment_spec(env: Environment | None, given: Mapping[str, Any]) -> str | None:
    from wann.tasks.spec import make_spec

    needed = "--env ID, or a recipe or network of a Gymnasium environment"
    said = _companions(given, EnvironmentSettings, needed, env is not None)
    if env is None:
        return None
    if isinstance(env, str):
        trust.allow(*([env] if ":" in env else []))  # the user names it
        return make_spec(f"gym:{env}", said)
    if not callable(env):
        raise UserError(
            "--env: expected an id, a class of environments, or a function that makes one, such as "
            f"lambda: MyEnv(); got {in_short(env)}"
        )
    return make_spec(f"gym:{own.name_of(env)}", said)


def _dataset_spec(dataset: Data, given: Mapping[str, Any]) -> str | DataFile | None:
    from wann.tasks.spec import code_in, data_name, make_spec

    named = named_as_in(dataset, given) if is_frame(dataset) else given
    said = _companions(named, DatasetSettings, "--dataset PATH", dataset is not None)
    if dataset is None:
        return None
    if callable(dataset):
        return make_spec(f"data:{own.name_of(dataset)}", said)
    if not isinstance(dataset, str | Path):
        return data_file(dataset, said)
    spec = make_spec(data_name(str(dataset)), said)
    trust.allow(*code_in(spec))  # the user names it
    return spec


def _companions(
    given: Mapping[str, Any], kind: type[Settings], needed: str, is_there: bool
) -> dict[str, Any]:
    """Return settings that go with an argument, as specs have them."""
    if given and not is_there:
        entry = next(entry for entry in dataclasses.fields(kind) if entry.name in given)
        flag = (entry.metadata["flag"] or argument_of(entry.name)).replace("_", "-")
        raise UserError(f"--{flag} needs {needed}")
    return _plain_settings(given, kind)


def _plain_settings(given: Mapping[str, Any], kind: type[Settings]) -> dict[str, Any]:
    """Return settings as specs have them; UserError where one is out of bounds."""
    named = dict(given)
    if "wrap" in named:
        named["wrap"] = wrapper_texts(named["wrap"])
    if is_place(named.get("encoder")):  # what `wann.encode` returned is one
        place = os.fspath(named["encoder"])
        # A text may be the name of one that comes with the package, a path is none
        named["encoder"] = place if isinstance(named["encoder"], str) else os.path.abspath(place)
    config_of(named, kind())  # refuses what is out of bounds
    return {name: _plain(value) for name, value in values_of(named, kind).items()}


def wrapper_texts(given: Any) -> list[str]:
    """Return wrappers as specs have them: `module:name`, with its arguments behind it.

    Each is such a text, a class or function, or a pair of one and its arguments.
    """
    from wann.tasks.spec import make_spec, parse_spec

    one = isinstance(given, str) or callable(given)
    if not one and not isinstance(given, Iterable):
        raise UserError(f"--wrap: expected wrappers of an environment, got {in_short(given)}")
    texts = []
    for wrapper in [given] if one else given:
        pair = wrapper if isinstance(wrapper, tuple | list) else (wrapper, {})
        named = len(pair) == 2 and (isinstance(pair[0], str) or callable(pair[0]))
        if not named or not isinstance(pair[1], Mapping):
            raise UserError(
                "--wrap: expected a wrapper, or a pair of one and its arguments, such as "
                f'(ClipReward, {{"max_reward": 1}}); got {in_short(wrapper)}'
            )
        thing, arguments = pair
        name = thing if isinstance(thing, str) else own.name_of(thing)
        trust.allow(parse_spec(name, "--wrap")[0])  # the user names it
        texts.append(make_spec(name, arguments) if arguments else name)
    return texts


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value

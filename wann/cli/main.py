"""The command line: `wann search | resume | sweep | prune | compare | evaluate | tune | render | export | recipes`.

Flags come from the fields of `config.SearchConfig`. Everything heavy is imported by the command
that needs it. Results go to stdout, progress and errors to stderr; a mistake of the user is one
line and exit code 2.
"""

import argparse
import dataclasses
import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.cli.flags import (
    add_cluster,
    add_dataset,
    add_environment,
    cluster_place,
    seconds,
    task_spec,
    whole,
)
from wann.cli.flags_commands import add_sweep, add_sweeping, add_tune, add_what, add_workers, what
from wann.cli.flags_compare import add_compare, add_seed_from
from wann.cli.flags_prune import add_prune
from wann.cli.interrupts import interruptible
from wann.cli.parser import HelpFormatter, Parser
from wann.config import SearchConfig, TuneConfig
from wann.errors import UserError
from wann.experiments.growing.recipes import recipe_names

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Place
    from wann.experiments.growing.growth import Growth, Row


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = _make_parser()
    try:
        options = parser.parse_args(arguments)
        command: Callable[[argparse.Namespace], None] = options.command
        command(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (UserError, OSError) as error:
        if os.environ.get("WANN_DEBUG"):
            raise
        print(f"wann: {_one_line(error)}", file=sys.stderr)
        return 2
    except MemoryError:
        print(
            "wann: not enough memory: lower --population, --tournament or --episodes",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("wann: interrupted", file=sys.stderr)
        return 130
    return 0


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)
        advice = "what was saved so far is intact" if full else "check the path and its permissions"
        return f"{where}{error.strerror}; {advice}"
    return " ".join(str(error).split())


def _make_parser() -> Parser:
    parser = Parser(
        prog="wann", description="Sparse networks, grown and measured.", allow_abbrev=False
    )
    commands = parser.add_subparsers(
        dest="name", required=True, metavar="COMMAND", parser_class=Parser
    )

    def command(
        name: str, run: Callable[[argparse.Namespace], None], text: str, numbers: bool
    ) -> Parser:
        added: Parser = commands.add_parser(
            name,
            help=text,
            description=text,
            allow_abbrev=False,
            formatter_class=HelpFormatter,
        )
        added.set_defaults(command=run)
        if numbers:
            added.add_argument(
                "--json", action="store_true", help="print one JSON object to stdout"
            )
        return added

    search = command("search", _search, "grow a weight-agnostic network", True)
    add_what(search, [entry.name for entry in dataclasses.fields(SearchConfig)])
    search.add_argument(
        "--out", type=Path, help="run directory; default: runs/RECIPE-seedN, numbered if taken"
    )
    search.add_argument(
        "--completions",
        type=Path,
        metavar="FILE",
        help="with --asynchronous: repeat the run whose completions.jsonl this is",
    )
    add_seed_from(search)
    _add_running(search)

    sweep = command(
        "sweep", _sweep, "run many searches side by side, over seeds and settings", True
    )
    add_what(
        sweep, [entry.name for entry in dataclasses.fields(SearchConfig) if entry.name != "seed"]
    )
    add_sweep(sweep)
    add_sweeping(sweep)

    add_prune(
        command("prune", _prune, "prune a PyTorch model by many methods, densities and seeds", True)
    )
    add_compare(
        command(
            "compare",
            _compare,
            "hold networks against others of their size, grown and pruned",
            True,
        )
    )

    resume = command(
        "resume",
        _resume,
        "go on with a search, a sweep or a study that was stopped or killed",
        True,
    )
    resume.add_argument(
        "run",
        metavar="RUN_OR_SWEEP",
        help="run directory; folder or URL of a sweep; folder of a pruning study",
    )
    _add_running(resume)
    add_workers(resume.add_argument_group("running a sweep or a study"))

    _add_evaluate(
        command("evaluate", _evaluate, "measure a network at fixed and random shared weights", True)
    )

    tune = command(
        "tune", _tune, "tune the weights of a network: one shared by all, or one for each", True
    )
    _add_network(tune)
    add_tune(tune)

    render = command(
        "render", _render, "draw the network, the learning curve, the profile, an episode", False
    )
    _add_network(render)
    render.add_argument(
        "--out",
        type=Path,
        help="folder for the pictures; default: figures/ in the run, or beside it",
    )

    export = command("export", _export, "write a network in another format", False)
    _add_network(export)
    export.add_argument("--to", choices=("json", "out", "python"), required=True, help="format")
    export.add_argument("--out", type=Path, help="file; default: print to stdout")

    command("recipes", _recipes, "list the recipes", True)
    return parser


def _add_evaluate(evaluate: Parser) -> None:
    _add_network(evaluate)
    evaluate.add_argument("--task", help="task; default: the one the network was grown for")
    add_environment(evaluate)
    add_dataset(evaluate)
    evaluate.add_argument("--episodes", type=whole(1), default=100, help="episodes at each weight")
    evaluate.add_argument("--seed", type=whole(0), default=0, help="seed of the episodes")
    evaluate.add_argument("--threads", type=whole(1), help="threads; default: every core")
    evaluate.add_argument(
        "--conditions",
        metavar="NAMES",
        help="measure weight conditions, too: all, or some of random_weights,random_shared,tuned_shared,tuned_weights",
    )


def _add_running(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("running", "These do not change the result.")
    group.add_argument("--threads", type=whole(1), help="threads; default: every core")
    group.add_argument(
        "--checkpoint-seconds", type=seconds, default=10.0, help="work between two checkpoints"
    )
    add_cluster(group)


def _add_network(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "network", type=Path, metavar="RUN_OR_NETWORK", help="run directory, .json or .out file"
    )


def _search(options: argparse.Namespace) -> None:
    place = cluster_place(options, options.threads)
    config, name, _ = what(options)

    if options.completions and not config.asynchronous:
        raise UserError(
            "--completions needs --asynchronous: other searches do not depend on the order of "
            "completion"
        )

    from wann.evaluators.make import reach
    from wann.experiments.growing.seeds import seed_text
    from wann.runs.completions import Completions, read_completions
    from wann.runs.filenames import COMPLETIONS, SEED
    from wann.runs.rundir import RunDir, free_path
    from wann.tasks.registry import make_task

    completions = read_completions(options.completions) if options.completions else []
    task = make_task(config.task).frozen()  # an unknown one is refused before anything is written
    config = dataclasses.replace(config, task=task.spec)
    seed = seed_text(options.seed_from, task, config) if options.seed_from else None
    for line in task.notes:
        print(f"wann: {line}", file=sys.stderr)
    reach(place)  # nothing is written if there is no such cluster
    path = options.out or free_path(Path("runs"), f"{name}-seed{config.seed}")
    with RunDir.create(path, config) as run:
        if completions:
            Completions(run.path / COMPLETIONS).add(0, completions)
        if seed:
            run.write_text(SEED, seed)
        _run_search(run, options, place)


def _sweep(options: argparse.Namespace) -> None:
    from wann.cli.sweep import sweep

    sweep(options, *what(options))


def _prune(options: argparse.Namespace) -> None:
    from wann.cli.prune import prune

    prune(options)


def _compare(options: argparse.Namespace) -> None:
    from wann.cli.compare import compare

    compare(options)


def _resume(options: argparse.Namespace) -> None:
    from wann.experiments.sweep.stores import is_sweep
    from wann.runs.rundir import RunDir

    if is_sweep(options.run):
        from wann.cli.sweep import resume

        resume(options)
        return
    if (Path(options.run) / "study.json").is_file():
        from wann.cli.prune import resume as resume_study

        resume_study(options)
        return
    for flag in ("workers", "retries"):
        if getattr(options, flag) is not None:
            raise UserError(
                f"--{flag} is for sweeps and studies, and {options.run} is a single run: give "
                "--threads or nothing"
            )
    place = cluster_place(options, options.threads)
    with RunDir.open(Path(options.run), write=True) as run:
        changed = run.changed_versions()
        if changed:
            print(
                f"wann: the run was begun with {changed}; results may differ from an undisturbed "
                "run",
                file=sys.stderr,
            )
        _run_search(run, options, place)


def _run_search(run: Any, options: argparse.Namespace, place: "Place | None") -> None:
    """Run or continue a search, draw its figures, report it.

    Ctrl-C ends it after the generation under way.
    """
    from wann.cli.progress import follow
    from wann.evaluators.make import make_evaluator, make_remote_evaluator
    from wann.experiments.growing.growth import Growth, grow
    from wann.tasks.registry import make_task

    def tell(line: str) -> None:
        run.log(line)
        print(f"wann: {line}", file=sys.stderr)

    with interruptible("the generation") as interrupted:
        task = make_task(run.config.task)
        with (
            make_remote_evaluator(place, tell)
            if place
            else make_evaluator(task, options.threads) as evaluator
        ):
            growth = Growth(run.config, evaluator, run)
            growth.restore()
            rows = grow(growth, checkpoint_seconds=options.checkpoint_seconds, stop=interrupted)
            for _ in follow(rows, run.config.generations, growth.search.generation):
                pass
            _report_search(growth.finish(), options.json, run.path)
            _draw_run(growth, run.path)


def _draw_run(growth: "Growth", path: Path) -> None:
    from wann.experiments.growing.pictures import draw_run

    if not growth.champion:
        return
    try:
        draw_run(path, path / "figures", growth.evaluator)
    # The search is saved and reported: pictures can be drawn again
    except (OSError, ValueError) as error:
        print(
            f"wann: no pictures: {_one_line(error)}; try again with: wann render {path}",
            file=sys.stderr,
        )


def _report_search(summary: "Row", as_json: bool, path: Path) -> None:
    if as_json:
        print(json.dumps(summary))
        return
    if summary["champion"] is None:
        print(f"{path}: no network earned a finite return in {summary['generations']} generations")
        return
    print(
        f"{summary['champion']}: {summary['connections']} connections, mean return "
        f"{summary['mean']:.4g}, "
        "confirmed on held-out episodes\n"
        f"{summary['generations']} generations, {summary['env_steps']:,} steps in "
        f"{summary['seconds']:.1f} s\n"
        f"pictures in {path / 'figures'}; digest {summary['digest'][:16]}"
    )
    if not summary["finished"]:
        print(f"not finished: continue with `wann resume {path}`")


def _evaluate(options: argparse.Namespace) -> None:
    from wann.cli.tune import tune_in_view
    from wann.evaluators.make import make_evaluator
    from wann.formats.loading import load_network
    from wann.tasks.registry import make_task
    from wann.weights.conditions import in_words, measure_conditions, parse_conditions
    from wann.weights.evaluate import evaluate
    from wann.weights.tuned import Tuned

    conditions = parse_conditions(options.conditions) if options.conditions is not None else ()
    spec = task_spec(options)
    given = make_task(spec).frozen() if spec else None
    loaded = load_network(options.network, given)
    task = given or make_task(loaded.task or "swingup")
    loaded.check_fits(task)
    with make_evaluator(task, options.threads) as evaluator:
        result = evaluate(
            loaded.network,
            task,
            evaluator,
            weights=loaded.weights,
            episodes=options.episodes,
            seed=options.seed,
        )
        if conditions:

            def tune(start: Tuned) -> Tuned:
                config = TuneConfig(task=task.spec, seed=options.seed)
                return tune_in_view(task, loaded.network, evaluator, config, start)

            how: dict[str, Any] = {
                "weights": loaded.weights,
                "episodes": options.episodes,
                "seed": options.seed,
            }
            result["conditions"] = measure_conditions(
                task, loaded.network, evaluator, names=conditions, tune=tune, **how
            )
    if options.json:
        print(json.dumps(result))
        return
    print(
        f"{options.network} on {task.name}: {result['connections']} connections, "
        f"{result['hidden']} hidden nodes"
    )
    labels = {
        "training_weights": "six training weights",
        "random_shared": "shared weight from U(-2, 2)",
    }
    for key, label in {**labels, "own_weights": "its own weights"}.items():
        if key in result:
            measure = result[key]
            print(
                f"  {label:28} {measure['mean']:8.4g}   sd {measure['sd']:.3g} over {measure['n']} "
                f"{measure['sd_over']}"
            )
    for entry in result["by_weight"]:
        at = f"at {entry['weight']:+g}"
        print(f"  {at:28} {entry['mean']:8.4g}   sd {entry['sd']:.3g} over {entry['sd_over']}")
    for name, entry in result.get("conditions", {}).items():
        print(f"  {name.replace('_', ' '):28} {in_words(entry)}")


def _tune(options: argparse.Namespace) -> None:
    from wann.cli.tune import tune

    tune(options)


def _render(options: argparse.Namespace) -> None:
    from wann.evaluators.make import make_evaluator
    from wann.experiments.growing.pictures import draw_network_file, draw_run
    from wann.formats.loading import load_network
    from wann.tasks.registry import make_task

    task = make_task(load_network(options.network).task or "swingup")
    with make_evaluator(task) as evaluator:
        if options.network.is_dir():
            out = options.out or options.network / "figures"
            written = draw_run(options.network, out, evaluator, film=True)
        else:
            out = options.out or options.network.with_name(options.network.stem + "-figures")
            written = draw_network_file(options.network, out, evaluator)
    for path in written:
        print(path)


def _export(options: argparse.Namespace) -> None:
    from wann import formats
    from wann.files import write_atomically
    from wann.formats.loading import network_path

    file = formats.read_network(network_path(options.network))
    writers: dict[str, Callable[[formats.NetworkFile], str]] = {
        "json": formats.dumps_json,
        "out": formats.dumps_out,
        "python": partial(formats.dumps_python, name=options.network.stem),
    }
    text = writers[options.to](file)
    if options.out is None:
        sys.stdout.write(text)
        return
    if options.out.exists():
        raise UserError(f"{options.out} exists already: give another --out, or remove it first")
    write_atomically(options.out, text.encode())
    print(options.out)


def _recipes(options: argparse.Namespace) -> None:
    recipes = recipe_names()
    if options.json:
        print(json.dumps(recipes))
        return
    for name, text in recipes.items():
        print(f"{name:16} {text}")


if __name__ == "__main__":
    sys.exit(main())

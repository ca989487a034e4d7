"""Flags of `wann compare`. Imports nothing heavy: names are checked by the comparison itself."""

import argparse
from pathlib import Path

from wann.cli.flags import add_cluster, whole
from wann.cli.flags_commands import add_workers

ALL = "all"


def add_compare(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a comparison."""
    what = parser.add_argument_group("what is compared")
    what.add_argument(
        "networks",
        nargs="+",
        type=Path,
        metavar="RUN_OR_NETWORK",
        help="run directories, or .json or .out files",
    )
    what.add_argument(
        "--against",
        nargs="?",
        const=ALL,
        metavar="NAME,NAME",
        help="contestants of the size of each network: methods of `wann prune`, dense-small, random-dag, rewired, "
        "shuffled; without names "
        "imp,snip,synflow,magnitude,random-erk,supermask,dense-small,random-dag,rewired,"
        "shuffled, or of them what there is for tasks without labels. Without this flag networks "
        "are held against the "
        "first of them",
    )
    what.add_argument("--task", help="task; default: the one the networks were grown for")
    what.add_argument("--seeds", default="0-2", metavar="N-N", help="seeds such as 0-4")
    what.add_argument(
        "--sizes",
        type=whole(0),
        default=3,
        metavar="N",
        help="smaller networks of a run's front, each of about half the connections of the one before, against which "
        "the same contestants are held, for the budget curves",
    )
    how = parser.add_argument_group("how contestants are made and measured")
    how.add_argument(
        "--steps",
        type=whole(1),
        help="training steps of pruned models, for each round; default: 8000",
    )
    how.add_argument(
        "--hidden",
        metavar="N,N",
        help="units in the layers of the models that are pruned; default: 100",
    )
    how.add_argument(
        "--generations",
        type=whole(1),
        help="of tuning (epochs by gradients, at most 30); default: 1200",
    )
    how.add_argument("--races", type=whole(1), help="starts of a tuning by CMA-ES; default: 64")
    how.add_argument(
        "--episodes",
        type=whole(2),
        help="episodes, and random weightings, of a measure; default: 100",
    )
    group = parser.add_argument_group("running", "These do not change the result.")
    group.add_argument("--out", type=Path, required=True, help="folder; a comparison there goes on")
    add_workers(group, retries=0)
    add_cluster(group, "--workers")


def add_seed_from(search: argparse.ArgumentParser) -> None:
    """Add the flag of searches that begin from a network."""
    search.add_argument(
        "--seed-from",
        type=Path,
        metavar="NETWORK_OR_MASK",
        help="begin from children of this network, grown or pruned: a run, .json or .out file, or .safetensors masks",
    )

"""Flags of `wann prune`. Imports nothing heavy: names are checked by the study itself."""

import argparse
from pathlib import Path

from wann.cli.flags import add_cluster, whole
from wann.cli.flags_commands import add_workers


def add_prune(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a pruning study."""
    what = parser.add_argument_group("what is pruned")
    what.add_argument(
        "--model",
        default="lenet-300-100",
        help="lenet-300-100, mlp-1000-1000-500-200, conv-2, conv-4, conv-6, resnet-20, or module:function",
    )
    what.add_argument(
        "--dataset",
        default="digits",
        help="digits, mnist, or the path of an npz file or IDX folder",
    )
    what.add_argument(
        "--method",
        default="imp",
        metavar="NAME,NAME",
        help="methods, or scores as module:function; `--method list` describes them",
    )
    what.add_argument(
        "--network",
        type=Path,
        metavar="RUN_OR_NETWORK",
        help="prune this grown network instead of a model, by the scores of --method, to each --density, into files in "
        "--out; of the other flags --seeds counts (one)",
    )
    what.add_argument(
        "--density", default="0.2,0.05", metavar="D,D", help="shares of the weights that are kept"
    )
    what.add_argument("--seeds", default="0", metavar="N-N", help="seeds such as 0-4")
    what.add_argument(
        "--controls",
        default="",
        metavar="NAME,NAME",
        help="also train reinit, shuffle, random (see README), or all",
    )
    what.add_argument(
        "--protect",
        default="",
        metavar="NAME,NAME",
        help="layers left whole, by name or pattern (fc*)",
    )
    how = parser.add_argument_group("how it is trained")
    how.add_argument(
        "--training", default="lth-short", help="lth, lth-short, snip, snip-short or open-lth"
    )
    how.add_argument("--steps", type=whole(1), help="training steps; default: those of --training")
    how.add_argument(
        "--batch", type=whole(1), help="examples of a step; default: that of --training"
    )
    how.add_argument("--learning-rate", type=float, help="default: that of --training")
    how.add_argument(
        "--no-retrain", action="store_true", help="measure trained models right after pruning them"
    )
    how.add_argument(
        "--rewind-step", type=whole(0), metavar="N", help="of late rewinding; default: steps / 50"
    )
    how.add_argument(
        "--score-examples",
        type=whole(1),
        default=2000,
        metavar="N",
        help="training examples scores see",
    )
    how.add_argument("--device", default="cpu", help="cpu, cuda or cuda:NUMBER")
    how.add_argument(
        "--latency",
        action="store_true",
        help="then measure times: dense, shrunk, by our sparse kernel",
    )
    group = parser.add_argument_group("running", "These do not change the result.")
    group.add_argument(
        "--out", type=Path, help="folder; a study there goes on; default: runs/prune-MODEL-DATASET"
    )
    add_workers(group)
    add_cluster(group, "--workers")

"""Runs what stands on a page of the documentation: its Python and its `wann` commands, in order.

Sybil finds the blocks. Those with the first line `# mine.py` are a module of that name, which is
there before the others run. Commands run in this process. Comments of the page, which readers do
not see, say what the tests do differently:

    <!-- skip: next "the reason" -->        the block below is not run
    <!-- tested with: A => B -->            everywhere on this page B is run in place of A

The flags in `SMALL` are put behind every command, so that it takes a second instead of minutes.
"""

import re
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest
from paths import ROOT
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, SkipParser

from wann import trust
from wann.cli.main import main

DOCS = ROOT / "wann" / "docs"
_TRAINING = "--steps 20 --seeds 0"
_SEARCH = "--generations 2 --episodes 1 --confirm-episodes 2"
SMALL = {
    "search": f"{_SEARCH} --population 16 --threads 1",
    "sweep": f"{_SEARCH} --workers 1",
    "prune": f"{_TRAINING} --workers 1",
    "compare": "--sizes 0 --seeds 0 --generations 2 --races 2 --episodes 2 --hidden 3 --steps 20 "
    "--workers 1",
    "evaluate": "--episodes 2",
    "tune": "--generations 2",
}
_MODULE = "# mine.py\n"
_OTHERWISE = re.compile(r"<!-- tested with: (.*?) => (.*?) -->", re.DOTALL)


def run_page(path: Path, folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run a page in `folder`, where `runs` is a folder with the networks of the zoo.

    Returns what its Python has defined.
    """
    patch.chdir(folder)
    patch.setattr(sys, "path", [*sys.path, str(folder)])
    (folder / "runs").mkdir(exist_ok=True)
    for name in ("reference", "studies"):
        (folder / "runs" / name).symlink_to(ROOT / "runs" / name)
    document = _sybil(path).parse(path)
    document.namespace["__name__"] = "page"
    examples = list(document.examples())
    parts = [str(example.parsed) for example in examples]
    (folder / "mine.py").write_text("".join(part for part in parts if part.startswith(_MODULE)))
    patch.delitem(sys.modules, "mine", raising=False)
    with trust.forgotten_afterwards():
        for example in examples:
            with suppress(SkipTest):  # by a comment of the page, which has the reason
                example.evaluate()
    sys.modules.pop("mine", None)
    return document.namespace


def _sybil(path: Path) -> Sybil:
    otherwise = _OTHERWISE.findall(path.read_text(encoding="utf-8"))

    def text_of(example: Example) -> str:
        text = str(example.parsed)
        for shown, tested in otherwise:
            text = text.replace(shown, tested)
        return text

    def python(example: Example) -> None:
        if not example.parsed.startswith(_MODULE):
            lines = "\n" * (example.line + example.parsed.line_offset)
            exec(compile(lines + text_of(example), str(path), "exec"), example.namespace)

    def shell(example: Example) -> None:
        for line in text_of(example).replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words:
                assert words[0] == "wann", f"{path}: the tests run `wann` alone, not {line!r}"
                assert main([*words[1:], *_small(words)]) == 0, line

    return Sybil(
        [
            SkipParser(),
            CodeBlockParser("python", python),
            CodeBlockParser("sh", shell),
            CodeBlockParser("console", shell),
        ]
    )


def _small(words: list[str]) -> list[str]:
    """Return the flags behind a command; a search with --steps trains masks, which has others."""
    trains_masks = words[1] == "search" and "--steps" in words
    return ["--threads", "1"] if trains_masks else SMALL.get(words[1], "").split()


def languages(path: Path) -> set[str]:
    """Return the languages of the blocks on a page, "" for blocks without one."""
    fences = re.findall(r"^```(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return set(fences[::2])

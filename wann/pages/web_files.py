"""The JavaScript and CSS of pages: modules for development, one script and one style in a page.

A page is a single file, so that the modules in the folder `web` are joined, each behind those that
it imports. For that, names must be unique over all modules, which a test holds.
"""

import base64
import hashlib
import json
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from wann.files import finite
from wann.pages.figure import figure_colours

WEB = Path(__file__).resolve().parent / "web"
_START = "start.js"  # imports whatever a page needs

_IMPORT = re.compile(r'^import\b[^;]*?"(?P<module>[^"]+)";\n', re.MULTILINE)
_DARK = re.compile(
    r'^:root\[data-theme="dark"\] \{\n(?P<colours>.*?)^\}\n', re.MULTILINE | re.DOTALL
)
_EXPORT = re.compile(r"^export (?=(async|class|const|function|let)\b)", re.MULTILINE)


@cache
def script(first: str = _START) -> str:
    """Return the text of a script that has the module `first` and all that it imports.

    `first` is a path in the folder `web`.
    """
    imported: dict[Path, list[Path]] = {}
    waiting = [WEB / first]
    while waiting:
        path = waiting.pop()
        if path not in imported:
            imported[path] = _imports(path)
            waiting += imported[path]
    graph = {path: imported[path] for path in sorted(imported)}
    modules = [_plain(path) for path in TopologicalSorter(graph).static_order()]
    return "\n".join(['(() => {\n"use strict";\n', *modules, "})();\n"])


@cache
def style() -> str:
    """Return the text of the style sheet: all files of the folder, in the order of their names.

    Before them stand the colours of figures. Dark colours stand in the files once, for readers who
    chose them, and come again for those whose system is dark.
    """
    files = [
        _DARK.sub(_also_where_the_system_is_dark, path.read_text(encoding="utf-8"))
        for path in sorted(WEB.glob("*.css"))
    ]
    return "\n".join([figure_colours(), *files])


def _also_where_the_system_is_dark(found: re.Match[str]) -> str:
    colours = found["colours"]
    system = ':root:not([data-theme="light"])'
    return f"{found[0]}\n@media (prefers-color-scheme: dark) {{\n{system} {{\n{colours}}}\n}}\n"


def policy() -> str:
    """Return the Content-Security-Policy of a page with `script` and `style`, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script())}'",
            f"style-src '{_digest(style())}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def json_text(data: Any) -> str:
    """Return JSON that can stand in a page: nothing in it ends an element or begins one.

    Numbers that are not finite become null.
    """
    text = json.dumps(finite(data), allow_nan=False, separators=(",", ":"))
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"})


def _imports(path: Path) -> list[Path]:
    text = path.read_text(encoding="utf-8")
    return [(path.parent / match["module"]).resolve() for match in _IMPORT.finditer(text)]


def _plain(path: Path) -> str:
    """Return the text of a module without what only modules may have."""
    return _EXPORT.sub("", _IMPORT.sub("", path.read_text(encoding="utf-8"))).strip() + "\n"


def _digest(text: str) -> str:
    found = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(found).decode()}"

"""What the user's own code and weights are that a study names, so that it goes on with the same."""

import hashlib
import io
import sys
import tokenize
from importlib.util import find_spec
from pathlib import Path

from wann.config import AS_BUILT
from wann.experiments.pruning.plan import StudyPlan

_UNSEEN = {tokenize.COMMENT, tokenize.NL}


def sources_of(plan: StudyPlan) -> dict[str, str]:
    """Return a digest of the file of each module that a plan names, and of its weights' file.

    Comments and empty lines of code do not count. What these modules import is not looked at.
    """
    found = {}
    for name in plan.code():
        path = _file_of(name.partition(":")[0])
        if path:
            found[name] = _digest_of_code(path.read_bytes())
    if plan.trained not in ("", AS_BUILT) and Path(plan.trained).is_file():
        found[plan.trained] = _short(Path(plan.trained).read_bytes())
    return found


def changed(known: StudyPlan, asked: StudyPlan) -> list[str]:
    """Return what both plans name and what is not what it was."""
    return [
        f"contents of {name}"
        for name, digest in asked.sources.items()
        if known.sources.get(name, digest) != digest
    ]


def _file_of(module: str) -> Path | None:
    """Return the file of a module; None where it has none, as one of this session."""
    loaded = sys.modules.get(module)
    try:
        spec = find_spec(module) if loaded is None else None
    except (ImportError, ValueError):
        return None
    path = getattr(loaded, "__file__", None) or (spec and spec.origin)
    return Path(path) if path and path.endswith(".py") and Path(path).is_file() else None


def _digest_of_code(source: bytes) -> str:
    try:
        tokens = tokenize.tokenize(io.BytesIO(source).readline)
        seen = [(token.type, token.string.strip()) for token in tokens if token.type not in _UNSEEN]
    except (SyntaxError, tokenize.TokenError, UnicodeError):
        return _short(source)
    return _short(repr(seen).encode())


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

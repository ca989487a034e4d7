"""The code behind names of the user's own, such as `module:name`: whether it is what it was."""

import hashlib
import io
import sys
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

_UNSEEN = {tokenize.COMMENT, tokenize.NL}


def digests_of_code(names: Iterable[str]) -> dict[str, str]:
    """Return, by name, a digest of the file of each module that is named, where it has one.

    Comments and empty lines do not count. What these modules import is not looked at.
    """
    found = {}
    for name in names:
        path = _file_of(name.partition(":")[0])
        if path:
            found[name] = digest_of_code(path.read_bytes())
    return found


def changed_code(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the names in both whose digests differ."""
    return [name for name, digest in now.items() if then.get(name, digest) != digest]


def digest_of_content(content: bytes) -> str:
    """Return the first digits of the SHA-256 of the content of a file."""
    return hashlib.sha256(content).hexdigest()[:16]


def digest_of_code(source: bytes) -> str:
    """Return a digest of Python source, in which comments and empty lines do not count."""
    try:
        tokens = tokenize.tokenize(io.BytesIO(source).readline)
        seen = [(token.type, token.string.strip()) for token in tokens if token.type not in _UNSEEN]
    except (SyntaxError, tokenize.TokenError, UnicodeError):
        return digest_of_content(source)
    return digest_of_content(repr(seen).encode())


def _file_of(module: str) -> Path | None:
    """Return the file of a module; None where it has none, as one of this session.

    Nothing is imported, nor the packages that it lies in: it may be named by a file of another's.
    """
    loaded = getattr(sys.modules.get(module), "__file__", None)
    path = loaded if loaded else _found_file(module)
    return Path(path) if path and path.endswith(".py") and Path(path).is_file() else None


def _found_file(module: str) -> str | None:
    inside: Sequence[str] | None = None
    name, origin = "", None
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        try:
            found = (finder.find_spec(name, inside) for finder in sys.meta_path)
            spec = next(filter(None, found), None)
        except (ImportError, ValueError, AttributeError):
            return None
        if spec is None:
            return None
        inside, origin = spec.submodule_search_locations, spec.origin
    return origin

"""The documentation that comes with the package: its pages, and the site that is built of them.

The pages are Markdown files in `wann/docs`, which can be read as they are. Sphinx with the theme
Furo (the extra `docs`) makes a site of them that needs no network and opens from disk.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from wann.errors import UserError, unknown
from wann.files import Folder
from wann.formats import zoo
from wann.machine.home import expanded

FOLDER = Path(__file__).parents[1] / "docs"
_FIRST = "index"
_FIRST_OF_SITE = "index.html"
_NEEDED = ("sphinx", "furo", "myst_parser")
STYLE = "site.css"
_SETTINGS = {
    "extensions": "myst_parser",
    "html_theme": "furo",
    "html_title": "wann",
    "html_copy_source": "0",
    "html_show_sphinx": "0",
    "html_show_copyright": "0",
    "html_static_path": STYLE,
    "html_css_files": STYLE,
    "myst_heading_anchors": "3",
    "project": "wann",
    "smartquotes": "0",  # which would make one dash of the two before a flag
}
# Pictures of the zoo, as pages show them: the way to them in a checkout, for whoever reads there
_PICTURE = re.compile(r"(?:\.\./)+runs/reference/([\w-]+)/(\w+\.(?:png|gif))")


def contents() -> Mapping[str, Sequence[str]]:
    """Return the names of the pages by section, in the order of the menu, without the first."""
    found: Mapping[str, Sequence[str]] = tomllib.loads(
        (FOLDER / "contents.toml").read_text(encoding="utf-8")
    )
    return found


def pages() -> Mapping[str, str]:
    """Return the titles of all pages by name, such as `howto/cluster`; the first is the start."""
    names = [_FIRST, *(name for section in contents().values() for name in section)]
    return {name: _title(name) for name in names}


def page_name(wanted: str) -> str:
    """Return the name of the page that `wanted` means: `howto/cluster`, or `cluster` alone.

    UserError, with the nearest names, where there is none.
    """
    known = pages()
    wanted = wanted.removesuffix(".md")
    short: dict[str, str] = {name.rpartition("/")[2]: name for name in reversed([*known])}
    if wanted in known:
        return wanted
    if wanted in short:
        return short[wanted]
    raise unknown("page", wanted, [*known, *short])


def read_page(name: str) -> str:
    """Return the Markdown of the page that `page_name` finds."""
    return _path(page_name(name)).read_text(encoding="utf-8")


def can_build() -> bool:
    """Return whether what builds the site is installed."""
    return all(find_spec(package) is not None for package in _NEEDED)


def build_site(folder: Path) -> Path:
    """Build the site in a folder that does not exist yet, and return its first page.

    UserError where there is something already, and where Sphinx or its theme is missing or fails.
    """
    if os.path.lexists(folder):
        raise UserError(f"{folder} exists already: give another folder, or remove it first")
    return _build(folder)


def built_site() -> Path:
    """Return the first page of the site, which is built once and kept in the user's cache."""
    base = expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "XDG_CACHE_HOME")
    folder = base / "wann" / f"docs-{_digest()}"
    first = folder / _FIRST_OF_SITE
    return first if first.is_file() else _build(folder)


def page_of_site(site: Path, name: str) -> Path:
    """Return the file of a page in the site whose first page is `site`."""
    return site.parent / f"{page_name(name)}.html"


def _path(name: str) -> Path:
    return FOLDER / f"{name}.md"


def _title(name: str) -> str:
    with _path(name).open(encoding="utf-8") as lines:
        return next((line[2:].strip() for line in lines if line.startswith("# ")), name)


def _digest() -> str:
    """Return what tells two states of the documentation apart."""
    whole = hashlib.sha256(repr(_SETTINGS).encode())
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        whole.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def _build(folder: Path) -> Path:
    """Build the site in a folder, its first page last: who finds that has the others."""
    if not can_build():
        raise UserError(
            "expected Sphinx with MyST and the theme Furo, which build the pages and are not "
            f"installed: pip install 'wann[docs]' (the pages as Markdown are in {FOLDER})"
        )
    with tempfile.TemporaryDirectory(prefix="wann-docs-") as scratch:
        source, site = Path(scratch) / "source", Path(scratch) / "site"
        _lay_out(Folder(source))
        _run_sphinx(source, site)
        built = sorted(path for path in site.rglob("*") if path.is_file())
        for path in sorted(built, key=lambda path: path == site / _FIRST_OF_SITE):
            Folder(folder).write(path.relative_to(site).as_posix(), path.read_bytes())
    return folder / _FIRST_OF_SITE


def _lay_out(here: Folder) -> None:
    """Copy what Sphinx reads: the pages, with the menu and the pictures that they show."""
    for path in (path for path in FOLDER.rglob("*") if path.is_file()):
        name = path.relative_to(FOLDER)
        content = path.read_bytes()
        if path.suffix == ".md":
            text = content.decode() + (_menu() if path == _path(_FIRST) else "")
            for run, picture in set(_PICTURE.findall(text)):
                drawing = zoo.folder() / run / picture
                here.write(f"pictures/{run}-{picture}", drawing.read_bytes())
            up = "../" * (len(name.parts) - 1)
            content = _PICTURE.sub(rf"{up}pictures/\1-\2", text).encode()
        here.write(name.as_posix(), content)


def _menu() -> str:
    """Return the contents as directives for Sphinx; in the pages themselves they would be read."""
    return "".join(
        f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(names) + "\n```\n"
        for title, names in contents().items()
    )


def _run_sphinx(source: Path, site: Path) -> None:
    """Build the site; UserError where Sphinx fails, or warns, as it does of broken links."""
    settings = [f"-D{name}={value}" for name, value in _SETTINGS.items()]
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-C", *settings, "-b", "html"]
    done = subprocess.run(
        [*command, str(source), str(site)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise UserError(f"Sphinx could not build the pages in {FOLDER}: {' '.join(said)[:300]}")

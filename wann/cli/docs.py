"""`wann docs` opens the documentation that comes with the package, or prints a page of it."""

import argparse
import webbrowser
from pathlib import Path

from wann.cli.flags import LIST_PAGES, OPEN_PAGE, SITE
from wann.cli.readers import text
from wann.cli.results import columns, show, tell


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the name of a page, and what is done with it."""
    parser.add_argument(
        "page",
        nargs="?",
        type=text,
        metavar="PAGE",
        help="prints this page as Markdown, such as howto/cluster, or cluster alone",
    )
    for flag in (LIST_PAGES, OPEN_PAGE, SITE):
        flag.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """List the pages, print one, or build the site of all and open it."""
    from wann.api import documentation

    if LIST_PAGES.of(options):
        for name, title in documentation.pages().items():
            tell(f"{name:30} {title}")
        return
    page = None if options.page is None else documentation.page_name(options.page)
    if SITE.of(options) is not None:
        show(documentation.build_site(SITE.of(options)))
    elif page is not None and not OPEN_PAGE.of(options):
        show(documentation.read_page(page), end="")
    elif documentation.can_build() or OPEN_PAGE.of(options):
        site = documentation.built_site()
        _open(site if page is None else documentation.page_of_site(site, page))
    else:
        tell(
            f"The pages are Markdown files in {documentation.FOLDER}; `wann docs --list` names "
            "them, and `wann docs PAGE` prints one. To read them in a browser, install what "
            "builds the site: pip install 'wann[docs]'"
        )


def _open(path: Path) -> None:
    """Print the path of a page, and open it where somebody looks at a terminal."""
    show(path)
    if columns() is not None:
        webbrowser.open(path.absolute().as_uri())

"""The shell of every page: one HTML file that needs no network and runs nothing but its script."""

import html
from collections.abc import Mapping, Sequence
from string import Template
from typing import Any, NamedTuple

from wann.pages import web_files

# By this a file is known to be a page, which may be replaced by a newer one.
MARK = '<meta name="generator" content="wann">'

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
$mark
<meta http-equiv="Content-Security-Policy" content="$policy">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header>
<div>
<h1>$title</h1>
$lead
</div>
<button type="button" id="theme" hidden>Dark</button>
</header>
<main>
<noscript><p>What moves here is drawn by JavaScript, which is switched off.</p></noscript>
$sections
</main>
<script type="application/json" id="data">$data</script>
<script>$script</script>
</body>
</html>
""")

_SECTION = Template("""\
<section id="$name"$part$labelled>
$heading
<div class="part">$content</div>
</section>""")


class Section(NamedTuple):
    """A part of a page, which the JavaScript of `part` makes or completes in the browser."""

    name: str  # its id, and the key of its data
    part: str = ""  # a name in `PARTS` of web/parts.js; "": nothing is added to its content
    heading: str = ""  # "": none is shown
    text: str = ""  # a plain sentence or two below the heading
    content: str = ""  # HTML, in which all text is escaped; it is there without JavaScript, too


def make_page(
    title: str, sections: Sequence[Section], data: Mapping[str, Any], lead: str = ""
) -> str:
    """Return the text of an HTML page, a file of its own.

    The page loads nothing, and runs no other script than its own (Content-Security-Policy). Titles
    and data may hold any text: it is shown as it is, whatever stands in it. Only `content` is HTML.

    Args:
        title: what the page shows, in a few words.
        sections: the parts of the page, from top to bottom.
        data: JSON values for each section with a part, by its name; numbers that are not finite
            become null.
        lead: plain text below the title.

    Raises:
        ValueError: where a part has no data, or two sections have one name.
    """
    names = [section.name for section in sections]
    live = {section.name for section in sections if section.part}
    if len(set(names)) < len(names) or live - set(data):
        raise ValueError(f"expected data for sections of different names, got {names}")
    return _PAGE.substitute(
        mark=MARK,
        policy=html.escape(web_files.policy()),
        title=html.escape(title),
        lead=_paragraph(lead),
        style=web_files.style(),
        sections="\n".join(map(_section, sections)),
        data=web_files.json_text(data),
        script=web_files.script(),
    )


def _section(section: Section) -> str:
    name = html.escape(section.name)
    heading = f'<h2 id="{name}-heading">{html.escape(section.heading)}</h2>\n'
    return _SECTION.substitute(
        name=name,
        part=f' data-part="{html.escape(section.part)}"' if section.part else "",
        labelled=f' aria-labelledby="{name}-heading"' if section.heading else "",
        heading=(heading if section.heading else "") + _paragraph(section.text),
        content=section.content,
    )


def _paragraph(text: str) -> str:
    return f'<p class="soft">{html.escape(text)}</p>' if text else ""

"""Figures of matplotlib as parts of a page: in its colours, under its policy, with a name."""

import re
from collections import Counter
from xml.etree import ElementTree

from wann.drawing.palette import COLOURS, DARK_FOR

_DROPPED = {"metadata", "style"}
# What elements have from the group that they are in, if they do not say otherwise
_SHARED = ("fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap")
_ROUNDED = ("fill-opacity", "opacity", "stroke-opacity", "stroke-width")
# What matplotlib's own style sheet says, which a page's policy does not let in, and the colour of
# what says none.
_INHERITED = {"stroke-linejoin": "round", "stroke-linecap": "butt", "fill": "#000000"}


def figure_svg(svg: str, prefix: str, name: str) -> str:
    """Return the SVG text of a figure as an element of a page.

    Colours of the palette become variables, which `figure_colours` defines for light and dark
    pages; inline styles, which the policy forbids, become attributes.

    Args:
        svg: the whole content of a file that matplotlib wrote.
        prefix: of all ids in it, so that those of several figures in one page differ.
        name: what the figure is, for those that cannot see it.
    """
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if _plain(child.tag) in _DROPPED:
                parent.remove(child)
    for element in root.iter():
        element.tag = _plain(element.tag)
        element.text = element.tail = None
        element.attrib = _attributes(element.attrib, prefix)
    _drop_unused_ids(root)
    for element in root.iter():
        _say_once(element)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": name,
        **_themed(_INHERITED),
    }
    return ElementTree.tostring(root, encoding="unicode")


def figure_colours() -> str:
    """Return the style sheet with a variable for each colour of the palette.

    Those of lines are also called `--series-1` and so on. Browsers without `light-dark` (before
    2024) show figures in light colours.
    """
    light = "".join(f"{_variable(colour)}:{colour};" for colour in DARK_FOR)
    both = "".join(
        f"{_variable(colour)}:light-dark({colour},{dark});" for colour, dark in DARK_FOR.items()
    )
    light += "".join(
        f"--series-{number}:var({_variable(colour)});" for number, colour in enumerate(COLOURS, 1)
    )
    return f":root{{{light}}}\n@supports (color:light-dark(red,red)){{:root{{{both}}}}}\n"


def _plain(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _attributes(given: dict[str, str], prefix: str) -> dict[str, str]:
    found = {_plain(name): value for name, value in given.items()}
    declarations = [part for part in found.pop("style", "").split(";") if part.strip()]
    for declaration in declarations:
        name, _, value = declaration.partition(":")
        found[name.strip()] = value.strip()
    found = {name: value.replace("url(#", f"url(#{prefix}") for name, value in found.items()}
    if "id" in found:
        found["id"] = prefix + found["id"]
    if found.get("href", "").startswith("#"):
        found["href"] = f"#{prefix}{found['href'][1:]}"
    if "d" in found:
        found["d"] = _shortened(found["d"])
    for name in _ROUNDED:
        if name in found:
            found[name] = f"{float(found[name]):.3g}"
    return _themed(found)


def _drop_unused_ids(root: ElementTree.Element) -> None:
    text = ElementTree.tostring(root, encoding="unicode")
    meant = set(re.findall(r'(?:href="|url\()#([^")]*)', text))
    for element in root.iter():
        if element.get("id") not in meant:
            element.attrib.pop("id", None)


def _say_once(group: ElementTree.Element) -> None:
    """Let a group say what most of its elements are like: a drawing may have thousands."""
    members = list(group)
    for name in _SHARED:
        values = [member.get(name) for member in members]
        if len(values) > 1 and None not in values and name not in group.attrib:
            common, _ = Counter(values).most_common(1)[0]
            group.set(name, str(common))
            for member in members:
                if member.get(name) == common:
                    del member.attrib[name]
    clips = {member.get("clip-path") for member in members}
    if (
        len(members) > 1
        and len(clips) == 1
        and None not in clips
        and "clip-path" not in group.attrib
    ):
        group.set("clip-path", str(clips.pop()))
        for member in members:
            del member.attrib["clip-path"]


def _themed(attributes: dict[str, str]) -> dict[str, str]:
    """Return attributes in which colours of the palette are variables."""
    return {
        name: f"var({_variable(value)})" if value in DARK_FOR else value
        for name, value in attributes.items()
    }


def _variable(colour: str) -> str:
    return f"--figure-{colour[1:]}"


def _shortened(path: str) -> str:
    """Return path data with two decimals: no screen or printer shows a hundredth of a point."""
    return " ".join(re.sub(r"(\.\d\d)\d+", r"\1", path).split())

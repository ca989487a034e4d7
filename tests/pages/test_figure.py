import re
from xml.etree import ElementTree

import pytest
from compare_toys import HOSTILE
from render_toys import a_figure, large

from wann.drawing.drawing import draw_network
from wann.drawing.figures import figure_as
from wann.drawing.palette import DARK_FOR, INK
from wann.pages.figure import figure_colours, figure_svg


def test_a_figure_has_no_style_and_the_colours_of_the_page() -> None:
    svg = a_figure("title")
    found = figure_svg(svg, "a-", "what it shows")
    assert "style" in svg
    assert not re.search(r"style|metadata|xlink|xmlns|<!--", found)
    assert f'stroke="var(--figure-{INK[1:]})"' in found
    assert '"#123456"' in found  # no colour of the palette
    assert not {colour for colour in DARK_FOR if f'"{colour}"' in found}
    root = ElementTree.fromstring(found)
    assert set(root.attrib) == {
        *("viewBox", "role", "aria-label", "fill", "stroke-linejoin", "stroke-linecap"),
    }
    assert len(list(root.iter("path"))) == svg.count("<path")


def test_ids_are_those_of_the_figure_and_all_that_is_meant_is_there() -> None:
    found = figure_svg(a_figure("title"), "f1-", "name")
    ids = re.findall(r' id="([^"]*)"', found)
    assert len(set(ids)) == len(ids)
    assert {name[:3] for name in ids} == {"f1-"}
    meant = re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', found)
    assert {one or other for one, other in meant} <= set(ids)
    assert any(other for _, other in meant)


LOOKS = ("fill", "stroke", "stroke-width", "stroke-opacity", "fill-opacity", "stroke-linecap")
DEFAULTS = {"fill": "#000000", "stroke": "none", "stroke-linecap": "butt", "stroke-width": "1"}


def looks(element: ElementTree.Element, above: dict[str, str]) -> list[tuple[str, ...]]:
    """How each shape looks, by its own attributes and styles and those of its groups."""
    styles = [part.split(":") for part in element.get("style", "").split(";") if part.strip()]
    own = {**element.attrib, **{name.strip(): value.strip() for name, value in styles}}
    found = {**above, **{name: own[name] for name in LOOKS if name in own}}
    shape = element.tag.rpartition("}")[2] in ("path", "use")
    shown = [tuple(found.get(name, "1") for name in LOOKS)] if shape else []
    return shown + [one for member in element for one in looks(member, found)]


@pytest.mark.parametrize("drawn", ["a figure", "a network"])
def test_every_shape_looks_as_before(drawn: str) -> None:
    svg = a_figure("title")
    if drawn == "a network":
        svg = figure_as(draw_network(large()), ".svg").decode()
    made = re.sub(r"var\(--figure-(\w+)\)", r"#\1", figure_svg(svg, "f", "name"))
    before = looks(ElementTree.fromstring(svg), DEFAULTS)
    after = looks(ElementTree.fromstring(made), DEFAULTS)
    assert len(after) == len(before)
    for one, other in zip(before, after, strict=True):
        assert one[:2] == other[:2]
        assert one[5] == other[5]
        numbers = [tuple(map(float, some[2:5])) for some in (one, other)]
        assert numbers[0] == pytest.approx(numbers[1], rel=0.01)
    assert len(made) < 0.75 * len(svg)


def test_hostile_names_are_text() -> None:
    found = figure_svg(a_figure(HOSTILE), "f", HOSTILE)
    assert ElementTree.fromstring(found).attrib["aria-label"] == HOSTILE
    assert "<script" not in found
    assert "<img" not in found


def test_numbers_are_rounded_to_what_can_be_seen() -> None:
    svg = '<svg viewBox="0 0 1 1"><path d="M 1.2345 -0.5\nz"/></svg>'
    assert 'd="M 1.23 -0.5 z"' in figure_svg(svg, "", "")


def test_each_colour_has_a_light_and_a_dark_value() -> None:
    sheet = figure_colours()
    for light, dark in DARK_FOR.items():
        assert f"--figure-{light[1:]}:{light};" in sheet
        assert f"--figure-{light[1:]}:light-dark({light},{dark});" in sheet

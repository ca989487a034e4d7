import json
import re

import pytest

from wann.pages import Section, make_page
from wann.pages.web_files import WEB, json_text, policy, script, style

HOSTILE = '</script><img src=x onerror="alert(1)"><!-- <script> & \u2028 " \' {{}} $title'


def test_hostile_names_are_text_everywhere() -> None:
    page = make_page(
        HOSTILE,
        [Section(HOSTILE, HOSTILE, HOSTILE, HOSTILE)],
        {HOSTILE: {HOSTILE: [HOSTILE]}},
        HOSTILE,
    )
    assert "<img" not in page
    assert page.count("</script>") == page.count("<script") == 2
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found[1]) == {HOSTILE: {HOSTILE: [HOSTILE]}}


def test_a_page_runs_its_own_script_and_loads_nothing() -> None:
    page = make_page("t", [Section("a", "player")], {"a": {}})
    assert "default-src &#x27;none&#x27;; script-src &#x27;sha256-" in page
    assert "unsafe" not in policy()
    assert "http" not in policy()
    assert not re.search(r'\b(src|href|style|on\w+)="', page.replace(script(), ""))
    assert "</script" not in script()
    assert "</style" not in style()
    assert not re.search(r"https?://(?!www\.w3\.org/)", script() + style())


def test_a_section_without_a_part_has_its_content_alone() -> None:
    page = make_page("t", [Section("a", heading="A", content="<p>told</p>")], {})
    assert '<section id="a" aria-labelledby="a-heading">' in page
    assert '<div class="part"><p>told</p></div>' in page


def test_numbers_that_are_not_finite_become_null() -> None:
    assert json_text({"a": [float("nan"), 1.5, float("-inf")]}) == '{"a":[null,1.5,null]}'


@pytest.mark.parametrize(
    ("sections", "data"),
    [
        ([Section("a", "player")], {}),
        ([Section("a", "player"), Section("a", "player")], {"a": {}}),
    ],
)
def test_sections_need_data_and_different_names(
    sections: list[Section], data: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="different names"):
        make_page("t", sections, data)


DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE
)


def test_names_of_modules_are_unique_and_the_script_has_all_of_them() -> None:
    names = [
        name for path in WEB.rglob("*.js") for name in DECLARED.findall(path.read_text("utf-8"))
    ]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})
    joined = re.findall(DECLARED, script())
    assert sorted(joined) == sorted(names)
    assert not re.search(r"^(import|export)\b", script(), re.MULTILINE)

import pytest

from wann.config.objects import parse_object
from wann.errors import UserError

REFUSED = [
    ("[1]", "got '[1]'"),
    ("{", "Expecting property name"),
    ('{"g": NaN}', "NaN is no number of JSON"),
    ('{"g": [-Infinity]}', "-Infinity is no number of JSON"),
    ('{"g": 1e999}', "1e999 is too large"),
    ('{"g": 1, "g": 2}', "'g' is given twice"),
    ('{"g": ' + "9" * 5000 + "}", "4300 digits"),
    ("[" * 100_000, "maximum recursion depth"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=lambda text: text[:12])
def test_what_is_no_object_is_refused_in_one_short_line(text: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_object(text)
    assert message in str(raised.value)
    assert 'expected a JSON object such as {"g": 9.81}' in str(raised.value)
    assert len(str(raised.value)) < 400


def test_an_object_is_read_as_it_is() -> None:
    assert parse_object('{"g": 9.81, "deep": {"list": [1, true, null]}}') == {
        "g": 9.81,
        "deep": {"list": [1, True, None]},
    }

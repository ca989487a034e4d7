import pytest

from wann.config.objects import parse_object
from wann.errors import UserError

REFUSED = [
    ("[1]", "got '[1]'"),
    ("{", "Expecting property name"),
    ('{"g": NaN}', "expected finite numbers, got NaN"),
    ('{"g": [-Infinity]}', "expected finite numbers, got -Infinity"),
    ('{"g": 1e999}', "beyond float64"),
    ('{"g": 1, "g": 2}', "got 'g' twice"),
    ('{"g": ' + "9" * 5000 + "}", "thousands of digits"),
    ("[" * 100_000, "nested too deeply"),
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

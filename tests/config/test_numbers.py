import math

import pytest

from wann.config.numbers import Bounds, parse_number, parse_whole
from wann.errors import UserError

WRITTEN_OTHERWISE = [
    "",
    " ",
    "x",
    "²",  # superscript, a digit to Python
    "٣",  # Arabic, a digit to Python
    "1_000",
    "0x10",
    "0b1",
    "1e",
    "--1",
    "1 2",
    "1\n",
    "inf",
    "-inf",
    "Infinity",
    "nan",
    "1e23x",
    "9" * 5000,  # more digits than Python reads
    "1,0",
    "½",
    "1\0",
]


@pytest.mark.parametrize("text", WRITTEN_OTHERWISE)
def test_what_python_reads_but_nobody_means_is_refused_in_one_short_line(text: str) -> None:
    for parse in (parse_whole, parse_number):
        with pytest.raises(UserError, match="between 0 and 1,000,000") as raised:
            parse(text, Bounds(0, 10**6))
        assert len(str(raised.value)) < 200
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["1e23", "1e999", "1.5", "-1", "1000001"])
def test_whole_numbers_are_written_whole_and_within_the_bounds(text: str) -> None:
    with pytest.raises(UserError, match="a whole number between 0 and 1,000,000, got"):
        parse_whole(text, Bounds(0, 10**6))


def test_numbers_are_decimal_and_zero_has_no_sign() -> None:
    assert [parse_number(text) for text in ("1", " 2.5 ", "-.5", "3.", "1e-3", "+4E2")] == [
        1.0,
        2.5,
        -0.5,
        3.0,
        0.001,
        400.0,
    ]
    assert [math.copysign(1, parse_number(text)) for text in ("-0", "-0.0", "-1e-999")] == [1, 1, 1]
    assert parse_whole("-0") == 0
    assert parse_whole("007") == 7
    assert parse_whole(str(2**63 - 1), Bounds(0, 2**63 - 1)) == 2**63 - 1
    with pytest.raises(UserError, match=r"between 0 and 9,223,372,036,854,775,807, got '92"):
        parse_whole(str(2**63), Bounds(0, 2**63 - 1))


def test_a_number_is_finite_even_without_bounds() -> None:
    with pytest.raises(UserError, match="expected a number, got '1e999'"):
        parse_number("1e999")
    with pytest.raises(UserError, match="expected a share of at least 0, got '-1'"):
        parse_number("-1", Bounds(0), "a share of")

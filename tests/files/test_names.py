import pytest

from wann.files import as_file_name, free_name


@pytest.mark.parametrize(
    ("text", "filler", "ascii_only", "name"),
    [
        ("a b/c:d", "-", False, "a-b-c-d"),
        ("taxi_1.5+x-y", "_", True, "taxi_1.5+x-y"),
        ("größe {1}", "_", True, "gr_e_1_"),
        ("größe {1}", "-", False, "größe-1-"),
    ],
)
def test_runs_of_characters_that_no_file_name_should_have_become_one_filler(
    text: str, filler: str, ascii_only: bool, name: str
) -> None:
    assert as_file_name(text, filler, ascii_only=ascii_only) == name


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    assert free_name("run", set().__contains__) == "run"
    assert free_name("run", {"run", "run-2", "run-4"}.__contains__) == "run-3"

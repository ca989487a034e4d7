"""The tables of a report are flat, and have a line for everything."""

from compare_toys import FAILED, a_summary, row

from wann.experiments.comparison.report.tables import entry_table, row_table


def test_tables_are_flat_and_whole() -> None:
    summary = a_summary(FAILED)
    lines = entry_table(summary.entries).splitlines()
    assert len(lines) == 1 + 5
    assert "imp_verdict" not in lines[0]
    assert "random_shared_verdict" in lines[0]
    assert str(10**40) in lines[1]
    assert row_table([row("imp", 0, 0.5)], FAILED).count("\n") == 5

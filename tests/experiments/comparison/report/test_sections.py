"""The parts of the report in words are true for whatever was compared."""

from dataclasses import replace

from compare_toys import FAILED, a_plan, a_summary, row

from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.sections import question, sections, sentences
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.text_tables import TextTable
from wann.tasks.spec import make_spec


def table_of(summary: ComparisonSummary, name: str) -> TextTable:
    (table,) = (table for part in sections(summary) if part.name == name for table in part.tables)
    return table


def test_the_parts_are_those_of_a_paper() -> None:
    found = a_summary(FAILED)
    assert [part.name for part in sections(found)] == [
        *("method", "summary", "resolved", "threats", "costs")
    ]
    assert "made in other ways (imp, snip, rewired, dense)" in question(found)
    assert table_of(found, "costs").lines[0] == [GROWN, "1.5"]
    assert any("took 24 seconds" in text for text in sentences(found))
    assert table_of(found, "method").lines[0] == [GROWN, "the champion itself"]
    assert [line[0] for line in table_of(found, "method").lines] == [
        entry.name for entry in found.entries if entry.rows
    ]


def test_networks_held_against_each_other_are_named_up_to_a_number() -> None:
    labels = tuple(f"run{number}" for number in range(20))
    rows = [row(GROWN, seed, 0.5, label) for label in labels for seed in range(3)]
    found = summarise(a_plan(champions=labels), rows, [], HeldOut("return"))
    assert "run6 and 13 more" in question(found)
    assert "method" in [part.name for part in sections(found)]
    assert not next(part for part in sections(found) if part.name == "method").tables


def test_what_was_not_resolved_has_how_many_would_resolve_it() -> None:
    levels = {0: 0.0, 1: 0.01, 2: -0.005}
    rows = [row(GROWN, seed, 0.5) for seed in levels]
    rows += [row("imp", seed, 0.5 + more) for seed, more in levels.items()]
    found = summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000))
    name, first, *_ = table_of(found, "resolved").lines[0]
    assert (name, first) == ("imp", "12 seeds")
    assert "0 better, 0 worse, 8 not resolved" in " ".join(sentences(found))
    returns = replace(found, held_out=HeldOut("return"))
    assert "5 % of what grown earns" in table_of(returns, "resolved").title


def test_champions_with_one_seed_are_said_to_say_nothing_of_others() -> None:
    labels = ("a", "b", "c", "d")
    rows = [
        row(name, 0, level + 0.01 * number, label)
        for name, level in ((GROWN, 0.5), ("imp", 0.9))
        for number, label in enumerate(labels)
    ]
    found = summarise(a_plan("imp", champions=labels, seeds=(0,)), rows, [], HeldOut("return"))
    text = " ".join(sentences(found))
    assert "Every contestant was made with one seed" in text
    assert "Contestants are made for each of 4 champions, with 1 seed each" in text


def test_costs_that_differ_by_much_are_said() -> None:
    rows = [
        replace(row(name, seed, 0.5), cost={"seconds": seconds})
        for name, seconds in ((GROWN, 1000.0), ("imp", 10.0), ("snip", 3.0))
        for seed in range(3)
    ]
    found = summarise(a_plan("imp", "snip"), rows, [], HeldOut("return"))
    assert "took 1,000 seconds of one core, others from 3 (snip) to 10 (imp)" in " ".join(
        sentences(found)
    )
    assert "Costs are not equal" not in " ".join(sentences(a_summary()))


def test_a_table_is_named_by_its_file_and_label_and_described_in_full_once() -> None:
    coding = {"columns": [{"name": f"column {i}"} for i in range(9)], "classes": ["a", "b"]}
    spec = make_spec("data:/far/away/fruits.csv", {"label": "kind", "coding": coding})
    found = replace(a_summary(), task=spec)
    text = make_markdown(found, {})
    assert text.startswith("# Grown against pruned: fruits.csv (label 'kind')\n")
    assert question(found).startswith("On fruits.csv (label 'kind'): ")
    assert text.count("column 8") == 1
    assert f"The task in full is {spec}." in sentences(found)
    assert "in full" not in " ".join(sentences(a_summary()))

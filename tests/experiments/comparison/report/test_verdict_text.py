"""The words of a report: who is better and worse, and what that does not say."""

from compare_toys import FAILED, a_plan, a_summary, row

from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.notation import legend
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import summarise
from wann.experiments.comparison.report.terminal_table import as_text


def test_sentences_say_who_is_better_whoever_it_is() -> None:
    text = " ".join(sentences(a_summary(FAILED)))
    assert "grown has 61.0 %; better: imp (81.0 %), dense (91.0 %); worse: rewired (31.0 %)" in text
    assert "lost where its structure is changed, and so is in that structure: rewired (" in text
    assert "Less than 95 % of the connections are at work in grown (80 %)" in text
    assert "one champion cannot say" in text
    assert "missing here: 3 (snip)" in text


def test_few_seeds_are_said_to_resolve_nothing() -> None:
    plan = a_plan("imp", seeds=(0,))
    found = summarise(plan, [row(GROWN, 0, 0.5), row("imp", 0, 0.9)], [], HeldOut("accuracy"))
    assert any("nothing is resolved" in sentence for sentence in sentences(found))


def test_what_is_not_made_yet_is_said() -> None:
    plan = a_plan("imp")
    assert "Not finished, 7 rows still to be made" in " ".join(
        sentences(
            summarise(plan, [row(GROWN, 0, 0.5), row("imp", 0, 0.9)], [], HeldOut("accuracy"))
        )
    )
    assert "Not finished" not in " ".join(sentences(a_summary(FAILED)))


def test_the_table_of_a_terminal_says_what_failed() -> None:
    lines = as_text(a_summary(FAILED), 200).splitlines()
    (failed,) = (line for line in lines if line.startswith("snip"))
    assert failed.split() == ["snip", "failed", *["-"] * 9]
    assert f"against grown: {legend('accuracy')}" in lines
    # The line of the reference, which has no marks, is shorter, and so is that of what failed.
    with_marks = [line for line in lines[:6] if not line.startswith(("grown", "snip"))]
    assert len({len(line) for line in with_marks}) == 1

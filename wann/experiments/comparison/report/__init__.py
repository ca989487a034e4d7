"""This folder writes the report of a comparison: tables, sentences, figures and a page.

The command line imports it. Begin with `report`, which writes all of them.

`summary` gathers the rows: `entries` with their `intervals` and verdicts, `factors`, and
`budget_curves`, or `pooled_curves` of several champions. `sections` has the parts in words, as a
paper has them: `verdict_text` says what was found, `resolved_text` what was resolved,
`threats_text` what results may not say, and `costs_text` what they took. `terminal_table`,
`markdown_text`, `html_page` and `tables` show it, with `figures`, by the notation of `notation`.
`live` says which networks act on the page.
"""

"""This folder writes the report of a comparison: tables, sentences, figures and a page.

The command line imports it. Begin with `report`, which writes all of them.

`summary` gathers the rows: `entries` with their `intervals` and verdicts, and `budget_curves`.
`verdict_text` says in sentences what was found. `terminal_table`, `markdown_text`, `html_page` and
`tables` show it, with `figures`, by the notation of `notation`. `live` says which networks act on
the page.
"""

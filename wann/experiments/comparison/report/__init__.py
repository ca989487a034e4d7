"""The report of a comparison.

`summary` gathers the rows: `entries` with their `intervals` and verdicts, and `budget_curves`.
`verdict_text` says in sentences what was found. `terminal_table`, `markdown_text`, `html_page` and
`tables` show it, with `figures`, by the notation of `notation`. Begin with `report`, which writes
all of them.
"""

"""The report of a comparison: summary, verdicts, page, Markdown, figures. Begin with `report`."""

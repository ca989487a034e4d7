"""Numbers and rows as text: for progress lines, tables and CSV files."""


def short(value: float) -> str:
    """Return a return in few digits: 703, 21.4, -0.352."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""How files of other kinds become tables that are read here."""

from pathlib import Path

_READERS = {
    ".parquet": "read_parquet",
    ".feather": "read_feather",
    ".arrow": "read_feather",
    ".xlsx": "read_excel",
    ".xls": "read_excel",
    ".ods": "read_excel",
    ".json": "read_json",
    ".jsonl": "read_json",
    ".h5": "read_hdf",
    ".hdf5": "read_hdf",
    ".pkl": "read_pickle",
    ".pickle": "read_pickle",
}


def convert(path: Path) -> str | None:
    """Return how a file of a known other kind becomes a table; None for files that may be one."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return None
    return (
        f'convert it once: python -c "import pandas; pandas.{reader}({str(path)!r})'
        f'.to_csv({str(path.with_suffix(".csv"))!r}, index=False)"'
    )

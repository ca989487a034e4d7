"""What the address of a sweep stands for: a folder, or storage behind a URL (S3, HDFS, ...)."""

from pathlib import Path

from wann.errors import UserError
from wann.experiments.sweep.filenames import PLAN
from wann.experiments.sweep.storage import FolderStore, Store
from wann.experiments.sweep.url_storage import UrlStore


def open_store(address: str) -> Store:
    """Return the store at a path or a URL.

    UserError if it cannot be reached, or takes a package that is not installed.
    """
    if "memory" in (part.partition("://")[0] for part in address.split("::")):
        raise UserError(
            f"{address}: is in the memory of one process, where no worker finds it: give a folder "
            "or another URL"
        )
    return UrlStore(address) if "://" in address else FolderStore(address)


def is_sweep(address: str) -> bool:
    """Return whether what lies there must be a sweep: it is a URL, or a folder with a plan."""
    return "://" in address or (Path(address) / PLAN.name).is_file()

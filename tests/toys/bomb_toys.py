"""Files whose content would be far larger than they are, or that lie about their size."""

import gzip
import io
import zipfile
from typing import Any

from numpy.lib import format as npy


def npy_bytes(shape: tuple[int, ...], content: bytes, dtype: str = "|u1", length: int = 0) -> bytes:
    """Return an npy file whose header says what it likes; `length` is then that of a header 2.0."""
    file = io.BytesIO()
    header: dict[str, Any] = {"descr": dtype, "fortran_order": False, "shape": shape}
    if length:
        said = repr(header).encode().ljust(length - 1) + b"\n"
        file.write(npy.magic(2, 0) + length.to_bytes(4, "little") + said)
    else:
        npy.write_array_header_1_0(file, header)
    return file.getvalue() + content


def npz_bytes(arrays: dict[str, bytes], sizes: dict[str, int] | None = None) -> bytes:
    """Return a packed archive; `sizes` are those that it claims of its files, where these lie."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in arrays.items():
            archive.writestr(f"{name}.npy", content)
        for name, size in (sizes or {}).items():
            archive.getinfo(f"{name}.npy").file_size = size  # in the directory at the end
    return file.getvalue()


def gzip_bomb(size: int) -> bytes:
    """Return gzipped zeros, which the field at the end says to be a single byte."""
    packed = gzip.compress(bytes(size), 9)
    return packed[:-4] + (1).to_bytes(4, "little")

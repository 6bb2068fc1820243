"""What sql/SHAPES.md says of each shape."""

import functools
import pathlib
import re

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "sql" / "SHAPES.md"
WORDS = ("exact", "upper bound", "refused", "nobody")


@functools.cache
def counted_as() -> dict[str, str]:
    """Shape: one of WORDS. A table's rows begin with both."""
    rows = re.findall(r"^\| (.+?) \| (\w[\w ]*?) \|", DOCUMENT.read_text(), re.MULTILINE)
    return {name.replace("`", ""): word for name, word in rows if word in WORDS}


def promised(shapes) -> str:
    """Of a statement of several shapes: the weakest word, but nothing is kept from being refused as a whole."""
    words = {counted_as()[shape] for shape in shapes}
    return next(word for word in ("refused", "nobody", "upper bound", "exact") if word in words)

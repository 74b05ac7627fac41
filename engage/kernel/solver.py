"""The linear-program solver (HiGHS), in one thread and silent. Loaded at its first use, for it brings numpy."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from importlib import import_module
from typing import Any


@cache
def highs() -> Any:
    """The library; it greets on standard output at its first start, where a command writes one document: that goes to standard error."""
    library = import_module("highspy")
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    library.Highs()
    ctypes.CDLL(None).fflush(None)
    os.dup2(kept, 1)
    os.close(kept)
    return library


def solver() -> Any:
    """An empty model."""
    made = highs().Highs()
    made.setOptionValue("log_to_console", False)
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    return made

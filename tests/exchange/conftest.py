"""Each test here runs on one engine, half of them on each."""

from tests.conftest import either as config

__all__ = ["config"]

"""
The machine that the figures come from, and the versions of those who took part.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def machine() -> str:
    """
    Python, processor and SQLite in one line.
    """
    implementation = platform.python_implementation()
    cores = os.cpu_count() or 1
    return (
        f"{implementation} {platform.python_version()}, {cores} CPU{'s' if cores > 1 else ''} "
        f"({_processor()}), {platform.system()} {platform.machine()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )


def versions(packages: Iterable[str]) -> dict[str, str]:
    """
    The version of each distribution, ``not installed`` where it is missing.
    """
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or "unknown"

"""
The public names of propflow.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

import propflow


@pytest.mark.parametrize("name", propflow.__all__)
def test_a_public_name_is_there(name: str) -> None:
    """
    What is promised can be imported, and shows in `dir`.
    """
    assert getattr(propflow, name) is not None
    assert name in dir(propflow)


def test_what_is_not_promised_is_not_there() -> None:
    """
    A name that was never there is an ordinary attribute error.
    """
    with pytest.raises(AttributeError, match="module 'propflow' has no attribute 'Porcedure'"):
        _ = propflow.Porcedure


def test_importing_propflow_loads_no_engine() -> None:
    """
    The names are lazy, so that a list of procedures need not wait for what runs them.
    """
    code = "import sys, propflow; print(any(m.startswith('propflow.') for m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"

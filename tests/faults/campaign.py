"""
How far the tests of this folder go: a sample, or as far as `CAMPAIGN=full` says.
"""

from __future__ import annotations

import os


def size(sample: int, full: int) -> int:
    """
    So many in an ordinary run of the tests, and so many in a campaign.
    """
    return full if os.environ.get("CAMPAIGN") == "full" else sample

"""
How long Hypothesis looks, and how it behaves on a machine that nobody watches.
"""

import os

from hypothesis import settings

# No deadline: two test processes share two cores, and a slow moment is not a fault.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, database=None)
settings.register_profile("long", parent=settings.get_profile("dev"), max_examples=2000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if "CI" in os.environ else "dev")
)

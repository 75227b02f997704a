"""
How the pages are built. Nothing here asks the network, so a build says the same everywhere.
"""

from importlib.metadata import version as version_of

project = "propflow"
author = "propflow contributors"
copyright = "2026, propflow contributors"  # noqa: A001 - Sphinx reads this very name
release = version = version_of("propflow")

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"propflow {release}"
html_copy_source = False

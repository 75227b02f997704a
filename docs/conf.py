"""
How the pages are built. Nothing here asks the network, so a build says the same everywhere.
"""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

project = "propflow"
author = "propflow contributors"
copyright = "2026, propflow contributors"  # noqa: A001 - Sphinx reads this very name
release = version = version_of("propflow")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
nitpicky = True
default_role = "code"  # single backticks in our docstrings

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
napoleon_use_ivar = True
python_use_unqualified_type_names = True

# A signature may name what these pages do not describe: the standard library, Hypothesis, and our
# own inner modules, which lie deeper than propflow.PACKAGE. Any other name has to be found.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|contextlib|datetime|decimal|hypothesis|importlib)\..*"),
    (r"py:.*", r"(markupsafe|pathlib|pytest|types|zoneinfo)\..*"),
    (r"py:class", r"propflow\.\w+\.\w+\.\w+.*"),
    (r"py:class", r"\w+|.* .*"),  # with a space: a sentence that napoleon takes for a type
]

html_theme = "furo"
html_title = f"propflow {release}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["charts.css"]


def setup(app: Sphinx) -> None:
    """
    Write the pages of the charts before Sphinx looks for pages.
    """
    here = str(Path(__file__).parent)
    sys.path.insert(0, here)
    try:
        import charts
    finally:
        sys.path.remove(here)
    app.connect("config-inited", lambda _app, _config: charts.write(Path(here)))

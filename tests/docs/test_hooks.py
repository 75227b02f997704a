"""
The reference shows every hook, and no hook is there for nothing.
"""

import re

import pytest

from propflow.plugins.manager import Plugins, specifications
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs/reference/hooks.md"
TEXT = PAGE.read_text(encoding="utf-8")
HOOKS = [(name, arguments) for name, arguments, _ in specifications()]


@pytest.mark.parametrize(("name", "arguments"), HOOKS, ids=[name for name, _ in HOOKS])
def test_hook_has_its_heading_with_its_arguments(name, arguments):
    """
    Whoever writes a plugin finds each hook with its exact arguments.
    """
    assert f"\n## {name}({', '.join(arguments)})\n" in TEXT


def test_no_heading_is_for_a_hook_that_there_is_not():
    """
    A hook that was taken away is off the page as well.
    """
    assert set(re.findall(r"^## (register_\w+)", TEXT, re.MULTILINE)) == {n for n, _ in HOOKS}


@pytest.mark.parametrize("name", [name for name, _ in HOOKS])
def test_hook_has_an_example_that_runs(name):
    """
    Each section shows an implementation, and the page is run as a test.
    """
    shown = [block.content for block in blocks(PAGE) if block.runs and block.language == "python"]
    assert any(f"def {name}(" in content for content in shown)


@pytest.mark.parametrize("name", [name for name, _ in HOOKS])
def test_hook_is_used_by_a_plugin_that_we_ship(name):
    """
    A hook is kept only while somebody uses it.
    """
    users = [plugin.name for plugin in Plugins().info() if name in plugin.hooks]
    section = TEXT.partition(f"\n## {name}(")[2].partition("\n## ")[0]
    assert users
    assert any(f"`{user}`" in section or f"`propflow-{user}`" in section for user in users)

"""
What the page on dependencies says is what the project declares.
"""

import re
import tomllib

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/explanation/dependencies.md").read_text(encoding="utf-8")
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
DECLARED = tomllib.loads(PROJECT)


def test_the_page_names_each_dependency_with_its_lower_bound():
    """
    Nothing is depended on in silence, and no reason outlives its dependency.
    """
    on_page = re.findall(r"^\| (\S+) \| ([\d.]+) \|", PAGE, re.MULTILINE)
    declared = [tuple(said.split(">=")) for said in DECLARED["project"]["dependencies"]]
    assert [(name.lower(), bound) for name, bound in on_page] == declared


def test_each_dependency_has_its_reason_beside_it():
    """
    Whoever reads the project file sees why a library is there.
    """
    for said in DECLARED["project"]["dependencies"]:
        assert re.search(rf'"{re.escape(said)}", +# \w', PROJECT), said


def test_the_page_names_the_one_module_of_each_library_that_has_one():
    """
    The page says what the build enforces.
    """
    contracts = DECLARED["tool"]["importlinter"]["contracts"]
    enforced = [c["ignore_imports"][0].split(" -> ") for c in contracts if c["type"] == "forbidden"]
    on_page = re.findall(r"^\| (\w+)(?:, of.*?)? \| `(\S+)` \|", PAGE, re.MULTILINE)
    names = {"PyYAML": "yaml"}
    assert [(where, names.get(library, library)) for library, where in on_page] == [
        (where.removesuffix(".*"), library) for where, library in enforced
    ]

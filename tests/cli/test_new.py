"""
`propflow new-site`: a folder that loads and checks at once, or nothing.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from propflow.cli import main
from propflow.cli.desk import open_site
from propflow.plugins.manager import Plugins

PEOPLE = "person,en,zh,roles\nhe-yi,He Yi,何意,centre-manager department-head\n"


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_site_loads_with_what_was_said_of_it(capsys) -> None:
    """
    Names with quotes and colons in them, two posts of five, people from a file.
    """
    Path("people.csv").write_text(PEOPLE, encoding="utf-8")
    said = ["--en", 'Riverside: "North"', "--zh", "江畔小区", "--lang", "zh", "--country", "CN"]
    said += ["--post", "gate", "--post", "patrol", "--people", "people.csv"]
    assert main(["new-site", "riverside", *said]) == 0
    assert capsys.readouterr().out == (
        "riverside/site.yaml is written. Next: propflow check --site riverside\n"
    )
    site = open_site(Path("riverside"))
    assert site.title.as_dict() == {"en": 'Riverside: "North"', "zh": "江畔小区"}
    assert (site.id, site.language, site.zone.key) == ("riverside", "zh", "Asia/Shanghai")
    assert set(site.posts) == {"gate", "patrol"}
    assert site.people["he-yi"].roles == ("centre-manager", "department-head")
    assert [len(lines) for lines in site.lines().values()] == [0, 0]
    if "china" in Plugins().calendars:
        assert site.working.status(date(2025, 10, 1)) == "published"


def test_editors_find_the_schemas_beside_it() -> None:
    """
    The schema that the first line names is there, and so are the settings of one editor.
    """
    assert main(["new-site", "mine"]) == 0
    first = Path("mine/site.yaml").read_text(encoding="utf-8").splitlines()[0]
    schema = Path("mine") / first.partition("$schema=")[2]
    assert json.loads(schema.read_text(encoding="utf-8"))["title"] == "propflow site file"
    wired = json.loads(Path("mine/.vscode/settings.json").read_text(encoding="utf-8"))
    for name in wired["yaml.schemas"]:
        assert (Path("mine") / name).is_file()


def test_a_folder_that_is_there_is_left_alone(capsys) -> None:
    """
    Even an empty one.
    """
    Path("mine").mkdir()
    assert main(["new-site", "mine"]) == 2
    assert capsys.readouterr().err == ("propflow: mine cannot be written: it is there already.\n")
    assert not [*Path("mine").iterdir()]


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (
            ("--timezone", "Asia/Shangai"),
            "mine/site.yaml:6:11: there is no time zone 'Asia/Shangai'."
            " Did you mean 'Asia/Shanghai'?\n",
        ),
        (("--post", "gat"), "propflow: there is no post 'gat'. Did you mean 'gate'?\n"),
        (
            ("--handbook", "proprety"),
            "propflow: there is no handbook 'proprety'. Did you mean 'property'?\n",
        ),
        (
            ("--people", "people.csv"),
            "people.csv:2:1: there is no role 'centre-manger'. Did you mean 'centre-manager'?\n",
        ),
        (("--people", "short.csv"), "short.csv:1:1: there is no column 'roles'.\n"),
    ],
)
def test_where_anything_is_wrong_nothing_is_written(said, complaint, capsys) -> None:
    """
    One message with the nearest name, and no folder half made.
    """
    Path("people.csv").write_text(PEOPLE.replace("manager", "manger"), encoding="utf-8")
    Path("short.csv").write_text("person,en,zh\n", encoding="utf-8")
    assert main(["new-site", "mine", *said]) == 2
    assert capsys.readouterr().err == complaint
    assert sorted(path.name for path in Path().iterdir()) == ["people.csv", "short.csv"]

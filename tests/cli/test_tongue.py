"""
In which language the command line says what is wrong.
"""

import os
import subprocess
import sys

import pytest

from propflow.cli import main
from tests.sites.house import build, spoil

ENGLISH = (
    "estate/site.yaml:4:11: there is no time zone 'Asia/Shangai'. Did you mean 'Asia/Shanghai'?"
)
CHINESE = "estate/site.yaml:4:11: 没有时区 'Asia/Shangai'。是不是想写 'Asia/Shanghai'？"


@pytest.fixture(autouse=True)
def house(tmp_path, monkeypatch):
    """
    A site in Chinese with one fault, and a locale that says nothing.
    """
    build(tmp_path, monkeypatch)
    spoil("estate/site.yaml", "timezone: Asia/Shanghai", "timezone: Asia/Shangai")
    spoil("estate/site.yaml", "handbook: house", "handbook: property")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def told(capsys, *words):
    """
    The first line of what a refused command says.
    """
    assert main(list(words)) == 2
    return next(line for line in capsys.readouterr().err.splitlines() if ":4:" in line)


def test_a_site_is_told_of_its_faults_in_its_own_language(capsys):
    """
    The word `language: zh` is found although the file cannot be used.
    """
    assert told(capsys, "check", "--site", "estate") == CHINESE


def test_a_site_in_english_is_told_in_english(capsys):
    """
    Where nothing says otherwise.
    """
    spoil("estate/site.yaml", "language: zh", "language: en")
    assert told(capsys, "check", "--site", "estate") == ENGLISH
    spoil("estate/site.yaml", "language: en\n", "# nothing\n")
    assert told(capsys, "check", "--site", "estate") == ENGLISH


def test_what_is_asked_for_goes_first(capsys, monkeypatch):
    """
    `--lang` before the site and the environment, either way round.
    """
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert told(capsys, "check", "--site", "estate", "--lang", "en") == ENGLISH
    monkeypatch.delenv("LANG")
    spoil("estate/site.yaml", "language: zh", "language: en")
    assert told(capsys, "check", "--lang=zh", "--site", "estate") == CHINESE


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, CHINESE),
        ({"LC_ALL": "zh_TW"}, CHINESE),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, ENGLISH),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_GB"}, CHINESE),
        ({"LANG": "de_DE.UTF-8"}, ENGLISH),
    ],
    ids=range(5),
)
def test_the_environment_speaks_for_whoever_sits_there(given, said, capsys, monkeypatch):
    """
    The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says anything.
    """
    spoil("estate/site.yaml", "language: zh", "language: en")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert told(capsys, "check", "--site", "estate") == said


def test_other_refusals_are_said_in_chinese_too(capsys, monkeypatch):
    """
    A folder that is not there, a name that is not there: with `propflow:` before it.
    """
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["check", "--site", "nowhere"]) == 2
    said = "propflow: 没有项目文件夹 'nowhere'。请指明 site.yaml 所在的文件夹。\n"
    assert capsys.readouterr().err == said


def test_the_catalogue_is_read_only_where_a_fault_is_shown():
    """
    `propflow list` is not slower for it.
    """
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from propflow.cli import main; main(['list', '--lang', 'zh']);"
            "print([name for name in sys.modules if 'wording' in name], file=sys.stderr)",
        ],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"},
    )
    assert said.stderr.strip() == "[]"

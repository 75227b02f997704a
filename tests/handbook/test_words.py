"""
What the handbook says: in both languages, in natural words, and nobody's telephone number.
"""

from __future__ import annotations

import re

import pytest

from tests.handbook.shelf import BOXES, FILES, FOLDER, entries

CHINESE = re.compile(r"[\u4e00-\u9fff]")
VERBS = {"do", "tell", "ask", "decide", "repeat", "wait", "call", "each", "climb", "end"}
LABELLED = VERBS | {"law", "duty", "order", "type"}
LISTED = re.compile(
    r"/shared/[a-z-]+.yaml/(offices|roles|parties|records|messages|settings|books)/[^/]+"
)

#: Words that a synonym machine put into the source, and what people say instead.
UNNATURAL = {
    "统计": "记录, 汇总",
    "企业": "公司",
    "检验": "检查",
    "查对": "核对",
    "步骤": "流程",
    "用户": "客户",
    "关键": "重要, 重点",
    "忽然": "突然",
    "标准上": "原则上",
    "条约": "公约",
    "切割": "切换",
    "珍惜": "爱护",
    "承造商": "承建商",
    "发觉": "发现",
}

ENTRIES = list(entries(FILES))
#: Keys of a question that hold a list and are no answer.
KEYS = {"by", "asks", "not-by", "late-tells", "covers"}
LABELS = [(path, entry) for path, entry in ENTRIES if "en" in entry or "zh" in entry]


def needs_a_label(path, entry):
    return next(iter(entry), "") in LABELLED or LISTED.fullmatch(path) is not None


def test_labels_are_in_both_languages():
    """
    Whoever reads one language misses nothing of the other.
    """
    assert [path for path, label in LABELS if not (label.get("en") and label.get("zh"))] == []


def test_everything_has_a_label():
    """
    Every step, law, duty, order, field, role, office, form and message says what it is.
    """
    unsaid = [path for path, entry in ENTRIES if needs_a_label(path, entry) and "en" not in entry]
    assert unsaid == []


def test_every_file_has_a_title():
    """
    A procedure, a table, a post is called something; a list of duties goes by its office.
    """
    untitled = [path for path, file in FILES.items() if "title" not in file]
    assert [path for path in untitled if not path.startswith(("duties/", "shared/"))] == []


def test_every_row_says_why():
    """
    A decision that cannot be explained is not in the handbook.
    """
    rows = [
        (path, row)
        for path, file in FILES.items()
        if path.startswith("decisions/")
        for row in file["rows"]
    ]
    assert [path for path, row in rows if set(row.get("because", ())) != {"en", "zh"}] == []
    assert rows


def test_words_of_a_choice_have_labels():
    """
    Yes and no speak for themselves; any other word of a choice is said in both languages.
    """
    plain = [
        path
        for path, entry in ENTRIES
        if isinstance(entry.get("of"), list) and entry["of"] != ["yes", "no"]
    ]
    assert plain == []


def test_answers_have_labels():
    """
    Yes and no speak for themselves; any other answer is a word of a fact, or is said in both
    languages beside the question.
    """
    unsaid = []
    for path, entry in ENTRIES:
        if "ask" in entry:
            said = set(entry.get("answers", ())) | {"yes", "no"}
            for name in (entry["ask"], *entry.get("asks", ())):
                said |= set(
                    FILES[path.split("/steps")[0][1:]].get("facts", {}).get(name, {}).get("of", ())
                )
            words = {
                word.strip()
                for key in entry
                if isinstance(entry[key], list)
                for word in key.split(",")
            }
            unsaid += [(path, word) for word in sorted(words - KEYS - said)]
    assert unsaid == []


def test_each_language_keeps_to_itself():
    """
    English has no Chinese characters in it, and Chinese has some.
    """
    assert [path for path, label in LABELS if CHINESE.search(label.get("en", ""))] == []
    assert [path for path, label in LABELS if not CHINESE.search(label.get("zh", ""))] == []


def test_chinese_has_its_own_punctuation():
    """
    No half-width comma, colon, question mark or bracket beside a Chinese character.
    """
    narrow = re.compile(rf"{CHINESE.pattern}[,;:?()]|[,;:?()]{CHINESE.pattern}")
    assert [path for path, label in LABELS if narrow.search(label.get("zh", ""))] == []


@pytest.mark.parametrize("word", UNNATURAL)
def test_chinese_is_natural(word):
    """
    None of the words that a machine put in where people say another.
    """
    found = [path for path, label in LABELS if word in label.get("zh", "")]
    assert found == [], f"say {UNNATURAL[word]}"


def test_no_telephone_number():
    """
    The source prints a real one of eight digits; numbers are settings of a site.
    """
    number = re.compile(r"(?<!\d)\d{4}[ -]?\d{4}(?!\d)")
    texts = {path: (FOLDER / path).read_text(encoding="utf-8") for path in FILES}
    texts["boxes.csv"] = "\n".join(BOXES.values())
    assert [path for path, text in texts.items() if number.search(text)] == []


def test_files_are_called_by_what_they_hold():
    """
    The first key names the kind and the id, and the file and its folder say the same.
    """
    kinds = {"procedures": "procedure", "decisions": "decision", "posts": "post"}
    kinds["rulebooks"] = "rulebook"
    for path, file in FILES.items():
        folder, _, name = path.removesuffix(".yaml").rpartition("/")
        if folder:
            assert next(iter(file.items())) == (kinds.get(folder, folder), name)


def test_lines_are_short_enough_to_read():
    """
    A line of prose fits on a screen.
    """
    long = [
        f"{path}:{number}"
        for path in FILES
        for number, line in enumerate((FOLDER / path).read_text(encoding="utf-8").split("\n"), 1)
        if len(line) > 200
    ]
    assert long == []

"""
The schemas for editors: right as schemas, true of every file, and false of what is refused.
"""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import propflow
from propflow.errors import UnknownNameError
from propflow.sites.files import KINDS
from propflow.sites.schema import docs_of, schema
from tests.sites.house import HOUSE, refusals

SHIPPED = Path(propflow.__file__).parent / "handbook"
EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = [*SHIPPED.rglob("*.yaml"), *HOUSE.rglob("*.yaml"), *EXAMPLES.glob("*/site.yaml")]


class Core(yaml.CSafeLoader):
    """
    Reads YAML as an editor does: by the core schema of YAML 1.2.
    """


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)


def plain(text):
    """
    What an editor sees in a file.
    """
    return yaml.load(text, Core)  # noqa: S506  a safe loader with fewer words of its own


def faults(text):
    """
    What an editor underlines in a file.
    """
    data = plain(text)
    kind = next(iter(data))
    return list(Draft202012Validator(schema(kind)).iter_errors(data))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_schema_is_a_schema(kind):
    """
    By the specification that it names.
    """
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("path", FILES, ids=[str(Path(*p.parts[-3:])) for p in FILES])
def test_every_file_that_we_ship_fits_its_schema(path):
    """
    What the loader takes, an editor does not underline.
    """
    assert faults(path.read_text(encoding="utf-8")) == []


# Faults that stand in the form of a file, and not in the names that it uses.
FORM = (
    "is not a key of",
    "has no '",
    "is none.",
    "is not a name",
    "' is not one of",
    "is not the number",
    "is written",
    "this takes a",
    "begins with its verb and",
    "is not the name of a CSV",
    "is not hours",
)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(*block, id=str(number))
        for number, block in enumerate(refusals(), 1)
        if any(piece in block[3] for piece in FORM)
        and "given twice" not in block[3]
        and "owes it" not in block[3]  # in a post's file a duty needs no role of its own
    ],
)
def test_an_editor_underlines_what_the_loader_refuses(file, old, new, said):
    """
    A misspelt verb or key, a missing key, a wrong shape, a word that is no choice.
    """
    text = (HOUSE / file).read_text(encoding="utf-8").replace(old, new)
    assert faults(text), said


def test_an_editor_offers_verbs_keys_and_words_with_their_meaning():
    """
    The verbs of a step, the choices of a key and a sentence for each come from the model.
    """
    made = schema("procedure")
    verbs = [one["$ref"].rsplit("/", 1)[1] for one in made["$defs"]["step"]["oneOf"]]
    assert verbs == [
        "do",
        "tell",
        "decide",
        "ask",
        "together",
        "beside",
        "repeat",
        "wait",
        "call",
        "each",
        "climb",
        "end",
    ]
    assert made["$defs"]["do"]["properties"]["late-tells"]["description"] == (
        "Roles that are told when it takes longer."
    )
    assert made["properties"]["drawn"]["enum"] == ["yes", "no"]
    assert made["$defs"]["decide"]["additionalProperties"]["items"] == {"$ref": "#/$defs/step"}


def test_every_key_is_explained():
    """
    No key of any file is offered without a word about it.
    """
    for kind in KINDS:
        made = schema(kind)
        for name, part in {kind: made, **made["$defs"]}.items():
            for key, value in part.get("properties", {}).items():
                assert value.get("description") or name == "text", f"{kind}: {name}.{key}"


def test_docs_are_read_over_several_lines():
    """
    The sentence of an attribute goes on where its docstring does.
    """
    assert docs_of(KINDS["site"])["timezone"] == "Its time zone, as in Asia/Shanghai."


def test_an_unknown_kind_is_told():
    """
    With the nearest that there is.
    """
    with pytest.raises(UnknownNameError) as caught:
        schema("procedures")
    assert str(caught.value) == ("there is no kind of file 'procedures'. Did you mean 'procedure'?")

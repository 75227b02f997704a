"""
The command line: one file a command, read only when that command is called.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

import click

from propflow import __version__

if TYPE_CHECKING:
    from propflow.errors import HandbookError

#: Commands in the order in which a newcomer meets them, and what each is for.
COMMANDS = {
    "demo": "Play one estate's day.",
    "list": "List procedures, decisions, posts, duties, records and laws.",
    "show": "Show one of them, as text, JSON or a picture.",
    "decide": "Take a decision, and say why.",
    "agenda": "List what falls due between two days.",
    "rounds": "Seal a round at random, and open it when it is over.",
    "diff": "Tell what is otherwise between two sites or handbooks.",
    "upgrade": "Carry a site's changes over to a new edition of its handbook.",
    "check": "Prove a site's procedures and decisions.",
    "mutate": "Put things wrong in a chart, and see who notices.",
    "laws": "Hold a log to the laws of a procedure.",
    "run": "Carry out a procedure here, step by step.",
    "audit": "Check that a journal is whole.",
    "migrate": "Let open cases go over to the procedures of today.",
    "redact": "Destroy personal data of cases that are over.",
    "incidents": "List what was given up on, and try it again.",
    "new-site": "Write the folder of a new site.",
    "docs": "Write a site's handbook for its staff.",
    "plugins": "List plugins and hooks.",
    "schema": "Print the JSON Schema of a kind of file.",
}


class _Commands(click.Group):
    """
    Loads a command's file when the command is called: `list` need not wait for `demo`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"propflow.cli.{name.partition('-')[0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from propflow.errors import nearest

        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"there is no command {args[0]!r}.{nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The group's own list would import every command to read its help. (`list` itself is
        # one of them here, once it has been imported.)
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="propflow")
def cli() -> None:
    """
    Procedures of a property company: read, check, run, schedule, tailor and prove them.
    """


def main(args: list[str] | None = None) -> int:
    """
    Run a command; returns its exit code.

    0 is good, 1 means that a check found something, 2 that something could not be read or done.
    """
    from propflow.errors import FaultyFileError, HandbookError

    heard: dict[str, object] = {}  # the commands leave here which language and site were meant
    try:
        code = cli.main(args=args, prog_name="propflow", standalone_mode=False, obj=heard)
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 2
    except FaultyFileError as error:
        click.echo(
            _said(error, heard), err=True
        )  # its places come first, so that editors follow them
        return 2
    except HandbookError as error:
        click.echo(f"propflow: {_said(error, heard)}", err=True)
        return 2
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` does.
        sys.stderr.close()
        return 0
    return code if isinstance(code, int) else 0


def _said(error: HandbookError, heard: Mapping[str, object]) -> str:
    from propflow.cli.tongue import in_words

    return in_words(error, heard)

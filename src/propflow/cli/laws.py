"""
`propflow laws`: hold a log to the laws of a procedure.
"""

from __future__ import annotations

from pathlib import Path

import click

from propflow.cli.desk import counted, json_option, open_site, plugins, print_json, site_option


@click.command("laws")
@click.argument("log")
@click.option("--procedure", help="Id of the procedure. Of a journal: all of them, if not said.")
@site_option
@json_option
@click.pass_context
def command(
    ctx: click.Context, log: str, procedure: str | None, folder: Path | None, *, as_json: bool
) -> None:
    """
    Hold each case of LOG to the laws: a .csv, a .xes, or the database of a journal.

    Exit code 0: all laws kept so far. 1: some broken, and by which cases. 2: it cannot be read.
    """
    from propflow.verify import Standing, Trace, hold, read_log, traces_of

    site = open_site(folder)
    traces: list[Trace]
    if log.lower().endswith((".csv", ".xes")):
        if procedure is None:
            raise click.UsageError(f"say with --procedure whose laws {log!r} is held to.")
        traces = read_log(Path(log), facts=site.procedure(procedure).facts)
        by_procedure = {procedure: traces}
    else:
        store = plugins().existing_store(log)
        try:
            over = {case.id for case in store.cases() if not case.open}
            traces = list(traces_of(store.journal(), ended=over.__contains__, site=site))
        finally:
            store.close()
        by_procedure = {}
        for trace in traces:
            if procedure in (None, trace.procedure):
                by_procedure.setdefault(trace.procedure, []).append(trace)
    found: list[Standing] = []
    for name, own in by_procedure.items():
        found += hold(own, site.procedure(name).laws, site, name)
    broken = [standing for standing in found if standing.verdict == "violated"]
    if as_json:
        print_json(
            [
                {
                    "case": s.case,
                    "law": s.law,
                    "verdict": s.verdict,
                    "what": s.what,
                    "after": s.after,
                    "at": s.at.isoformat() if s.at else None,
                }
                for s in found
            ]
        )
    else:
        for standing in broken:
            click.echo(str(standing))
        cases = sum(len(own) for own in by_procedure.values())
        laws = len({(s.law) for s in found})
        pending = sum(1 for s in found if s.verdict == "pending")
        click.echo(
            f"{counted(cases, 'case')} held to {counted(laws, 'law')}: "
            f"{len(broken)} violated, {pending} pending."
        )
    ctx.exit(1 if broken else 0)

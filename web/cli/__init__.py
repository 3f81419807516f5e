"""The command line, for operators and scripts: `jiamei COMMAND --help`.

Every command acts as somebody (`--as`, by default the administrator made by `init`), is allowed or
refused like a page, and takes `--json`. It exits with 0 when done, 1 when refused or found wrong,
2 when called wrongly.
"""

from __future__ import annotations

import click

from web.cli import (
    asking,
    awards,
    backing_up,
    board,
    cards,
    evaluating,
    exporting,
    federation,
    honours,
    importing,
    keeping,
    keys,
    log,
    people,
    public,
    reporting,
    rules,
    serving,
    setting_up,
    shops,
    sittings,
    supervising,
    witness,
)

COMMANDS = (
    *(setting_up.init, setting_up.migrate, setting_up.demo),
    *(importing.imports, asking.balance, asking.statement, asking.household, rules.rule),
    *(shops.shop, shops.good, shops.stock, cards.card, people.user, people.token, keys.key),
    *(keeping.check, keeping.rebuild, keeping.due, serving.serve, log.log),
    *(awards.award, sittings.sitting, evaluating.evaluation),
    *(honours.showcase, honours.consent),
    *(public.notice, public.objection, public.kin, public.calendar),
    *(witness.witness, federation.federation),
    board.board,
    exporting.export,
    *(reporting.cover, reporting.report),
    supervising.packet,
    *(backing_up.backup, backing_up.restore, backing_up.drill, backing_up.compare),
)


@click.group(help="巾帼家美积分超市 · Points supermarket and volunteer service.")
@click.version_option(package_name="jiamei")
def main() -> None:
    """See the module."""


for command in COMMANDS:
    main.add_command(command)

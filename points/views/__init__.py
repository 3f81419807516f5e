"""Read models: tables that answer questions, folded inside the save and always rebuildable.

One module per question. `FOLDS` is the whole list; `Reads` hands each question to the front.
"""

from __future__ import annotations

from points.store.county import County
from points.store.recorded import Fold
from points.views import (
    accounts,
    balances,
    books,
    cards,
    cases,
    chains,
    consents,
    counted,
    cover,
    entries,
    evaluations,
    keys,
    kinship,
    lots,
    notices,
    objections,
    pictures,
    postings,
    quarters,
    redemptions,
    shops,
    showcases,
    signoffs,
    sittings,
    slips,
    statements,
    stock,
    undos,
    waits,
)
from points.views.tables import views

__all__ = ["FOLDS", "Reads", "views"]

FOLDS: tuple[Fold, ...] = (
    accounts.apply,
    entries.apply,
    lots.apply,
    postings.apply,
    cases.apply,
    notices.apply,
    objections.apply,
    evaluations.apply,
    consents.apply,
    showcases.apply,
    cards.apply,
    shops.apply,
    stock.apply,
    redemptions.apply,
    undos.apply,
    books.apply,
    keys.apply,
    kinship.apply,
    signoffs.apply,
    sittings.apply,
    slips.apply,
)


class Reads:
    """Every question that the front may ask of one county."""

    def __init__(self, county: County) -> None:
        self.accounts = accounts.Accounts(county)
        self.balances = balances.Balances(county)
        self.entries = entries.Entries(county)
        self.statements = statements.Statements(county)
        self.lots = lots.Lots(county)
        self.journal = postings.Journal(county)
        self.cases = cases.Cases(county)
        self.pictures = pictures.Pictures(county)
        self.chains = chains.Chains(county)
        self.notices = notices.Notices(county)
        self.objections = objections.Objections(county)
        self.evaluations = evaluations.Evaluations(county)
        self.sittings = sittings.Sittings(county)
        self.consents = consents.Consents(county)
        self.showcases = showcases.Showcases(county)
        self.counted = counted.Counted(county)
        self.covers = cover.Covers(county)
        self.quarters = quarters.Quarters(county)
        self.cards = cards.Cards(county)
        self.shops = shops.Shops(county)
        self.stock = stock.Shelves(county)
        self.redemptions = redemptions.Redemptions(county)
        self.undos = undos.Undos(county)
        self.waits = waits.Waiting(county)
        self.keys = keys.Keys(county)
        self.kinship = kinship.Kin(county)
        self.signoffs = signoffs.SignOffs(county)
        self.slips = slips.Satisfaction(county)

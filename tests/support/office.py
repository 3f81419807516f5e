"""A village office at work: three hundred households, staff of every kind, a usual month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from points.clock import business_day
from points.envelope import Actor
from points.ledger import CardUse, OpeningEntry, Proposal
from tests.support.chain import SETTLED, Crew, post
from tests.support.house import PASSWORD, SIGNER, VILLAGE, Place
from tests.support.procedure import adopt_by_procedure
from volunteers.households import Household
from web.access.regions import read_regions
from web.access.users import User
from web.registers.contents import GOODS, RULES, read_goods, read_rules
from web.registers.layout import data_rows
from web.registers.workbook import read_sheets

DATA = Path(__file__).parents[2] / "web" / "data"
SURNAMES, NAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡", "秀英桂兰建国玉梅淑芳红霞"
SHOP = "100201"


PEOPLE: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("wang", "王桂兰", "village", VILLAGE, {}),
    ("li", "李玉梅", "village", VILLAGE, {}),
    ("he", "何静", "village", VILLAGE, {}),
    ("zhou", "周红", "village", VILLAGE, {"household": f"{VILLAGE}-A001"}),
    ("zhao", "赵敏", "township", VILLAGE[:9], {}),
    ("xian", "钱芳", "county", VILLAGE[:6], {}),
    ("liang", "梁静", "county", VILLAGE[:6], {}),
    ("jian", "孙监督", "supervisor", VILLAGE, {}),
    ("guan", "管理员", "administrator", VILLAGE[:6], {}),
    ("dian", "刘店长", "keeper", VILLAGE, {"shop": SHOP}),
)
"""Wang proposes, Li signs, He hangs up, Zhou lives in A001; two of the county adopt each other's
drafts."""


class Office:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.house = place.house
        self.numbers = self.house.registry.numbers(VILLAGE)

    @property
    def today(self) -> date:
        return business_day(self.place.watch())

    def person(self, login: str, name: str, role: str, where: str, **more: str) -> User:
        return self.place.house.users.add(
            login,
            name=name,
            password=PASSWORD,
            role=role,
            place=where,
            must_change=False,
            **more,  # type: ignore[arg-type]
        )

    def settle(self, households: int = 300) -> None:
        """Books in force, people, households with accounts, a shop with goods."""
        self.house.regions.load(read_regions(DATA / "regions-demo.csv"))
        with self.place.earlier(SETTLED):
            self.books()
        self.people()
        self.numbers = [self._number(n) for n in range(1, households + 1)]
        self.house.registry.add(*(self._home(n) for n in range(1, households + 1)))
        with self.place.by() as ledger:
            for n, number in enumerate(self.numbers, start=1):
                ledger.open_account(number, village=VILLAGE, group=f"{n % 6 + 1}组")
        self.shop()

    def books(self) -> None:
        rules, _ = read_rules(data_rows(read_sheets((DATA / "rules.csv").read_bytes()), RULES))
        goods, _ = read_goods(data_rows(read_sheets((DATA / "goods.csv").read_bytes()), GOODS))
        with self.place.by() as ledger:
            versions = ledger.draft_rules(rules), ledger.draft_prices(goods)
        with self.place.by(SIGNER) as ledger:
            adopt_by_procedure(ledger, versions[0], self.today)
            ledger.adopt_prices(versions[1], effective_from=self.today)

    def people(self) -> None:
        for login, name, role, where, more in PEOPLE:
            self.person(login, name, role, where, **more)

    def user(self, login: str) -> User:
        return self.house.users.by_login(login)

    def _number(self, n: int) -> str:
        return f"{VILLAGE}-A{n:03}"

    def _home(self, n: int) -> Household:
        head = SURNAMES[n % 15] + NAMES[n % 12] + NAMES[n * 7 % 12]
        return Household(VILLAGE, f"A{n:03}", head, f"{n % 6 + 1}组", n % 5 + 1, f"1380000{n:04}")

    def shop(self) -> None:
        with self.place.by() as ledger:
            ledger.open_shop(SHOP, name="示例01村积分超市", village=VILLAGE)
            ledger.assign_keeper(SHOP, keeper=self.user("dian").id)
            for n, sku in enumerate(("G01", "G02", "G05", "G09", "G18", "G25", "G29")):
                ledger.receive_stock(
                    SHOP, sku=sku, quantity=40 - 6 * n, source="donation", note="县里帮扶单位送来"
                )

    # What happens.

    def actor(self, user: User) -> Actor:
        return Actor(user.id, user.role, user.place, user.household)

    def credit(self, rule: str, numbers: Iterable[str], **more: object) -> None:
        """Proposed by Wang, signed by Li, hung up by He, posted now."""
        proposals = [
            Proposal(number, rule, self.today, evidence="11月例会记录", **more)  # type: ignore[arg-type]
            for number in numbers
        ]
        wang, li, he = (self.actor(self.user(login)) for login in ("wang", "li", "he"))
        post(self.place.by, Crew(wang, (li,), he), self.place.watch(), proposals)

    def wait(self, rule: str, numbers: Iterable[str], **more: object) -> None:
        """Proposed by Wang, and waiting."""
        proposals = [
            Proposal(number, rule, self.today, evidence="11月20日清扫村道签到表", **more)  # type: ignore[arg-type]
            for number in numbers
        ]
        with self.place.by(self.actor(self.user("wang"))) as ledger:
            ledger.propose_batch(proposals)

    def month(self) -> None:
        """Openings, awards, a deduction, goods taken, an undo asked: something of everything."""
        some = self.numbers[:40]
        opening = [
            OpeningEntry(f"row {n}", number, "C03-V", 20, date(2026, 3, 9), "积分登记册第 3 页")
            for n, number in enumerate(some[:12])
        ]
        with self.place.by() as ledger:
            ledger.post_opening_entries(opening)
            for number in some[:20]:
                ledger.grant_base(number, document="户籍登记表")
        self.credit("C01", some[:30])
        self.credit("E01", some[1:4], points=60)
        self.wait("P03", some[5:25])
        self.wait("D01", some[30:31])
        self.redeem(some[1], ("G29", 1), ("G02", 2))
        self.redeem(some[2], ("G18", 1))
        entry = self.house.read.entries.latest(some[2])[0]
        with self.place.by(self.actor(self.user("wang"))) as ledger:
            ledger.ask_return(entry["receipt_no"], reason="卫生纸受潮了")

    def redeem(self, number: str, *lines: tuple[str, int]) -> None:
        card = self.place.card(number)
        use = CardUse(number, token_hash=self.house.cards.token_hash(card.token))
        with self.place.by(self.actor(self.user("dian"))) as ledger:
            ledger.redeem(shop=SHOP, card=use, lines=list(lines), pin_checked=True)

    def later(self, days: int) -> None:
        self.place.watch.later(days=days)

"""The federation's log takes county checkpoints that continue what it took before (P1)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from points.audit.checkpoint import Checkpoint, Signed, sign
from points.audit.disk import Disk
from points.audit.federation import Federation, Gathered, NoFederation, NotInFederation
from points.audit.memory import AlreadySigning, Memory
from points.audit.policy import Policy
from points.audit.proof import Proof
from points.audit.signed_note import PLAIN, Key
from points.audit.signer import HistoryDiffers, LogDamaged, Signer
from points.audit.strict import Unproven
from points.audit.tile_log import TileLog
from points.audit.tiles import Builder, Tile
from points.audit.tree import leaf_hash
from points.refusals import Refusal
from tests.points.audit.cast import WITNESSES, leaves
from tests.points.audit.rfc6962 import mth
from tests.points.audit.test_signer import Ledger, Witnesses
from tests.support.listening import nowhere, serving

OWN = Key.of("city.example/jiamei", PLAIN, b"f" * 32)


class County:
    """A county's log in a folder, signed as far as it is told."""

    def __init__(self, folder: Path, code: str) -> None:
        self.folder, self.log = folder, folder / "log"
        self.key = Key.of(f"{code}.example/jiamei", PLAIN, code.encode().ljust(32))
        self.origin = self.key.vkey.name

    def sign(self, data: list[bytes], cosigned: bool = False) -> str:
        memory = Memory(self.folder / "state")
        more = {"witnesses": self._cosigned} if cosigned else {}
        Signer(TileLog(self.log), memory, self.key, Ledger(data), **more).sign()
        text = TileLog(self.log).checkpoint()
        assert text is not None
        return text

    @staticmethod
    def _cosigned(text: str, _: object) -> list[str]:
        return [WITNESSES["auditor"].line(text.partition("\n\n")[0] + "\n", 1_800_000_000)]


class City:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = Federation(folder)
        folder.mkdir()
        self.kept.key_file.write_text(OWN.private + "\n")

    def sign(self, *counties: County, places: dict[str, str] | None = None) -> Gathered:
        lines = [
            f"log {each.key.vkey} {(places or {}).get(each.origin, each.log)}" for each in counties
        ]
        return self.kept.sign(Policy.parse("\n".join([*lines, "quorum none"]) + "\n"))

    def holds(self, text: str) -> Checkpoint:
        """Proven to whoever believes the federation's key and nothing else."""
        leaf = "".join(text.splitlines(keepends=True)[:5]).encode()
        proof = Proof.parse(self.kept.proof(text))
        policy = Policy.parse(f"log {OWN.vkey}\nquorum none\n")
        return proof.check(leaf_hash(leaf), policy).checkpoint


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "city")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "a", "999901")


@pytest.fixture
def neighbour(tmp_path: Path) -> County:
    return County(tmp_path / "b", "999902")


def codes(done: Gathered) -> dict[str, str]:
    return {origin: refusal.code for origin, refusal in done.refused.items()}


def test_new_checkpoints_are_leaves_with_proofs(
    city: City, county: County, neighbour: County
) -> None:
    texts = [county.sign(leaves(3)), neighbour.sign(leaves(7))]
    first = city.sign(county, neighbour)
    assert [point.size for point in first.added] == [3, 7]
    texts.append(county.sign(leaves(300)))
    assert [point.size for point in city.sign(county, neighbour).added] == [300]
    assert city.sign(county, neighbour).added == ()

    for text in texts:
        assert city.holds(text).size == 3
    wanted = [text.encode() for text in texts]
    text = city.kept.published.checkpoint()
    assert text is not None
    Signed.parse(text).check_log(OWN.vkey)
    assert Signed.parse(text).checkpoint == Checkpoint(OWN.vkey.name, 3, mth(wanted))


class Remembered:
    """A small log without a folder."""

    def __init__(self, key: Key, data: list[bytes]) -> None:
        self._text = sign(Checkpoint(key.vkey.name, len(data), mth(data)), key)
        builder = Builder()
        for each in data:
            assert not list(builder.add(each))
        self._tiles = dict(builder.rest())

    def checkpoint(self) -> str:
        return self._text

    def read(self, tile: Tile) -> bytes:
        return self._tiles[tile]


def test_many_leaves_fill_more_than_one_tile(city: City) -> None:
    keys = {f"c{at}.example": Key.of(f"c{at}.example", PLAIN, b"%32d" % at) for at in range(100)}
    lines = [f"log {key.vkey} {name}" for name, key in keys.items()]
    policy = Policy.parse("\n".join([*lines, "quorum none"]) + "\n")
    texts = []
    for size in (1, 2, 5):
        logs = {name: Remembered(key, leaves(size)) for name, key in keys.items()}
        done = city.kept.sign(policy, log_at=logs.__getitem__)
        assert (len(done.added), done.refused) == (100, {})
        texts += [log.checkpoint() for log in logs.values()]
    for text in (texts[0], texts[255], texts[256], texts[299]):
        assert city.holds(text).size == 300

    bundle = city.folder / "log/tile/entries/000"
    bundle.write_bytes(bundle.read_bytes().replace(b"\n2\n", b"\n1\n", 1))
    with pytest.raises(HistoryDiffers) as caught:
        city.kept.sign(policy, log_at=logs.__getitem__)
    assert caught.value.facts == {"event": 101}


def test_cosignatures_make_no_other_leaf(city: City, county: County) -> None:
    plain = county.sign(leaves(3))
    city.sign(county)
    cosigned = county.sign(leaves(3), cosigned=True)
    assert cosigned != plain
    assert city.sign(county).added == ()
    assert city.holds(cosigned) == city.holds(plain)


def test_a_checkpoint_that_is_not_in_it(city: City, county: County, neighbour: County) -> None:
    text = county.sign(leaves(3))
    with pytest.raises(NotInFederation):
        city.kept.proof(text)
    city.sign(county)
    for other in (county.sign(leaves(4)), neighbour.sign(leaves(3))):
        with pytest.raises(NotInFederation):
            city.kept.proof(other)
    with pytest.raises(Unproven):
        city.kept.proof("nonsense")


def rewound(county: County, data: list[bytes]) -> None:
    """The county begins another history under its name and key."""
    rmtree(county.log)
    (county.folder / "state").unlink()
    county.sign(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (leaves(299), "county-log-shrank"),
        ([b"altered", *leaves(300)[1:]], "county-log-differs"),
        ([b"altered", *leaves(600)[1:]], "county-log-differs"),
        ([*leaves(299), b"altered", b"more"], "county-log-differs"),
    ],
)
def test_a_county_that_rewrote_its_log_is_refused_and_others_are_not(
    city: City, county: County, neighbour: County, data: list[bytes], code: str
) -> None:
    before = county.sign(leaves(300))
    city.sign(county)
    rewound(county, data)
    neighbour.sign(leaves(5))

    done = city.sign(county, neighbour)
    assert codes(done) == {county.origin: code}
    assert done.refused[county.origin].facts["seen"] == 300
    assert [point.origin for point in done.added] == [neighbour.origin]
    city.holds(before)
    rewound(county, leaves(301))
    assert [point.size for point in city.sign(county).added] == [301]


def test_tiles_that_are_missing_prove_nothing(city: City, county: County) -> None:
    county.sign(leaves(300))
    city.sign(county)
    county.sign(leaves(301))
    rmtree(county.log / "tile/0")
    assert codes(city.sign(county)) == {county.origin: "county-log-differs"}


def test_who_is_not_to_be_believed_or_does_not_answer(
    city: City, county: County, neighbour: County
) -> None:
    county.sign(leaves(3))
    neighbour.sign(leaves(3))
    swapped = {county.origin: str(neighbour.log), neighbour.origin: nowhere()}
    assert codes(city.sign(county, neighbour, places=swapped)) == {
        county.origin: "county-log-untrusted",
        neighbour.origin: "county-log-silent",
    }
    empty = {county.origin: str(county.folder / "nothing")}
    assert codes(city.sign(county, places=empty)) == {county.origin: "county-log-silent"}
    (county.log / "checkpoint").write_bytes(b"\xff")
    assert codes(city.sign(county)) == {county.origin: "county-log-untrusted"}


def test_a_quorum_of_the_policy_is_asked_for(city: City, county: County) -> None:
    county.sign(leaves(3))
    witness = f"witness auditor {WITNESSES['auditor'].vkey}\nquorum auditor\n"
    policy = Policy.parse(f"log {county.key.vkey} {county.log}\n{witness}")
    assert codes(city.kept.sign(policy)) == {county.origin: "county-log-untrusted"}
    county.sign(leaves(3), cosigned=True)
    assert len(city.kept.sign(policy).added) == 1


def files(folder: Path, *, without: Callable[[str], bool] = lambda _: False) -> WSGIApplication:
    """A plain web server of a folder, under `/audit`."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        path = str(environ["PATH_INFO"]).removeprefix("/audit/")
        file = folder / path
        if without(path) or not file.is_file():
            start("404 Not Found", [("Content-Length", "0")])
            return []
        content = file.read_bytes()
        start("200 OK", [("Content-Length", str(len(content)))])
        return [content]

    return answer


def test_over_http(city: City, county: County) -> None:
    with serving(files(county.log)) as url:
        place = {county.origin: f"{url}/audit"}
        for size in (3, 255, 300, 700):
            county.sign(leaves(size))
            assert [point.size for point in city.sign(county, places=place).added] == [size]
        rewound(county, [b"altered", *leaves(701)[1:]])
        assert codes(city.sign(county, places=place)) == {county.origin: "county-log-differs"}


def test_over_http_a_partial_tile_may_be_gone(city: City, county: County) -> None:
    """Its full one came between the two questions."""
    with serving(files(county.log)) as url:
        place = {county.origin: f"{url}/audit"}
        county.sign(leaves(250))
        city.sign(county, places=place)
        older = county.sign(leaves(252))
        county.sign(leaves(300))
        (county.log / "checkpoint").write_text(older)
        assert not (county.log / "tile/0/000.p").exists()
        assert [point.size for point in city.sign(county, places=place).added] == [252]


def test_over_http_without_tiles_nothing_is_taken(city: City, county: County) -> None:
    with serving(files(county.log, without=lambda path: path.startswith("tile"))) as url:
        place = {county.origin: f"{url}/audit"}
        county.sign(leaves(3))
        city.sign(county, places=place)
        county.sign(leaves(4))
        assert codes(city.sign(county, places=place)) == {county.origin: "county-log-silent"}


# Its own log.


def test_an_older_memory_or_an_altered_leaf_stops_it(city: City, county: County) -> None:
    county.sign(leaves(3))
    city.sign(county)
    copytree(city.folder, city.folder.with_name("copy"))
    county.sign(leaves(5))
    city.sign(county)

    bundle = next((city.folder / "log/tile/entries").glob("000.p/2"))
    whole = bundle.read_bytes()
    wrongs: list[tuple[bytes, type[Refusal]]] = [
        (whole.replace(b"\n3\n", b"\n2\n"), HistoryDiffers),
        (whole[:-1], LogDamaged),
    ]
    for wrong, why in wrongs:
        bundle.write_bytes(wrong)
        with pytest.raises(why):
            city.sign(county)
    bundle.write_bytes(whole)
    (city.folder / "state").write_bytes(
        city.folder.with_name("copy").joinpath("state").read_bytes()
    )
    with pytest.raises(Refusal, match="log-rolled-back"):
        city.sign(county)


def test_witnesses_cosign_it_like_any_log(city: City, county: County) -> None:
    county.sign(leaves(3))
    policy = Policy.parse(f"log {county.key.vkey} {county.log}\nquorum none\n")

    def witnesses(text: str, proving: Callable[[int], object]) -> list[str]:
        assert proving(0) == []
        point = text.partition("\n\n")[0] + "\n"
        return [key.line(point, Witnesses().at) for key in WITNESSES.values()]

    assert city.kept.sign(policy, witnesses).done.cosigned == 3


def test_one_gathers_at_a_time(city: City, county: County) -> None:
    county.sign(leaves(3))
    with Memory(city.folder / "gathering").alone(), pytest.raises(AlreadySigning):
        city.sign(county)


def test_a_folder_without_its_key(tmp_path: Path) -> None:
    with pytest.raises(NoFederation):
        assert Federation(tmp_path).published.size == 0
    Disk().write(tmp_path / "key", WITNESSES["auditor"].private.encode())
    with pytest.raises(NoFederation):
        Federation(tmp_path).key()

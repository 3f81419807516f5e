"""Photos that prove an award: only the picture is kept, sealed, and a rule may ask for one."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from points.clock import business_day
from points.ledger import Proposal
from points.ledger.awards import PhotoMissing
from tests.support.cast import RULES
from tests.support.house import FAR, MAKER, QIAN, SIGNER, VILLAGE, ZHAO, Place
from tests.support.procedure import adopt_by_procedure
from web.evidence import SIDE_MAX, Evidence, NoPhoto, PhotoGone, plain

pytestmark = pytest.mark.row("A4")


def photo(side: int = 400, kind: str = "JPEG") -> bytes:
    """A picture that says where, when and by which phone it was taken."""
    image = Image.new("RGB", (side, side // 2), (10, 120, 60))
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "ZhangPhone", "2026:11:24 09:00:00"
    exif[0x0112] = 6  # held upright
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 51.0, 2.0), 3: "E", 4: (104.0, 28.0, 1.0)})
    out = BytesIO()
    image.save(out, kind, exif=exif, comment=b"taken at home") if kind == "JPEG" else image.save(
        out, kind
    )
    return out.getvalue()


def test_nothing_but_the_picture_is_kept() -> None:
    kept = plain(photo(4000))
    for word in (b"ZhangPhone", b"Exif", b"2026:11:24", b"taken at home"):
        assert word in photo(4000) or word == b"Exif"
        assert word not in kept
    with Image.open(BytesIO(kept)) as image:
        assert not image.getexif()
        assert image.size == (SIDE_MAX // 2, SIDE_MAX)  # turned as it was held


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_is_sealed_and_named_by_its_content(tmp_path: Path, kind: str) -> None:
    store = Evidence(tmp_path, b"k" * 32)
    name = store.put(photo(kind=kind))
    assert store.put(photo(kind=kind)) == name
    assert sha256(store.get(name)).hexdigest() == name
    (file,) = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert b"JFIF" not in file.read_bytes()
    with pytest.raises(PhotoGone):
        Evidence(tmp_path, b"o" * 32).get(name)
    raw = bytearray(file.read_bytes())
    raw[40] ^= 1
    file.write_bytes(raw)
    with pytest.raises(PhotoGone):
        store.get(name)
    for wrong in ("0" * 64, "../../etc/passwd", ""):
        with pytest.raises(PhotoGone):
            store.get(wrong)


def test_a_name_leads_to_no_other_file(tmp_path: Path) -> None:
    store = Evidence(tmp_path, b"k" * 32)
    for wrong in ("/dev/zero", "../../x", "", "0" * 63, "A" * 64, "0" * 64 + "\n"):
        with pytest.raises(PhotoGone):
            store._path(wrong)


@pytest.mark.parametrize("sent", [b"", b"GIF89a....", b"\xff\xd8\xff\xe0 no picture", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(tmp_path: Path, sent: bytes) -> None:
    with pytest.raises(NoPhoto):
        Evidence(tmp_path, b"k" * 32).put(sent)
    assert not list(tmp_path.iterdir())


def drawn(kind: str, size: tuple[int, int], **how: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (10, 120, 60)).save(out, kind, **how)
    return out.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_photo_whose_words_about_itself_are_broken_is_kept(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E], exif[0x011A] = 6, "hello", 72.0
    sent = drawn(kind, (60, 40), exif=exif)
    for at in range(sent.index(b"MM\0*"), sent.index(b"hello")):
        for byte in (0, 5, 7, 255):
            broken = bytearray(sent)
            broken[at] = byte
            with Image.open(BytesIO(plain(bytes(broken)))) as image:
                assert sorted(image.size) == [40, 60]


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, 0), (2, 1), (3, 3), (4, 2), (5, 0), (6, 1), (7, 3), (8, 2), (9, 0)],
)
def test_it_is_turned_as_it_was_held(orientation: int, corner: int) -> None:
    image = Image.new("RGB", (60, 40))
    image.paste((255, 255, 255), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = BytesIO()
    image.save(out, "PNG", exif=exif)
    with Image.open(BytesIO(plain(out.getvalue()))) as kept:
        assert kept.size == ((40, 60) if 5 <= orientation <= 8 else (60, 40))
        right, bottom = kept.width - 5, kept.height - 5
        places = [(5, 5), (right, 5), (5, bottom), (right, bottom)]
        bright = [kept.getpixel(place) == (255, 255, 255) for place in places]
    assert [at for at, here in enumerate(bright) if here] == [corner]


@pytest.mark.parametrize(
    ("kind", "size", "how"),
    [
        ("PNG", (5000, 5000), {}),
        ("WEBP", (4000, 3500), {}),
        ("JPEG", (5000, 5000), {"progressive": True}),
        ("JPEG", (8200, 8200), {}),
    ],
)
def test_what_would_fill_the_memory_is_refused(
    kind: str, size: tuple[int, int], how: dict[str, Any]
) -> None:
    with pytest.raises(NoPhoto):
        plain(drawn(kind, size, **how))


def test_a_phone_s_largest_photo_is_decoded_reduced() -> None:
    with Image.open(BytesIO(plain(drawn("JPEG", (8160, 6144))))) as image:
        assert image.size == (SIDE_MAX, 1205)


@pytest.fixture
def strict(place: Place) -> Place:
    """A county whose rule E01 asks for a photo."""
    rules = [replace(each, proof_kind="photo") if each.code == "E01" else each for each in RULES]
    with place.by(MAKER) as ledger:
        version = ledger.draft_rules(rules)
    with place.by(SIGNER):
        adopt_by_procedure(place.house.ledger, version, effective_from=business_day(place.watch()))
    return place


def test_a_rule_may_ask_for_a_photo_and_the_case_links_it(strict: Place) -> None:
    today = business_day(strict.watch())
    with strict.by(MAKER) as ledger, pytest.raises(PhotoMissing):
        ledger.propose(Proposal(ZHAO, "E01", today, 30))

    chair = strict.signed_in("village", VILLAGE, login="chair")
    wish = {
        "rule": "E01",
        "occurred_on": today.isoformat(),
        "points": "30",
        "evidence": "救了落水的孩子",
        "no": ZHAO,
    }
    assert "照片" in chair.post("/staff/award", page="/staff/award", act="preview", **wish).text
    page = chair.client.post(
        "/staff/award",
        data={
            **wish,
            "act": "preview",
            "csrf_token": chair.form_token("/staff/award"),
            "photo": (BytesIO(photo()), "a.jpg"),
        },
        content_type="multipart/form-data",
    ).text
    name = page.partition('name="photos" value="')[2].partition('"')[0]
    assert len(name) == 64
    chair.post(
        "/staff/award", page="/staff/award", act="save", key=uuid4().hex, photos=name, **wish
    )
    (case,) = strict.house.read.cases.of(ZHAO)
    assert case["photos"] == name

    reviewer = strict.signed_in("village", VILLAGE, login="reviewer")
    address = f"/staff/cases/{case['case_id']}/photos/{name}"
    assert address in reviewer.get("/staff/sign").text
    shown = reviewer.get(address)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["Cache-Control"] == "no-store"
    assert reviewer.get(address.replace(name, "0" * 64)).status_code == 404
    far = strict.signed_in("village", "999901100202", login="far")
    assert far.get(address).status_code == 403
    assert strict.browser().get(address).status_code in (302, 303, 401)


def test_the_reviewer_sees_what_a_photo_was_used_for_before(strict: Place) -> None:
    today = business_day(strict.watch())
    name = strict.house.evidence.put(photo())
    for household, rule, points in ((ZHAO, "E01", 30), (FAR, "E01", 30), (QIAN, "C01", None)):
        with strict.by(MAKER) as ledger:
            ledger.propose(Proposal(household, rule, today, points, photos=(name,)))
        strict.watch.later(minutes=1)
    reviewer = strict.signed_in("village", VILLAGE, login="reviewer")
    page = reviewer.get("/staff/sign").text
    assert page.count("照片 1 以前用过：") == 2
    said = page.partition("照片 1 以前用过：")[2].partition("</p>")[0]
    assert "见义勇为" in said or "清洁户" in said
    assert FAR not in page
    assert "等 2 户" in page

    wish = {"rule": "E01", "occurred_on": today.isoformat(), "points": "20", "evidence": "又一次"}
    again = wish | {"no": ZHAO, "photos": name, "act": "preview"}
    preview = reviewer.post("/staff/award", page="/staff/award", **again).text
    assert "这张照片已经用过了" in preview

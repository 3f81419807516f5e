"""The file that somebody has just had looked at, kept sealed until she takes it in.

One file a person: the next one takes its place, so nothing is left lying about.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

import orjson

from points.refusals import Refusal
from points.store.county import County
from volunteers.vault import Vault


class UploadGone(Refusal):
    """The file that was shown is not kept any more: it is chosen again."""

    code = "upload-gone"


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. `base`: base points are to be granted as well."""

    kind: str
    name: str
    place: str
    base: bool
    content: bytes

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


class Uploads:
    def __init__(self, county: County, vault: Vault) -> None:
        self._county, self._vault = county, vault

    def keep(self, user: str, upload: Upload) -> None:
        """In place of whatever this person had had looked at before."""
        told = {
            "kind": upload.kind,
            "name": upload.name,
            "place": upload.place,
            "base": upload.base,
            "content": b64encode(upload.content).decode(),
        }
        with self._county.write() as connection:
            self._vault.put({_subject(user): {"file": orjson.dumps(told).decode()}}, connection)

    def kept(self, user: str, digest: str) -> Upload:
        """The very file that she was shown; raises `UploadGone`."""
        told = self._vault.get(_subject(user), "file")
        if told is None:
            raise UploadGone
        fields = orjson.loads(told)
        upload = Upload(**fields | {"content": b64decode(fields["content"])})
        if upload.digest != digest:
            raise UploadGone
        return upload

    def forget_all(self) -> None:
        """What was looked at holds names and phones: it is not kept over night."""
        with self._county.write() as connection:
            self._vault.erase_all(_subject(""), connection)


def _subject(user: str) -> str:
    return f"upload:{user}"

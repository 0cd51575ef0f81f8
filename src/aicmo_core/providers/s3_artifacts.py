"""An artifact store that is a folder of an S3 bucket, by obstore."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import S3Store

from aicmo_core.hooks import Artifact, ArtifactRefused, ArtifactStore, ArtifactUnavailable
from aicmo_core.kernel.errors import NotFound
from aicmo_core.providers.artifact_path import path_parts
from aicmo_core.providers.s3_address import S3Address, read_s3_address

if TYPE_CHECKING:
    from obstore.store import S3Config

REQUEST_SECONDS = 120
"""How long one request may take, with everything that it carries."""

CONNECT_SECONDS = 5
RETRIES = 3
"""How often a request is sent again that failed on its way, or with a 5xx."""

_RETRY_SECONDS = 60
_ROUNDS = 20
"""How often a race with another writer or remover of the same objects is run again."""

_CODE = re.compile(r"<Code>(\w+)</Code>")


class _Stored(NamedTuple):
    data: bytes
    e_tag: str | None


class S3ArtifactStore(ArtifactStore):
    """
    Objects below a prefix of a bucket. The service makes each visible at once, and whole.

    An object is created, never written over unseen: where one is already, it is read, left
    alone if it is the same, and else replaced only while it is the one that was read. What
    was written is read back before anybody is told of it.

    Credentials come from the environment, as Amazon's own tools read them.
    """

    def __init__(self, address: S3Address) -> None:
        self._address = address
        self._store = S3Store(
            address.bucket,
            prefix=address.prefix or None,
            config=_config(address),
            client_options={
                "allow_http": (address.endpoint or "").startswith("http:"),
                "timeout": timedelta(seconds=REQUEST_SECONDS),
                "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
            },
            retry_config={
                "max_retries": RETRIES,
                "retry_timeout": timedelta(seconds=_RETRY_SECONDS),
            },
        )

    @classmethod
    def open(cls, url: str) -> S3ArtifactStore:
        """
        Return the store of a URL: `s3://bucket/folder?endpoint=https://host&region=…`.

        Nothing is connected yet.

        Raises:
            InvalidValue: The URL is not of this form, or has credentials in it.
        """
        return cls(read_s3_address(url, os.environ))

    @property
    def url(self) -> str:
        return self._address.url

    def put(self, path: str, data: bytes) -> Artifact:
        parts = path_parts(path)
        with self._reported("write", path):
            self._refuse_both(parts)
            e_tag = self._write(path, data)
            if e_tag is not None:
                self._make_sure(path, data, e_tag)
        return Artifact(path, len(data), sha256(data).hexdigest())

    def get(self, path: str) -> bytes:
        path_parts(path)
        with self._reported("read", path):
            found = self._read(path)
        if found is None:
            raise NotFound("artifact", path)
        return found.data

    def list(self, prefix: str) -> list[str]:
        if prefix:
            path_parts(prefix)
        with self._reported("list", prefix):
            return sorted(key for key in self._keys(prefix) if _is_plain(key))

    def remove(self, prefix: str) -> None:
        path_parts(prefix)
        with self._reported("remove", prefix):
            obstore.delete(self._store, prefix)
            for _ in range(_ROUNDS):
                if not (keys := self._keys(prefix)):
                    return
                obstore.delete(self._store, keys)
            raise ArtifactUnavailable(
                f"cannot remove {prefix!r} in {self._address.place}: it is written all the time"
            )

    def locate(self, path: str) -> str:
        if not path:
            return self._address.place
        return "/".join([self._address.place, *path_parts(path)])

    def _refuse_both(self, parts: tuple[str, ...]) -> None:
        """
        Refuse a path that lies below an object, or that is a folder of objects.

        The service would hold both. Two writers at once may still make them: paths are the
        library's own, and it makes none that clash.
        """
        path = "/".join(parts)
        above = ("/".join(parts[:n]) for n in range(1, len(parts)))
        if any(map(self._is_there, above)) or self._keys(path):
            raise ArtifactRefused(
                f"cannot write {path!r} in {self._address.place}: a path is an object or a folder "
                "of objects, never both"
            )

    def _is_there(self, path: str) -> bool:
        try:
            obstore.head(self._store, path)
        except FileNotFoundError:
            return False
        return True

    def _write(self, path: str, data: bytes) -> str | None:
        """Create the object, or replace another one; return its tag, or None if it was there."""
        for _ in range(_ROUNDS):
            try:
                return obstore.put(self._store, path, data, mode="create")["e_tag"]
            except AlreadyExistsError:  # perhaps by this very request, whose answer was lost
                there = self._read(path)
            if there is None:
                continue
            if there.data == data:
                return None
            try:
                return obstore.put(self._store, path, data, mode={"e_tag": there.e_tag})["e_tag"]
            except (PreconditionError, FileNotFoundError):
                continue  # somebody else was faster: look again
        raise ArtifactUnavailable(
            f"cannot write {path!r} in {self._address.place}: others write it all the time"
        )

    def _make_sure(self, path: str, data: bytes, e_tag: str) -> None:
        """Read the object back; one that is not what was written goes, and nobody is told of it."""
        found = self._read(path)
        if found is not None and found.data == data:
            return
        if found is not None and found.e_tag == e_tag:
            obstore.delete(self._store, path)
        raise ArtifactUnavailable(
            f"cannot write {path!r} in {self._address.place}: it does not read back the same"
        )

    def _read(self, path: str) -> _Stored | None:
        try:
            found = obstore.get(self._store, path)
            return _Stored(bytes(found.bytes()), found.meta["e_tag"])
        except FileNotFoundError as error:
            if _code(error) == "NoSuchBucket":
                raise
            return None

    def _keys(self, prefix: str) -> Sequence[str]:
        """Return all keys below the folder *prefix*, also those that no store would have made."""
        found = obstore.list(self._store, prefix or None)
        return [one["path"] for chunk in found for one in chunk]

    @contextmanager
    def _reported(self, verb: str, path: str) -> Iterator[None]:
        """Turn what the service refuses into what the port promises."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            # A service that refuses a request repeats it, with the session's token in it.
            raise ArtifactUnavailable(
                f"cannot {verb} {path!r} in {self._address.place}: {_reason(error)}"
            ) from (error if _code(error) is None else None)


def _config(address: S3Address) -> S3Config:
    config: S3Config = {"region": address.region or "us-east-1"}
    if address.endpoint:
        config["endpoint"] = address.endpoint
    return config


def _is_plain(key: str) -> bool:
    try:
        path_parts(key)
    except ArtifactRefused:
        return False
    return True


def _code(error: Exception) -> str | None:
    found = _CODE.search(str(error))
    return found[1] if found else None


def _reason(error: Exception) -> str:
    """Return what went wrong, without what the service repeats of the request."""
    code = _code(error)
    if code == "NoSuchBucket":
        return "there is no such bucket; make it first"
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return f"the service refuses these credentials ({code or 'no reason given'})"
    if code is not None:
        return f"the service answers {code}"
    line = str(error).partition("\n")[0]
    return f"the service is out of reach or fails: {line.rpartition(' - ')[2][:200]}"

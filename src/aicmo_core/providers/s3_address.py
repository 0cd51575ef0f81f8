"""What an `s3:` URL says: which bucket, where in it, and at which service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from attrs import frozen

from aicmo_core.hooks import ArtifactRefused
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.providers.artifact_path import path_parts

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_PARAMETERS = ("endpoint", "region")


@frozen
class S3Address:
    """
    A bucket, and a folder in it.

    Attributes:
        bucket: Its name.
        prefix: The folder, without `/` at its ends; empty for the whole bucket.
        endpoint: The service's URL; Amazon's if None.
        region: Of the bucket; `us-east-1` if None.
    """

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None

    @property
    def place(self) -> str:
        """The bucket and the folder, as people write it."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def url(self) -> str:
        """The whole address. It names no credentials."""
        given = {"endpoint": self.endpoint, "region": self.region}
        query = urlencode({k: v for k, v in given.items() if v}, safe=":/", quote_via=quote)
        return f"{self.place}?{query}" if query else self.place


def read_s3_address(url: str, environment: Mapping[str, str]) -> S3Address:
    """
    Return what *url* says: `s3://bucket/folder?endpoint=https://host&region=eu-central-1`.

    An endpoint and a region that it does not name are those of *environment*, if it has
    them: so the address of the store is whole, and opens the same one elsewhere.

    Raises:
        InvalidValue: It names no bucket, or credentials, or something that there is not.
            No part that may be secret is repeated.
    """
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    problems = [
        Problem(f"$.{name}", f"expected one of {', '.join(_PARAMETERS)}")
        for name in given
        if name not in _PARAMETERS
    ]
    if "@" in parts.netloc:
        problems.append(
            Problem("$", "credentials are never part of it: set AWS_ACCESS_KEY_ID and others")
        )
    elif not _BUCKET.fullmatch(parts.netloc):
        problems.append(Problem("$", "expected s3://BUCKET/FOLDER, the bucket in small letters"))
    prefix = unquote(parts.path).strip("/")
    endpoint = given.get("endpoint") or _first(environment, _ENDPOINTS)
    problems += [*_prefix_problems(prefix), *_endpoint_problems(endpoint)]
    if problems:
        raise InvalidValue("the URL of an artifact store", tuple(problems))
    region = given.get("region") or _first(environment, _REGIONS)
    return S3Address(parts.netloc, prefix, endpoint and endpoint.rstrip("/"), region)


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)


def _prefix_problems(prefix: str) -> list[Problem]:
    try:
        if prefix:
            path_parts(prefix)
    except ArtifactRefused as error:
        return [Problem("$.folder", str(error))]
    return []


def _endpoint_problems(endpoint: str | None) -> list[Problem]:
    if endpoint is None:
        return []
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return [Problem("$.endpoint", "expected https://HOST or https://HOST:PORT, and no user")]
    if parts.query or parts.fragment:
        return [Problem("$.endpoint", "expected nothing behind HOST:PORT/PATH")]
    return []

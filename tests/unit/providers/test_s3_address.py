"""URLs of S3 stores: what they say, and what they may not."""

import pytest

from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.providers.s3_address import S3Address, read_s3_address


def test_url_says_bucket_folder_service_and_region() -> None:
    """The address is whole, and its own URL says the same."""
    url = "s3://agency-files/out/2026?endpoint=http://127.0.0.1:9000&region=eu-central-1"

    address = read_s3_address(url, {})

    assert address == S3Address("agency-files", "out/2026", "http://127.0.0.1:9000", "eu-central-1")
    assert address.url == url
    assert read_s3_address(address.url, {}) == address


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/", "s3://bucket?"])
def test_bucket_alone_is_a_store(url: str) -> None:
    """Its objects lie at its top."""
    assert read_s3_address(url, {}).url == "s3://bucket"


def test_service_and_region_of_the_environment_become_part_of_the_address() -> None:
    """Another process, with another environment, opens the same store by it."""
    environment = {"AWS_ENDPOINT_URL": "https://s3.example", "AWS_DEFAULT_REGION": "eu-west-1"}

    address = read_s3_address("s3://bucket/out", environment)

    assert address.url == "s3://bucket/out?endpoint=https://s3.example&region=eu-west-1"


def test_url_goes_before_the_environment() -> None:
    """What is written is meant."""
    environment = {"AWS_ENDPOINT_URL_S3": "https://other", "AWS_REGION": "us-west-2"}

    address = read_s3_address("s3://bucket?endpoint=https://s3.example&region=eu-1", environment)

    assert (address.endpoint, address.region) == ("https://s3.example", "eu-1")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3:", "$"),
        ("s3:///folder", "$"),
        ("s3://Bucket", "$"),
        ("s3://b", "$"),
        ("s3://bucket/a/../b", "$.folder"),
        ("s3://bucket/a//b", "$.folder"),
        ("s3://bucket/%2e%2e", "$.folder"),
        ("s3://bucket?endpoint=example.com", "$.endpoint"),
        ("s3://bucket?endpoint=ftp://example.com", "$.endpoint"),
        ("s3://bucket?endpoint=https://example.com?x=1", "$.endpoint"),
        ("s3://bucket?acl=public-read", "$.acl"),
    ],
)
def test_url_that_names_no_place_is_refused(url: str, place: str) -> None:
    """The part that is wrong is named."""
    with pytest.raises(InvalidValue) as refused:
        read_s3_address(url, {})

    assert [problem.path for problem in refused.value.problems] == [place]


@pytest.mark.parametrize(
    "url",
    [
        "s3://key:hunter2@bucket",
        "s3://bucket?endpoint=https://key:hunter2@example.com",
        "s3://bucket?secret_access_key=hunter2",
    ],
)
def test_credentials_are_refused_and_not_repeated(url: str) -> None:
    """An address is stored with each run, and printed: no secret may be in it."""
    with pytest.raises(InvalidValue) as refused:
        read_s3_address(url, {})

    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(refused.value.problems)

"""The zip of a function."""

import io
import os
import time
import zipfile

import pytest

from backend_factory.delivery.stack.artifact import bundle, upload
from backend_factory.delivery.stack.emulator import Emulator


def test_the_same_binary_gives_the_same_bytes_at_another_time_and_place() -> None:
    first = bundle(b"binary")
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = "Pacific/Auckland"
        time.tzset()
        assert bundle(b"binary") == first
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def test_it_holds_one_executable_called_bootstrap() -> None:
    with zipfile.ZipFile(io.BytesIO(bundle(b"binary"))) as archive:
        (entry,) = archive.infolist()
        assert entry.filename == "bootstrap"
        assert entry.external_attr >> 16 == 0o100755
        assert archive.read(entry) == b"binary"


@pytest.mark.asyncio(loop_scope="session")
async def test_uploading_names_the_content_and_may_be_repeated(emulator: Emulator) -> None:
    first = await upload(emulator, "artifacts", "serve", bundle(b"one"))
    again = await upload(emulator, "artifacts", "serve", bundle(b"one"))
    other = await upload(emulator, "artifacts", "serve", bundle(b"two"))
    assert first == again
    assert first.key != other.key
    assert first.key.startswith("serve-")
    stored = emulator.client("s3").get_object(Bucket=first.bucket, Key=first.key)["Body"].read()
    assert stored == bundle(b"one")
    assert len(stored) == first.bytes

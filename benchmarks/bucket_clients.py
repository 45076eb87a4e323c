"""The S3 clients that `benchmarks.buckets` compares: each lists a prefix and reads an object.

A function takes the access to a server and gives (list, which returns how many, and get).
"""

# ruff: noqa: PLC0415  # each process imports one client only, and before the clock starts
from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from typing import Any

__all__ = ["BUCKET", "CLIENTS", "WORKERS"]

WORKERS = 16
BUCKET = "bench"
Access = dict[str, str]
Work = Callable[[], int]


def brevviz(access: Access) -> tuple[Work, Callable[[str], Any]]:
    from brevviz.bucket import open_store
    from brevviz.recipe import Source

    os.environ |= {"BREVVIZ_B_ACCESS_KEY": access["key"], "BREVVIZ_B_SECRET_KEY": access["secret"]}
    os.environ["BREVVIZ_CACHE_MIB"] = "0"
    store = open_store(Source(uri=f"s3://{BUCKET}/list", endpoint=access["endpoint"], profile="b"))
    reading = open_store(Source(uri=f"s3://{BUCKET}", endpoint=access["endpoint"], profile="b"))
    return lambda: len(store.list()), reading.get


def minio(access: Access) -> tuple[Work, Callable[[str], Any]]:
    import urllib3
    from minio import Minio

    client = Minio(
        endpoint=access["endpoint"].removeprefix("http://"),
        access_key=access["key"],
        secret_key=access["secret"],
        secure=False,
        region="us-east-1",
        http_client=urllib3.PoolManager(maxsize=WORKERS),
    )

    def get(key: str) -> bytes:
        answer = client.get_object(bucket_name=BUCKET, object_name=key)
        try:
            return answer.read()
        finally:
            answer.close()
            answer.release_conn()

    found = lambda: list(  # noqa: E731
        client.list_objects(bucket_name=BUCKET, prefix="list/", recursive=True)
    )
    return lambda: len(found()), get


def obstore(access: Access) -> tuple[Work, Callable[[str], Any]]:
    import obstore as library
    from obstore.store import S3Store

    store = S3Store(
        BUCKET,
        endpoint=access["endpoint"],
        access_key_id=access["key"],
        secret_access_key=access["secret"],
        region="us-east-1",
        client_options={"allow_http": True},
    )
    arrow = importlib.util.find_spec("arro3") is not None  # its columns come through this package
    found = lambda: sum(  # noqa: E731
        batch.num_rows if arrow else len(batch)
        for batch in store.list("list", return_arrow=arrow, chunk_size=1000)
    )
    return found, lambda key: library.get(store, key).bytes()


def boto3(access: Access) -> tuple[Work, Callable[[str], Any]]:
    import boto3 as library
    from botocore.config import Config

    client = library.client(
        "s3",
        endpoint_url=access["endpoint"],
        aws_access_key_id=access["key"],
        aws_secret_access_key=access["secret"],
        region_name="us-east-1",
        config=Config(max_pool_connections=WORKERS),
    )
    pages = client.get_paginator("list_objects_v2")
    found = lambda: [  # noqa: E731
        entry
        for page in pages.paginate(Bucket=BUCKET, Prefix="list/")
        for entry in page["Contents"]
    ]
    return lambda: len(found()), lambda k: client.get_object(Bucket=BUCKET, Key=k)["Body"].read()


def s3fs(access: Access) -> tuple[Work, Callable[[str], Any]]:
    import s3fs as library

    files = library.S3FileSystem(
        key=access["key"],
        secret=access["secret"],
        endpoint_url=access["endpoint"],
        client_kwargs={"region_name": "us-east-1"},
    )

    def found() -> int:
        files.invalidate_cache()
        return len(files.find(f"{BUCKET}/list", detail=True))

    return found, lambda key: files.cat_file(f"{BUCKET}/{key}")


CLIENTS: dict[str, Callable[[Access], tuple[Work, Callable[[str], Any]]]] = {
    "brevviz": brevviz,
    "minio": minio,
    "obstore": obstore,
    "boto3": boto3,
    "s3fs": s3fs,
}

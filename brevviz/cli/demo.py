"""`brevviz demo`: the demo bucket as a folder, or from a real S3 server on this machine."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from brevviz.cli.options import Commands, port

__all__ = ["add", "run"]

_BUCKET = "vials"
_PROFILE = "demo"


def add(commands: Commands[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "demo",
        parents=[common],
        help="make the demo bucket: 180 drawn vials",
        description="Makes the demo bucket and prints its path. With --s3 it is served by a real "
        "S3 server (SeaweedFS, extra `demo`) to this machine only, until Ctrl-C.",
    )
    parser.add_argument(
        "--folder", type=Path, help="where the images are to be; by default in the user's cache"
    )
    parser.add_argument("--s3", action="store_true", help="serve it as a bucket")
    parser.add_argument(
        "--port",
        type=port,
        default=0,
        help="of the S3 server, 10000..45000; 0 takes a free one",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the folder, or serve it."""
    from brevviz.demo import bucket  # noqa: PLC0415  # numpy only when needed

    folder = bucket(args.folder)
    if not args.s3:
        sys.stdout.write(f"{folder}\n")
        return 0
    return _serve(folder, args.port)


def _serve(folder: str, number: int) -> int:
    from brevviz.demo.server import S3Server  # noqa: PLC0415  # minio only when needed

    stop = threading.Event()
    # A service manager stops by SIGTERM; without this the server would outlive us.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with S3Server(port=number) as server:
        many = server.put_tree(_BUCKET, "", folder)
        sys.stdout.write(_HOW_TO.format(server=server, bucket=_BUCKET, many=many, profile=_PROFILE))
        sys.stdout.flush()
        try:
            stop.wait()
        except KeyboardInterrupt:
            sys.stderr.write("\n")
    return 0


_HOW_TO = """\
endpoint    {server.endpoint}
bucket      {bucket}
access key  {server.access_key}
secret key  {server.secret_key}

{many} images, for this machine only and until Ctrl-C. To use them, in another shell:

  export BREVVIZ_DEMO_ACCESS_KEY={server.access_key}
  export BREVVIZ_DEMO_SECRET_KEY={server.secret_key}
  python -c 'import brevviz; print(brevviz.Dataset("s3://{bucket}", endpoint="{server.endpoint}", profile="{profile}").get_image_samples())'

For the app, run `brevviz explore` in that shell, and in a cell:

  brevviz.Explorer("s3://{bucket}", endpoint="{server.endpoint}", profile="{profile}")
"""

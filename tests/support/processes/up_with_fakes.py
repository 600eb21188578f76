"""Runs the launcher with fake services, for tests that need it as a process of its own.

Run as `python up_with_fakes.py OPTIONS`, where OPTIONS is a JSON object of UpOptions' fields, and
`json` for the program's form of progress.
"""

import json
import os
import sys
from pathlib import Path

from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.up import run_up

FAKE = Path(__file__).with_name("fake_service.py")


def fake_program(name: str) -> tuple[str, ...]:
    return (sys.executable, str(FAKE), name)


def main() -> None:
    wanted = json.loads(sys.argv[1])
    progress_output = ProgressOutput(as_json=wanted.pop("json", False), out=sys.stdout, err=sys.stderr)
    paths = {k: Path(wanted.pop(k)) for k in ("data_dir", "ready_file") if k in wanted}
    sys.exit(run_up(UpOptions(**wanted, **paths), os.environ, progress_output, fake_program))


if __name__ == "__main__":
    main()

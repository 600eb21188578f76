"""`refunds up --split` with services in their images: `python up_in_containers.py IMAGES_JSON DATA_DIR READY_FILE`.

IMAGES_JSON maps a target to {root, config_file}. mongod, redis and the sandbox gateway are the launcher's own,
outside of the images.
"""

import json
import os
import sys
from pathlib import Path

from refunds_embedded.launcher import split_frontend
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.supervision.process_plan import python_program
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.up import run_up

RUN_IMAGE = Path(__file__).with_name("run_image.py")
FRONTEND = f"{Path(split_frontend.__file__).read_text()}\nimport os, sys\nsys.exit(run(os.environ))\n"
"""Stands for the load balancer. No image contains the launcher: its lines run with the packages of the api's image."""


def main() -> None:
    """Until it is stopped."""
    images = json.loads(Path(sys.argv[1]).read_text())
    data_dir, ready_file = Path(sys.argv[2]), Path(sys.argv[3])
    issuer_key = data_dir / "issuer.jwk.json"

    def program(name: str) -> tuple[str, ...]:
        image = images.get("api" if name == "frontend" else name)
        if image is None:
            return python_program(name)
        run = (sys.executable, str(RUN_IMAGE), image["root"], image["config_file"], "--bind", str(issuer_key))
        return (*run, "--entry", "/usr/bin/python3", "-P", "-c", FRONTEND) if name == "frontend" else run

    progress_output = ProgressOutput(as_json=False, out=sys.stdout, err=sys.stderr)
    options = UpOptions(port=0, split=True, sample=True, data_dir=data_dir, ready_file=ready_file)
    sys.exit(run_up(options, os.environ, progress_output, program))


if __name__ == "__main__":
    main()

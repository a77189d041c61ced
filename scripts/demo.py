"""The demo: a new example repository, one sentence, and where to look afterwards. Usage: demo.py REQUEST"""

import json
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

FACTORY = [sys.executable, "-m", "backend_factory.cli"]


def main(request: str) -> int:
    """Exit status of the run."""
    started = time.monotonic()
    repository = Path(".demo", f"chariot-{datetime.now():%Y%m%d-%H%M%S}").absolute()
    made = subprocess.run([*FACTORY, "init", str(repository)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if made.returncode:
        sys.stderr.write(made.stderr)
        return made.returncode
    print(f'$ backend-factory run "{request}" --repo {repository} --yes\n', flush=True)
    ran = subprocess.run([*FACTORY, "run", request, "--repo", str(repository), "--yes"])
    if ran.returncode:
        return ran.returncode
    run = _json("status")["runs"][0]
    report = _json("report", run["id"], "--format", "html", "--force")["path"]
    print(f"\nDone in {time.monotonic() - started:.0f} s. Where to look:")
    print(f"  the code          git -C {repository} log --stat main..{run['branch']}")
    print(f"  the report        {report}")
    print(f"  the pull request  .venv/bin/backend-factory report {run['id']} --format pr -o -")
    print(f"  what happened     .venv/bin/backend-factory log {run['id']}")
    print('  your own request  .venv/bin/backend-factory run "I need an API for ..." --repo YOUR_REPOSITORY')
    return 0


def _json(*arguments: str) -> dict:
    done = subprocess.run([*FACTORY, *arguments, "--json"], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Asks a database of known vulnerabilities about the locked packages, by pip-audit; never passes without an answer.

Exit codes: 0 nothing is known, 1 something is, 4 the database did not answer, or not for all packages.
"""

import json
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATABASE = "https://api.osv.dev/v1/query"
FOUND, NO_ANSWER = 1, 4
_TIMEOUT_SECONDS = 20


def main() -> int:
    """Audits the locks that are named, or all that are installed anywhere; returns the exit code."""
    locks = [pathlib.Path(name) for name in sys.argv[1:]] or [
        ROOT / "requirements.txt", ROOT / "environment" / "requirements-dev.txt", ROOT / "environment" / "bootstrap.txt"
    ]  # fmt: skip
    fault = unreachable(DATABASE)
    if fault:
        print(f"audit: {DATABASE} cannot be reached ({fault}): nothing was checked", file=sys.stderr)
        return NO_ANSWER
    return max(_audit(lock) for lock in locks)


def unreachable(address: str) -> str:
    """Why an address does not answer; empty where it does, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS):  # noqa: S310 (https, above)
            return ""
    except urllib.error.HTTPError as error:
        # The database answers, and wants a question.
        return "" if error.code in (400, 404, 405) else f"HTTP {error.code}"
    except OSError as error:
        return str(getattr(error, "reason", error))


def _audit(lock: pathlib.Path) -> int:
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip",
        "--vulnerability-service", "osv", "--timeout", str(_TIMEOUT_SECONDS), "--format", "json",
        "--progress-spinner", "off",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = verdict(done.stdout)
    if found is None:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        print(f"audit: {lock.name}: pip-audit did not come to its end: {last}", file=sys.stderr)
        return NO_ANSWER
    lines, code = found
    for line in lines:
        print(f"audit: {lock.name}: {line}")
    return code


def verdict(output: str) -> tuple[list[str], int] | None:
    """What pip-audit's JSON says.

    Args:
        output: Its standard output.

    Returns:
        Lines for a person and the exit code; None where it is no result.
    """
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    skipped = [f"{each['name']} was not checked: {each['skip_reason']}" for each in packages if "skip_reason" in each]
    known = [
        f"{each['name']} {each['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no release'}"
        for each in packages
        for one in each.get("vulns", ())
    ]
    summary = f"{len(packages) - len(skipped)} packages, {len(known)} known vulnerabilities"
    return [*known, *skipped, summary], NO_ANSWER if skipped or not packages else FOUND if known else 0


if __name__ == "__main__":
    sys.exit(main())

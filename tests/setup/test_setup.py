"""What a fresh clone begins with: dev.py, .env.example, yoyo.ini."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_dev_py_tells_an_old_python_what_it_needs() -> None:
    old = "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0)"
    code = f"{old}; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code, ROOT / "dev.py", "test"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "assay needs Python 3.11 or newer; this is 3.10.4. Try: python3.11 dev.py\n"


def test_dev_py_can_be_read_by_pythons_that_are_too_old() -> None:
    compile((ROOT / "dev.py").read_text("utf-8"), "dev.py", "exec", _feature_version=7)


@pytest.mark.parametrize("arguments", [[], ["serve"]])
def test_dev_py_names_its_commands(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, ROOT / "dev.py", *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "usage: python3 dev.py check|demo|run|test|migrate|psql|clients [arguments]\n",
    )


def test_dev_py_installs_nothing_whose_hash_is_not_the_locked_one(tmp_path: Path) -> None:
    wheel = tmp_path / "wheels/nugget-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("nugget.py", "")
        archive.writestr("nugget-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: nugget\nVersion: 1.0\n")
        archive.writestr("nugget-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("nugget-1.0.dist-info/RECORD", "")
    clone = tmp_path / "a clone"
    clone.mkdir()
    for name in ("dev.py", "pyproject.toml"):
        shutil.copy(ROOT / name, clone)
    other = hashlib.sha256(b"another file").hexdigest()
    (clone / "requirements.lock").write_text(f"nugget==1.0 --hash=sha256:{other}\n")
    environment = os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheel.parent.as_uri(), "HOME": "/dev/null"}
    done = subprocess.run(
        [sys.executable, clone / "dev.py", "run"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(clone.glob(".venv/lib/*/site-packages/nugget.py"))
    assert not (clone / ".venv/made-from.json").exists()


def test_the_lock_holds_a_hash_for_everything_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    pinned = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [entry for entry in pinned if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_example_env_shows_every_setting_with_its_default() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert set(shown) == {name.upper() for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        expected = {"prompts_dir": "prompts"}.get(name, f"{default:g}" if isinstance(default, float) else default)
        assert shown[name.upper()] == ("" if expected in (None, ()) else str(expected)), name


def test_yoyo_by_hand_sees_the_same_migrations(db: str) -> None:
    parameters = conninfo_to_dict(db)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = os.environ | {names[key]: str(value) for key, value in parameters.items() if key in names}
    listed = subprocess.run(
        [sys.executable, "-m", "yoyo", "list"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert listed.returncode == 0, listed.stderr
    files = [file.stem for file in (ROOT / "sql/schema").glob("*.sql")]
    rows = [line.split() for line in listed.stdout.splitlines() if line.startswith(("A", "U"))]
    assert {row[1]: row[0] for row in rows} == dict.fromkeys(files, "A")


def test_what_every_commit_is_checked_by_is_what_dev_py_runs() -> None:
    assert "entry: python3 dev.py check\n" in (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    steps = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert [line for line in steps if line.startswith("python3")] == [
        f"python3 dev.py {command}" for command in ("check", "test", "demo")
    ]


def test_what_we_know_from_the_inside_has_an_upper_bound() -> None:
    """Private names, wire formats and tables of theirs: the next version may change them without a word."""
    bounded = re.findall(r'^    "([a-z-]+)(?:\[\w+\])?>=[\d.]+,<', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert {"aiosql", "asyncpg", "concurrent-log-handler", "limits", "uvicorn", "yoyo-migrations"} <= set(bounded)

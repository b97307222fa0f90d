"""The image of the Dockerfile as a folder: its instructions, followed without an engine.

`/opt`, `/src`, `/tmp` and `/var/lib/assay` are folders below the given one. What is installed from a lock is what .venv
holds already, from the same pins with the same hashes; ASSAY_WHOLE_IMAGE=1 installs it from the locks instead, as an
engine does (a minute, and a package index).
"""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
READ = "+dac_read_search"
MAPPED = ("/opt", "/src", "/tmp", "/var/lib/assay")
FROM_A_LOCK = re.compile(r"pip --python \S+ install --require-hashes --requirement \S+")


class Instruction(NamedTuple):
    """One line of the Dockerfile, its continuations joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """In exec form: the list."""
        found: list[str] = json.loads(self.text[self.text.index("[") :])
        return found


def stages() -> list[list[Instruction]]:
    """The Dockerfile, stage by stage."""
    text = re.sub(r"^#[^\n]*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.M)
    lines = [line.strip() for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    found: list[list[Instruction]] = []
    for name, _, rest in (line.partition(" ") for line in lines):
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append(Instruction(name, rest.strip()))
    return found


def of_stage(stage: list[Instruction], name: str) -> list[Instruction]:
    return [instruction for instruction in stage if instruction.name == name]


class Image(NamedTuple):
    """The folder that stands for the image's root, and what its last stage says."""

    root: Path
    stage: list[Instruction]

    def mapped(self, text: str) -> str:
        """Paths of the image as paths below the folder."""
        return re.sub(rf"(?<![\w./-])({'|'.join(MAPPED)})(?=[/\s:\"']|$)", lambda path: f"{self.root}{path[1]}", text)

    @property
    def environment(self) -> dict[str, str]:
        """What ENV says."""
        text = " ".join(instruction.text for instruction in of_stage(self.stage, "ENV"))
        said = dict(re.findall(r"(\w+)=(\S+)", self.mapped(text)))
        return said | {"PATH": said["PATH"].replace("$PATH", "/usr/bin:/bin"), "TMPDIR": f"{self.root}/tmp"}

    def command(self, *arguments: str) -> list[str]:
        """ENTRYPOINT with these arguments, or with those of CMD."""
        entry = of_stage(self.stage, "ENTRYPOINT")[0].words
        given = list(arguments) or of_stage(self.stage, "CMD")[0].words
        return [f"{self.root}/opt/assay/bin/{entry[0]}", *entry[1:], *given]

    @property
    def health_check(self) -> list[str]:
        words = of_stage(self.stage, "HEALTHCHECK")[0].words
        return [f"{self.root}/opt/assay/bin/{words[0]}", *words[1:]]

    def confined(self, command: list[str], user: int) -> list[str]:
        """As a user who owns nothing in the image; to read, as the folders above this checkout may be closed, they may
        pass. Who is not root is such a user."""
        if os.geteuid():
            return command
        rights = [
            f"--{where}={which}"
            for where, which in (("inh-caps", READ), ("ambient-caps", READ), ("bounding-set", f"-all,{READ}"))
        ]
        return [
            "setpriv",
            f"--reuid={user}",
            f"--regid={user}",
            "--clear-groups",
            *rights,
            "--no-new-privs",
            "--",
            *command,
        ]


def build(root: Path) -> Image:
    """Follow the first stage, copy from it what the second one copies, and take all rights to write away."""
    first, last = stages()
    image = Image(root, last)
    for folder in MAPPED:
        (root / folder[1:]).mkdir(parents=True)
    for instruction in first:
        if instruction.name == "COPY":
            copy(image, instruction.text.split())
        elif instruction.name == "RUN":
            run(image, instruction.text)
    assert [i.text for i in of_stage(last, "COPY")] == ["--from=build /opt/assay /opt/assay"]
    (root / "tmp").chmod(0o1777)
    shutil.rmtree(root / "src")
    shutil.rmtree(root / "opt/build")
    for path in (root / "opt", *(root / "opt").rglob("*"), root / "var/lib/assay", root / "var/lib", root / "var"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    return image


def copy(image: Image, words: list[str]) -> None:
    """From the build's context, of which .dockerignore leaves only some."""
    *sources, target = words
    into = Path(image.mapped(target))
    for source in sources:
        for found in sorted(ROOT.glob(source)):
            assert in_context(found.relative_to(ROOT).as_posix()), f".dockerignore leaves {found} out"
            if found.is_dir():
                shutil.copytree(found, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(found, into)


def in_context(path: str) -> bool:
    """Whether .dockerignore, an allow-list, lets a path through."""
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and line[0] != "#"]
    allowed = [line[1:] for line in lines if line.startswith("!")]
    return lines[0] == "*" and any(fnmatch.fnmatch(path, pattern) for pattern in allowed)


def run(image: Image, text: str) -> None:
    """RUN, in a shell; the image's python is this one."""
    whole = os.environ.get("ASSAY_WHOLE_IMAGE") == "1"
    command = image.mapped(re.sub(r"--mount=\S+ ", "", text))
    if not whole:
        command = FROM_A_LOCK.sub("true", command)
    python = sys.executable if find_spec("pip") else f"{sys.base_prefix}/bin/python3"
    command = re.sub(r"(?<![\w/.])pip (?=--python)", f"{python} -m pip ", command)
    command = re.sub(r"(?<![\w/.])python (?=-m venv)", f"{sys.base_prefix}/bin/python3 ", command)
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        ["sh", "-euc", command], cwd=f"{image.root}/src", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    if not whole:
        lend(image)


def lend(image: Image) -> None:
    """All that .venv holds but assay itself, for the environments of the image that exist by now."""
    lent = image.root / "opt/locked"
    if not lent.exists():
        lent.mkdir()
        for found in Path(sysconfig.get_path("purelib")).iterdir():
            if "assay" not in found.name and found.suffix != ".pth":
                (lent / found.name).symlink_to(found)
    for packages in image.root.glob("opt/*/lib/python*/site-packages"):
        (packages / "locked.pth").write_text(f"{lent}\n")

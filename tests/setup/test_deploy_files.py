"""compose.yaml, the manifests of deploy/kubernetes, the workflows and the devcontainer: what they name exists.

Where a linter is installed it finds nothing (CONTRIBUTING.md says which).
"""

import json
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import parser
from app.settings import Settings
from app.web.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "compose.yaml"
KUBERNETES = ROOT / "deploy/kubernetes"
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
DEV = runpy.run_path(str(ROOT / "dev.py"), run_name="dev")
SETTINGS = {name.upper() for name in Settings.model_fields}


def loaded(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = loaded(COMPOSE)["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the image of assay."""
    return {name: service for name, service in services().items() if service["image"].startswith("assay:")}


def manifests() -> list[dict[str, Any]]:
    files = [file for file in KUBERNETES.rglob("*.yaml") if file.name != "kustomization.yaml"]
    return [one for file in sorted(files) for one in yaml.safe_load_all(file.read_text("utf-8"))]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for manifest in manifests():
        if manifest["kind"] in ("Deployment", "Job"):
            yield manifest["metadata"]["name"], manifest["spec"]["template"]["spec"]


def test_compose_runs_commands_that_exist_with_settings_that_exist() -> None:
    assert set(ours()) == {"migrate", "api", "worker"}
    for name, service in ours().items():
        arguments = service.get("command", ["serve", "--no-worker", "--no-migrate"])
        parser(arguments).parse_args(arguments)
        assert set(service["environment"]) <= SETTINGS, name
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert ours()["worker"]["deploy"]["replicas"] == 2


def test_compose_starts_things_in_the_order_in_which_they_need_each_other() -> None:
    for service in services().values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in services()[needed]["healthcheck"]
            elif how["condition"] != "service_started":
                assert (needed, how["condition"]) == ("migrate", "service_completed_successfully")
    assert services()["migrate"]["restart"] == "no"


def test_prometheus_in_compose_asks_every_process_where_it_answers() -> None:
    scraped = loaded(ROOT / "deploy/prometheus/compose.yml")["scrape_configs"][0]
    asked = {name: known["port"] for known in scraped["dns_sd_configs"] for name in known["names"]}
    assert asked == {"api": 8000, "worker": int(ours()["worker"]["environment"]["METRICS_PORT"])}
    assert scraped["authorization"]["credentials_file"] == "/run/secrets/metrics_token"
    assert loaded(COMPOSE)["secrets"] == {"metrics_token": {"environment": "METRICS_TOKEN"}}
    lint("promtool", "check", "config", "--syntax-only", ROOT / "deploy/prometheus/compose.yml")


def test_compose_mounts_files_of_the_project_and_no_port_is_open_to_others() -> None:
    for service in services().values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert not source.startswith(".") or (ROOT / source).exists(), source
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_compose_takes_every_secret_from_the_environment_and_says_where_it_is_made() -> None:
    text = COMPOSE.read_text("utf-8")
    needed = set(re.findall(r"\$\{(\w+):\?see docs/operating\.md\}", text))
    made = (ROOT / "docs/operating.md").read_text("utf-8").partition("## With containers")[2].partition("\n## ")[0]
    assert {name for name in needed if not re.search(rf"\b{name}\b", made)} == set()
    assert "ASSAY_SECRET_KEYS" in needed
    assert not re.search(r"(PASSWORD|TOKEN|KEYS): (?!\$\{)", text)


def test_the_settings_that_the_page_makes_for_compose_are_accepted(tmp_path: Path) -> None:
    page = (ROOT / "docs/operating.md").read_text("utf-8").partition("## With containers")[2]
    block = page.partition("```sh\n")[2].partition("```")[0]
    made = block.partition("docker compose")[0]
    assert ".env" in made
    subprocess.run(["sh", "-euc", made], cwd=tmp_path, check=True)
    lines = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    imports = "from app.settings import Settings; from app.security.keyring import load_ring"
    code = f"{imports}; load_ring(Settings(), embedded=False)"
    environment = {"PYTHONPATH": str(ROOT), "DATABASE_URL": f"postgresql://u:{lines['SERVER_PASSWORD']}@db/assay"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


def test_kubernetes_runs_commands_that_exist_as_nobody_and_asks_routes_that_exist() -> None:
    routes = {route.path for route in ROUTES}
    for name, pod in pods():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            parser(container["args"]).parse_args(container["args"])
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"]["memory"]
            ports = {port["name"] for port in container.get("ports", [])}
            probes = [probe["httpGet"] for key, probe in container.items() if key.endswith("Probe")]
            assert {probe["path"] for probe in probes} <= routes
            assert {probe["port"] for probe in probes} <= ports
    (api,) = (pod["containers"][0] for name, pod in pods() if name == "assay-api")
    assert api["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert api["livenessProbe"]["httpGet"]["path"] == "/health"


def test_kubernetes_is_given_settings_that_exist_and_no_secret() -> None:
    lines = (KUBERNETES / "settings.env").read_text("utf-8").splitlines()
    said = {line.partition("=")[0] for line in lines if line and line[0] != "#"}
    secret = {name.upper() for name, field in Settings.model_fields.items() if not field.repr}
    assert said <= SETTINGS - secret
    assert "Secret" not in {manifest["kind"] for manifest in manifests()}
    named = {
        one["secretRef"]["name"] for _, pod in pods() for one in pod["containers"][0]["envFrom"] if "secretRef" in one
    }
    page = (ROOT / "docs/operating.md").read_text("utf-8")
    assert {name for name in named if f"secret generic {name} " not in page} == set()


def test_every_manifest_is_part_of_a_kustomization() -> None:
    named = set()
    for file in KUBERNETES.rglob("kustomization.yaml"):
        known = loaded(file)
        named |= {
            (file.parent / path).resolve() for path in (*known.get("resources", ()), *known.get("components", ()))
        }
    files = {file.resolve() for file in KUBERNETES.rglob("*.yaml") if file.name != "kustomization.yaml"}
    assert files <= named
    assert all(path.exists() for path in named)


@pytest.mark.parametrize("folder", ["", "migrate"])
def test_kustomize_makes_of_them_what_a_cluster_accepts(folder: str, tmp_path: Path) -> None:
    kustomize = ["kubectl", "kustomize"] if shutil.which("kubectl") else ["kustomize", "build"]
    if shutil.which(kustomize[0]) is None:
        pytest.skip("there is neither kubectl nor kustomize")
    made = subprocess.run([*kustomize, KUBERNETES / folder], capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (0, "")
    assert "image: registry.example.org/assay:" in made.stdout
    (tmp_path / "all.yaml").write_text(made.stdout)
    lint("kubernetes-validate", "--strict", tmp_path / "all.yaml")


def lint(program: str, *arguments: object) -> None:
    """Runs a linter that is installed, or skips."""
    found = shutil.which(program) or shutil.which(str(Path(sys.executable).with_name(program)))
    if found is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([found, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    lint("hadolint", "Dockerfile")


def test_compose_yaml_fits_the_schema_of_compose() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)


def test_the_workflows_fit_the_schema_of_the_forge() -> None:
    lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    lint("actionlint", *WORKFLOWS)


def steps(file: Path) -> Iterator[str]:
    """Every command of a workflow."""
    for job in loaded(file)["jobs"].values():
        yield from (step["run"] for step in job.get("steps", []) if "run" in step)


def test_the_workflows_call_the_commands_that_everybody_calls() -> None:
    said = {line for file in WORKFLOWS for step in steps(file) for line in re.findall(r"python3 dev\.py \w+", step)}
    assert {f"python3 dev.py {name}" for name in ("check", "test", "demo")} <= said
    assert "bash .ci/run" in {step for file in WORKFLOWS for step in steps(file)}
    assert {line.rpartition(" ")[2] for line in said} <= {"check", *DEV["COMMANDS"]}


def test_the_forge_tries_every_python_that_the_project_supports() -> None:
    ci = loaded(ROOT / ".github/workflows/ci.yml")
    assert ci["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert "ARG PYTHON=3.14" in (ROOT / "Dockerfile").read_text("utf-8")


def test_the_notes_of_a_release_are_its_part_of_the_changelog(tmp_path: Path) -> None:
    (script,) = (step for step in steps(ROOT / ".github/workflows/release.yml") if "CHANGELOG.md" in step)
    parts = ("# Changelog", "## Unreleased", "New.", "## 0.2.0 - 2026-12-24", "- Better.", "### Rules", "- More.")
    (tmp_path / "CHANGELOG.md").write_text("\n\n".join((*parts, "## 0.1.0", "Old.\n")))
    (tmp_path / "pyproject.toml").write_text('version = "0.2.0"\n')

    def run(tag: str) -> int:
        environment = {"PATH": "/usr/bin:/bin", "GITHUB_REF_NAME": tag}
        command = ["bash", "-euc", script]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True).returncode

    assert run("v0.2.0") == 0
    assert (tmp_path / "notes.md").read_text().strip() == "- Better.\n\n### Rules\n\n- More."
    assert run("v0.3.0") != 0
    assert run("v0.2") != 0


def test_the_devcontainer_makes_what_dev_py_makes() -> None:
    known = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text("utf-8"))
    assert known["postCreateCommand"].startswith("python3 dev.py ")
    assert known["postCreateCommand"].split()[2] in {"check", *DEV["COMMANDS"]}
    assert known["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"].endswith("/.venv/bin/python")

"""What lies in deploy/: each file against the schema or the linter of its kind, and against the coach."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec.models import ComposeSpecification
from prometheus_client.parser import text_string_to_metric_families

from bot.local import Workspace
from bot.measures import Measures
from bot.redis import Link, Waiting, connect, embedded, inspect
from bot.settings import NAMES
from tests.living import Apart, environment_for
from tests.redis_many import started

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", "")
HADOLINT = Path(sys.executable).with_name("hadolint")


# ---- the image


def test_hadolint_finds_nothing() -> None:
    if not HADOLINT.exists():
        pytest.skip("needs hadolint, which its package has for Linux on x86-64 alone")
    done = subprocess.run([HADOLINT, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def copied(into: Path) -> None:
    """What the last stage copies from the repository, as it copies it."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    for line in re.findall(r"^COPY (?!--from)(.+)$", last, re.MULTILINE):
        source, target = shlex.split(line)
        there = into / (source if target == "./" else target)
        there.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, there)


def jail(image: Path, *shared: Path) -> list[str]:
    """What stands in front of a command: the image's tree and user, on a root that cannot be written to.

    Empty where there is no bubblewrap, or it may not do that.
    """
    words = [
        "bwrap",
        "--unshare-user",
        "--uid",
        "10001",
        "--gid",
        "10001",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    words += [
        "--symlink",
        "usr/lib",
        "/lib",
        "--symlink",
        "usr/lib64",
        "/lib64",
        "--symlink",
        "usr/bin",
        "/bin",
    ]
    for each in (Path("/usr"), Path("/etc"), Path(sys.base_prefix).resolve(), Path(sys.prefix), *shared):
        words += ["--ro-bind", str(each), str(each)]
    words += ["--ro-bind", str(image), "/opt/walkaway", "--remount-ro", "/", "--chdir", "/opt/walkaway", "--"]
    with suppress(OSError):
        if (
            subprocess.run([*words, sys.executable, "-c", ""], capture_output=True, check=False).returncode
            == 0
        ):
            return words
    return []


def run_there(command: list[str], cwd: Path, env: dict[str, str]) -> bytes:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, check=False).stdout


def written(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


async def test_what_the_image_holds_is_enough_to_run_and_is_not_written_to(
    ws: Workspace, server: embedded.Embedded, redis: Link, tmp_path: Path
) -> None:
    image = tmp_path / "image"
    copied(image)
    before = written(image)
    env = environment_for(ws, image / "none", 0) | {"REDIS_URL": server.url, "PYTHONDONTWRITEBYTECODE": "1"}
    del env["PYTHONPATH"], env["WALKAWAY_DATA"]
    env |= {"WALKAWAY_LOG": "json", "WALKAWAY_KEYS": f"{'ab' * 8}:{'A' * 43}="}
    apart = Apart(ws, tmp_path)
    env["WALKAWAY_PORT"] = str(apart.port)
    inside = jail(image, Path(server.url.removeprefix("unix://")).parent)
    process = await asyncio.create_subprocess_exec(
        *inside,
        sys.executable,
        *shlex.split("-m bot run"),
        cwd=image,
        env=env,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"Walkaway is up" in await asyncio.wait_for(process.stdout.readline(), 20)
        ws.line.request_url = f"http://127.0.0.1:{apart.port}/slack/events"
        assert (await ws.command("maya", "dm", "/deal sample")).ok
        await ws.wait_for(lambda: "is set up" in apart.last().reads if apart.from_coach() else None)
        check = [*inside, sys.executable, "-m", "bot", "check", "--json"]
        told = await asyncio.to_thread(run_there, check, image, env)
        assert json.loads(told)["problems"] == []
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert written(image) == before
    assert await redis.command("DBSIZE") > 0


def test_nobody_is_root_and_health_is_asked_where_it_is_answered() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert "/livez" in DOCKERFILE
    assert not re.search(r"(?i)(token|secret|password|keys)=\S", DOCKERFILE)


# ---- compose


def test_the_compose_file_is_one_and_keeps_what_it_is_told() -> None:
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    ComposeSpecification.model_validate(yaml.safe_load(text))
    services = yaml.safe_load(text)["services"]
    assert services["bot"]["deploy"]["replicas"] == 2
    assert services["bot"]["command"] == ["run", "--only", "bot"]
    assert services["worker"]["command"] == ["run", "--only", "worker"]
    assert all(services[name]["read_only"] for name in services)
    assert services["redis"]["volumes"] == ["deals:/data"]


async def test_the_redis_of_the_compose_file_passes_the_doctor(tmp_path: Path) -> None:
    """Its options, on the server that comes along."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    options = services["redis"]["command"][1:]
    with started(tmp_path, *options) as node:
        link = connect(f"redis://127.0.0.1:{node.port}")
        try:
            async with asyncio.timeout(10):
                while await node.client.execute_command("PING") is None:  # type: ignore[no-untyped-call]
                    pass
            assert await inspect(link) == []
        finally:
            await link.aclose()
            await node.client.aclose()


def test_the_example_of_an_environment_names_what_there_is_and_holds_no_value() -> None:
    lines = [line for line in (DEPLOY / "env.example").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert {line.removesuffix("=") for line in lines} <= set(NAMES)
    assert all(line.endswith("=") for line in lines)


# ---- Kubernetes


def manifests() -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / "walkaway.yaml").read_text("utf-8")))


@pytest.mark.parametrize("manifest", manifests(), ids=lambda m: f"{m['kind']} {m['metadata']['name']}")
def test_a_manifest_fits_the_schema_of_kubernetes(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_the_manifests_ask_for_what_a_coach_answers_and_give_it_no_more_than_it_needs() -> None:
    found = {(m["kind"], m["metadata"]["name"]): m for m in manifests()}
    for part in ("bot", "worker"):
        pod = found["Deployment", f"walkaway-{part}"]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"] == ["run", "--only", part]
        assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["envFrom"] == [{"secretRef": {"name": "walkaway"}}]
        assert "env" not in container
        assert container["resources"].keys() == {"requests", "limits"}
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["terminationGracePeriodSeconds"] > 13  # the pause before the end, and ten seconds for it
    kinds = {kind for kind, _ in found}
    assert {"PodDisruptionBudget", "NetworkPolicy", "Service", "ServiceAccount"} <= kinds


# ---- Grafana


def test_the_dashboard_shows_figures_that_there_are() -> None:
    measures = Measures(Counter())
    measures.requests.labels("slack", "2xx").observe(0.1)
    page = measures.page(Waiting(1, 0, timedelta(0), 0)).decode()
    known = {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}
    board = json.loads((DEPLOY / "grafana" / "walkaway.json").read_text("utf-8"))
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name for words in shown for name in re.findall(r"walkaway_\w+", words)}
    assert asked <= known
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) == 9

"""Prompt files are checked when read, read again when edited, and filled in so that nobody's text can reach further."""

import logging
import os
import resource
import shutil
from pathlib import Path

import pytest

from app.ai.prompts import FILES, PromptRefused, Prompts
from app.settings import shipped

VALUES = {
    "comment": "not wanted",
    "language": "",
    "questions": "q",
    "work": "w",
    "instructions": "Write about tides.",
    "template": "One point.",
    "max_score": "7",
    "text": "The moon pulls.",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("prompts"), tmp_path / "prompts"))


def edit(path: Path, text: str) -> None:
    """Writes and moves the time on, so that two edits in one tick differ."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_the_shipped_prompts_are_right() -> None:
    prompts = Prompts(shipped("prompts"))
    for call in ("grading", "template"):
        assert len(prompts.render(call, VALUES).version) == 12


def test_every_request_has_a_fence_of_its_own_that_both_messages_name() -> None:
    prompts = Prompts(shipped("prompts"))
    made = [prompts.render("grading", VALUES) for _ in range(1000)]
    assert len({prompt.fence for prompt in made}) == 1000
    assert all(len(prompt.fence) == 32 and prompt.fence in prompt.system for prompt in made)
    assert all(prompt.user.count(prompt.fence) == 6 for prompt in made)


def test_the_students_text_comes_last_but_for_one_reminder_line() -> None:
    prompt = Prompts(shipped("prompts")).render("grading", VALUES)
    before, after = prompt.user.split("The moon pulls.")
    assert "Write about tides." in before
    assert "One point." in before
    end, reminder = [line for line in after.splitlines() if line]
    assert prompt.fence in end
    assert prompt.fence not in reminder


def test_a_placeholder_in_a_text_stays_text() -> None:
    hostile = "$max_score ${template} $$ $fence {max_score} %s \\1 $"
    prompt = Prompts(shipped("prompts")).render("grading", {**VALUES, "text": hostile, "instructions": hostile})
    assert prompt.user.count(hostile) == 2


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_a_school_does_not_have_is_the_shipped_one_with_one_log_line(
    directory: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    (directory / name).unlink()
    with caplog.at_level(logging.INFO):
        prompts = Prompts(directory)
        call = name.partition("/")[0]
        assert prompts.version(call) == Prompts(shipped("prompts")).version(call)
    (record,) = caplog.records
    assert str(directory / name) in record.getMessage()
    (directory / name).write_text((shipped("prompts") / name).read_text() + "Ours.\n")
    prompt = prompts.render(call, VALUES)
    assert "Ours." in prompt.system + prompt.user


def test_a_prompts_dir_that_is_no_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptRefused, match=r"PROMPTS_DIR is .*nowhere, which is not a folder"):
        Prompts(tmp_path / "nowhere")


def test_a_prompt_file_under_its_old_flat_name_is_refused_and_told_its_new_one(directory: Path) -> None:
    flat = directory / "grading.system.md"
    (directory / "grading/system.md").rename(flat)
    with pytest.raises(PromptRefused, match=r"grading\.system\.md is not read.*Rename it to .*grading/system\.md"):
        Prompts(directory)


@pytest.mark.parametrize(
    ("name", "placeholder"), sorted((file, name) for file, names in FILES.items() for name in names)
)
def test_a_needed_placeholder_that_is_missing_is_named(directory: Path, name: str, placeholder: str) -> None:
    file = directory / name
    file.write_text(file.read_text().replace(f"${placeholder}", ""))
    with pytest.raises(PromptRefused, match=rf"{name}.*\${placeholder}|{name}.*\$\w+ between"):
        Prompts(directory)


@pytest.mark.parametrize("wrong", ["$student_name", "${text_}", "$Text"])
def test_an_unknown_placeholder_is_named(directory: Path, wrong: str) -> None:
    file = directory / "grading/user.md"
    file.write_text(f"{wrong}\n{file.read_text()}")
    with pytest.raises(PromptRefused, match=r"grading/user\.md.*unknown placeholder"):
        Prompts(directory)


@pytest.mark.parametrize("wrong", ["costs $5", "ends with $"])
def test_a_lone_dollar_sign_is_refused_and_a_doubled_one_is_a_dollar_sign(directory: Path, wrong: str) -> None:
    file = directory / "template/system.md"
    good = file.read_text()
    file.write_text(f"{good}{wrong}")
    with pytest.raises(PromptRefused, match=r"write \$\$"):
        Prompts(directory)
    file.write_text(f"{good}costs $$5")
    assert "costs $5" in Prompts(directory).render("template", VALUES).system


def test_what_strangers_wrote_must_stand_between_fences(directory: Path) -> None:
    file = directory / "grading/user.md"
    file.write_text(file.read_text().replace("----- END STUDENT TEXT $fence -----\n", ""))
    with pytest.raises(PromptRefused, match=r"\$text between"):
        Prompts(directory)


def test_nothing_of_the_teacher_may_follow_the_students_text(directory: Path) -> None:
    file = directory / "grading/user.md"
    file.write_text(f"{file.read_text()}\nThe highest score is $max_score.")
    with pytest.raises(PromptRefused, match=r"no other placeholder but \$fence after it"):
        Prompts(directory)


def test_a_prompt_that_is_no_utf8_text_is_refused(directory: Path) -> None:
    (directory / "grading/system.md").write_bytes(b"\xff\xfe")
    with pytest.raises(PromptRefused, match=r"grading/system\.md is not UTF-8"):
        Prompts(directory)


def test_an_edit_is_used_at_once_and_has_a_version_of_its_own(directory: Path) -> None:
    prompts = Prompts(directory)
    before = prompts.version("grading")
    file = directory / "grading/system.md"
    edit(file, f"{file.read_text()}Be kind.\n")
    prompt = prompts.render("grading", VALUES)
    assert prompt.system.endswith("Be kind.\n")
    assert prompt.version == prompts.version("grading") != before
    assert prompts.version("template") == Prompts(shipped("prompts")).version("template")


def test_a_wrong_edit_is_logged_once_and_the_last_good_prompt_stays(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prompts = Prompts(directory)
    before = prompts.version("grading")
    file = directory / "grading/user.md"
    good = file.read_text()
    edit(file, f"{good}$student_name")
    with caplog.at_level(logging.ERROR):
        assert {prompts.render("grading", VALUES).version for _ in range(3)} == {before}
    (record,) = caplog.records
    assert "$student_name" in record.getMessage()
    assert "grading/user.md" in record.getMessage()
    edit(file, f"{good}\nMended.")
    assert "Mended." in prompts.render("grading", VALUES).user


def test_a_file_that_vanishes_for_a_moment_changes_nothing(directory: Path) -> None:
    prompts = Prompts(directory)
    (directory / "grading/user.md").unlink()
    assert prompts.render("grading", VALUES).version == prompts.version("grading")


def test_an_edit_that_comes_while_descriptors_are_out_is_read_at_a_later_call(directory: Path) -> None:
    prompts = Prompts(directory)
    before = prompts.version("grading")
    file = directory / "grading/user.md"
    edit(file, f"{file.read_text()}\nMended.")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        assert prompts.render("grading", VALUES).version == before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "Mended." in prompts.render("grading", VALUES).user

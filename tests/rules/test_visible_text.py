"""What names, titles and texts must have: something to be seen; and how they are compared."""

import unicodedata

import pytest

from tests.rules.quizzes import CHOICE, GAPS, MATCHING, OPEN, SHORT, chosen, question, quiz, saved
from tests.rules.rows import Sql, assignment, refused, row, school, student, submission, teacher

UNSEEN = ["\u200b", "\u2800", "\u3164", "\u00a0\ufeff", "\u0301", "\u2060\u0489", "\U000e0041", "\u115f \u200d"]
TURNING = ["A\u202eB", "\u202aA\u202c", "\u2067A\u2069", "A\nB", "A\u0085B", "A\u2028B"]
DECOMPOSED = "Zoe\u0308"
SEEN = ["A", "é", "\u5357", "👍🏽", "नि", "x\u200b", "\u0e01\u0e34"]


@pytest.mark.parametrize("text", UNSEEN)
async def test_what_nobody_can_see_is_no_name_no_title_and_no_text(sql: Sql, text: str) -> None:
    here = await school(sql)
    for table in ("students", "teachers"):
        with refused(by="name_not_blank"):
            await row(sql, table, name=text, email="a@b")
    with refused(by="name_not_blank"):
        await row(sql, "classes", name=text, teacher_id=here.teacher.id)
    for column, rule in (("title", "title_not_blank"), ("instructions", "instructions_not_blank"),
                         ("correction_template", "template_not_blank")):  # fmt: skip
        with refused(by=rule):
            await assignment(sql, here.teacher, **{column: text})
    with refused(by="content_not_blank"):
        await submission(sql, here.student, here.task, content=text)


@pytest.mark.parametrize("text", SEEN)
async def test_what_can_be_seen_is_a_name(sql: Sql, text: str) -> None:
    await row(sql, "students", name=text, email="a@b")


async def test_the_rule_knows_every_character_that_python_knows(sql: Sql) -> None:
    rows = await sql.fetch(
        """select i, chr(i) ~ r.class as seen
             from generate_series(1, 1114111) i,
                  (select (regexp_match(pg_get_constraintdef(oid), $$'(\\[\\^.*?\\])'$$))[1] as class
                     from pg_constraint where conname = 'content_not_blank' and contypid <> 0 limit 1) r
            where i not between 55296 and 57343"""
    )
    unseen = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
    known = [r for r in rows if unicodedata.category(chr(r["i"])) not in ("Cn", "Co")]
    fillers = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800}
    wrong = [
        hex(r["i"]) for r in known
        if r["seen"] == (unicodedata.category(chr(r["i"])) in unseen or r["i"] in fillers)
    ]  # fmt: skip
    assert len(wrong) < (0 if unicodedata.unidata_version == "14.0.0" else 300) or wrong == []


@pytest.mark.parametrize("text", TURNING)
async def test_a_name_or_title_does_not_turn_the_writing_around(sql: Sql, text: str) -> None:
    here = await school(sql)
    with refused(by="name_plain"):
        await row(sql, "students", name=text, email="a@b")
    with refused(by="title_plain"):
        await assignment(sql, here.teacher, title=text)


async def test_a_student_is_found_whatever_keyboard_wrote_the_name(sql: Sql) -> None:
    here = await school(sql)
    with refused(by="name_plain"):
        await student(sql, name=DECOMPOSED)
    await sql.execute("select api.register($1, 'zoe@example.org', 'hash', sha256('x'), 'sealed')", DECOMPOSED)
    await sql.execute("select api.verify_email(sha256('x'))")
    for search in (DECOMPOSED, "Zo\u00eb", "ZOË"):
        found = await sql.fetch("select name from api.list_students($1, $2, null, null, 9)", here.teacher.token, search)
        assert [r["name"] for r in found] == ["Zo\u00eb"], search


@pytest.mark.parametrize(
    ("instructions", "title"),
    [
        ("\ufeffWrite about gold.\nMore.", "Write about gold."),
        ("\u200b\n \n\x07Bees\x00".replace("\x00", ""), "Bees"),
        ("\u202eevil\u202c line", "evil  line"),
        ("One\u2028Two", "One"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u200b\n" * 150 + "Late", "Untitled"),
        ("x" * 300, "x" * 120),
    ],
)
async def test_a_title_from_the_first_line_is_one_that_is_accepted(sql: Sql, instructions: str, title: str) -> None:
    here = await school(sql)
    assert await sql.fetchval("select assay.title_of($1)", instructions) == title
    await assignment(sql, here.teacher, title=title)


@pytest.mark.parametrize("text", UNSEEN)
async def test_what_nobody_can_see_is_no_option_no_reason_and_no_answer(sql: Sql, text: str) -> None:
    here = await quiz(sql, SHORT, GAPS, OPEN)
    other = await quiz(sql, MATCHING)
    with refused(by="option_says_nothing"):
        await question(sql, here.task, CHOICE, 4, options=chosen("yes", text))
    pairs = [{"text": "one", "pair": "A"}, {"text": "two", "pair": text}]
    with refused(by="pairs_missing"):
        await question(sql, here.task, MATCHING, 4, options=pairs)
    with refused(by="reason_missing"):
        await sql.execute("select assay.set_audit_reason($1)", text)
    key = await sql.fetchval("select key from assay.options where question_id = $1 and number = 1", other.questions[0])
    given = [(here.questions[0], 1, {}), (here.questions[1], 2, {}), (here.questions[2], 1, {}),
             (other.questions[0], 1, {"picked": [key]})]  # fmt: skip
    for asked, times, more in given:
        await saved(sql, here.student, asked, texts=[text] * times, **more)
        kept = await sql.fetchval("select texts from assay.answers where question_id = $1", asked)
        assert kept == [""] * times, "as a blank one, which the views count, and which no AI is asked about"
    assert await sql.fetchval("select assay.questions_for_marking($1, $2)::text", here.task, here.student.id) == "[]"
    with refused(by="nothing_answered"):
        await sql.execute("select api.submit_assignment($1, $2, null, null)", here.student.token, here.task)
    await sql.execute("update assay.answers set texts = $2 where question_id = $1", here.questions[2], [f"{text}Bees"])
    kept = await sql.fetchval("select texts from assay.answers where question_id = $1", here.questions[2])
    assert kept == [f"{text}Bees"]


async def test_a_question_is_found_whatever_keyboard_wrote_it_and_its_title_is_one_that_is_accepted(sql: Sql) -> None:
    owner = await teacher(sql)
    task = await assignment(sql, owner, takes="answers", correction_template=None, max_score=None, published_at=None)
    sent = "array[row('open', $2, $2, 4, null, 'Says why.', null, null, null, null)::api.sent_question]"
    await sql.execute(f"select assay.add_questions($1, {sent})", task, DECOMPOSED)
    kept = await sql.fetchrow("select id, title, prompt from assay.questions")
    assert kept is not None
    assert (kept["title"], kept["prompt"]) == ("Zo\u00eb", DECOMPOSED)
    for search in (DECOMPOSED, "Zo\u00eb", "ZOË"):
        bank = "select count(*) from api.list_bank($1, null, $2, null, null, 9)"
        assert await sql.fetchval(bank, owner.token, search) == 1, search
    again = sent.replace("array[", "").replace("]", "")
    await sql.execute(f"select api.replace_question($1, $3, {again})", owner.token, DECOMPOSED, kept["id"])
    assert await sql.fetchval("select title from assay.questions") == "Zo\u00eb"

"""What students are told of work that no AI marked: never nothing, never a number, in five languages."""

import itertools
import re
from uuid import UUID

import pytest

from tests.rules.quizzes import CHOICE, SHORT, Quiz, keys, quiz, saved
from tests.rules.rows import Sql, only, refused, row

LANGUAGES = ("de", "en", "es", "fr", "sv")
ENCOURAGE = "select assay.encourage($1, $2, $3, $4, $5)"
HAND_IN = "select ((api.submit_assignment($1, $2, null)).submission).id"
COMMENT = "select comment from assay.submissions where id = $1"


async def encouraged(sql: Sql, share: str, language: str, *names: str | None) -> set[str]:
    """What forty submissions are told."""
    best, worst = names or (None, None)
    statement = f"select assay.encourage(uuidv7(), {share}, $1, $2, $3) from generate_series(1, 40)"
    return {r[0] for r in await sql.fetch(statement, language, best, worst)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("share", "band"), [("0", 1), ("0.399", 1), ("0.4", 2), ("0.7", 3), ("0.9", 4), ("1", 4)])
async def test_there_are_three_sentences_for_each_band_and_language(
    sql: Sql, language: str, share: str, band: int
) -> None:
    rows = await sql.fetch(
        "select sentence from assay.encouragements where language = $1 and band = $2", language, band
    )
    told = await encouraged(sql, share, language)
    assert told == {r[0] for r in rows}
    assert len(told) == 3
    with_names = await encouraged(sql, share, language, "Bees", "Wasps")
    assert len(with_names) == 3
    for sentence in told | with_names:
        assert re.search(r"\w{2}", sentence)
        assert not re.search(r"[\d{}]", sentence)
    assert all(("Bees" in one) is (band > 1) and ("Wasps" in one) is (band < 4) for one in with_names)


async def test_the_languages_are_those_five_and_no_sentence_stands_twice(sql: Sql) -> None:
    rows = await sql.fetch("select language, sentence, with_questions from assay.encouragements")
    assert sorted({r["language"] for r in rows}) == list(LANGUAGES)
    assert len({r["sentence"] for r in rows} | {r["with_questions"] for r in rows}) == 120


async def test_who_sits_next_to_each_other_is_told_something_else(sql: Sql) -> None:
    ids = [UUID(int=(0x019A << 112) + (0x7000 << 64) + (0x8000 << 48) + n) for n in range(30)]
    told = [await sql.fetchval(ENCOURAGE, one, 0.5, "en", None, None) for one in ids]
    assert max(told.count(sentence) for sentence in told) < 20
    assert sum(one != other for one, other in itertools.pairwise(told)) > 10
    assert told == [await sql.fetchval(ENCOURAGE, one, 0.5, "en", None, None) for one in ids], "the same each time"


async def test_a_question_without_a_name_or_the_same_one_twice_is_not_named(sql: Sql) -> None:
    for names in ((None, "Wasps"), ("Bees", None), ("Bees", "Bees")):
        assert await encouraged(sql, "0.5", "en", *names) == await encouraged(sql, "0.5", "en")
    assert all("Wasps" in one for one in await encouraged(sql, "0.1", "en", None, "Wasps"))
    assert all("Bees" in one for one in await encouraged(sql, "1", "en", "Bees", None))


NAMES = [
    ("Bees", "What is a bee?", "Bees"),
    (None, " What is a bee? ", "What is a bee?"),
    (None, "Name 3 bees.", None),
    ("Part ٣", "Name bees.", None),
    (None, "A {{x}} flies.", None),
    (None, "Name\nbees.", None),
    (None, "x" * 81, None),
]


@pytest.mark.parametrize(("title", "prompt", "name"), NAMES, ids=range(len(NAMES)))
async def test_a_question_is_called_by_its_title_or_what_it_asks(
    sql: Sql, title: str | None, prompt: str, name: str | None
) -> None:
    here = await quiz(sql, SHORT | {"title": title, "prompt": prompt})
    called = "select assay.question_name(q) from assay.questions q where q.id = $1"
    assert await sql.fetchval(called, here.questions[0]) == name


SPOKEN = [
    ("sv", "", "sv"), ("sv-SE", "", "sv"), (" Svenska", "", "sv"), ("Swedish", "The bees and the birds.", "sv"),
    ("ENGLISH", "", "en"), ("en_GB", "", "en"), ("Deutsch", "", "de"), ("français", "", "fr"), ("Español", "", "es"),
    ("it", "", "it"), ("Klingonese", "", None),
    (None, "Write about the bees and what they do for us.", "en"),
    (None, "Skriv om hur bin och blommor behöver varandra, och varför det är viktigt.", "sv"),
    (None, "Schreibe über die Bienen und warum wir sie brauchen.", "de"),
    (None, "Écris un texte sur les abeilles et pourquoi nous en avons besoin.", "fr"),
    (None, "Escribe sobre las abejas y por qué son tan importantes para nosotros.", "es"),
    (None, "Bzzz!", "en"), (None, "", "en"), ("", "Hur gör man det?", "sv"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words", "code"), SPOKEN, ids=range(len(SPOKEN)))
async def test_a_language_is_known_by_its_name_or_by_its_words(
    sql: Sql, name: str | None, words: str, code: str | None
) -> None:
    assert await sql.fetchval("select assay.language_of($1, $2)", name, words) == code


@pytest.mark.parametrize("language", ["it", None])
async def test_a_language_without_sentences_is_answered_in_english(sql: Sql, language: str | None) -> None:
    statement = "select assay.encourage(uuidv7(), 0.5, $1, null, null)"
    english = await sql.fetch("select sentence from assay.encouragements where language = 'en' and band = 2")
    assert await sql.fetchval(statement, language) in {r[0] for r in english}


async def test_a_school_may_write_its_own_sentences(sql: Sql) -> None:
    await sql.execute("update assay.encouragements set sentence = 'Ad astra!' where (language, band) = ('en', 4)")
    await row(sql, "encouragements", language="la", band=1, number=1, sentence="Perge!")
    assert await encouraged(sql, "1", "en") == {"Ad astra!"}
    assert await encouraged(sql, "0", "la") == {"Perge!"}
    assert "Ad astra!" in await encouraged(sql, "1", "la"), "in English where the language says nothing"
    changed = "select count(*) from assay.audit where table_name = 'encouragements'"
    assert await sql.fetchval(changed) == 4


BROKEN = [
    ("encouragement_number_taken", "encouragements", "number = 1"),
    ("encouragement_language_readable", "encouragements", "language = 'English'"),
    ("encouragement_band_known", "encouragements", "band = 5"),
    ("encouragement_not_blank", "encouragements", "sentence = ' '"),
    ("encouragement_not_blank", "encouragements", "with_questions = repeat('{weakest} ', 60)"),
    ("encouragement_without_numbers", "encouragements", "sentence = 'You got 7.'"),
    ("encouragement_without_numbers", "encouragements", "with_questions = '{weakest} got ٧.'"),
    ("encouragement_names_questions", "encouragements", "sentence = 'Look at {weakest}.'"),
    ("encouragement_names_questions", "encouragements", "with_questions = 'Look at {title}, {weakest}.'"),
    ("encouragement_names_questions", "encouragements", "with_questions = 'Look again.'"),
    ("encouragement_missing", "encouragements", "language = 'xx'"),
]


@pytest.mark.parametrize(("rule", "table", "change"), BROKEN, ids=range(len(BROKEN)))
async def test_an_encouragement_is_never_empty_and_never_a_number(sql: Sql, rule: str, table: str, change: str) -> None:
    with refused(by=rule):
        await sql.execute(f"update assay.{table} set {change} where (language, band) = ('en', 2)")
    for statement in ("delete from assay.encouragements", "truncate assay.encouragements"):
        with refused(by="encouragement_missing"):
            await sql.execute(statement)
    await sql.execute("delete from assay.encouragements where language <> 'en' or number > 1")


async def seated(sql: Sql, **values: object) -> Quiz:
    """A quiz of two questions that have names."""
    specs = CHOICE | {"title": "Bees"}, SHORT | {"title": "Wasps"}
    return await quiz(sql, *specs, **{"encourage": True, "language": "en"} | values)


async def answered(sql: Sql, here: Quiz, word: str) -> UUID:
    """The choice all right, and this word; handed in as a student does."""
    known = await keys(sql, here.questions[0])
    await saved(sql, here.student, here.questions[0], picked=[known[1]])
    await saved(sql, here.student, here.questions[1], texts=[word])
    made: UUID = await sql.fetchval(HAND_IN, here.student.token, here.task)
    return made


async def test_work_that_the_database_marks_is_encouraged_where_the_assignment_says_so(sql: Sql) -> None:
    here = await seated(sql)
    made = await answered(sql, here, "trinary")
    comment = await sql.fetchval(COMMENT, made)
    assert comment == await sql.fetchval(ENCOURAGE, made, 0.5, "en", "Bees", "Wasps")
    assert "“Bees”" in comment
    assert await only(sql, "select count(*) from assay.audit where table_name = 'submissions'") == (1,)
    silent = await seated(sql, encourage=False)
    assert await sql.fetchval(COMMENT, await answered(sql, silent, "binary")) is None


async def test_the_encouragement_speaks_the_language_of_the_questions_unless_told_otherwise(sql: Sql) -> None:
    here = await seated(sql, language=None, instructions="Svara på frågorna om det som vi har läst.")
    made = await answered(sql, here, "trinary")
    assert await sql.fetchval(COMMENT, made) == await sql.fetchval(ENCOURAGE, made, 0.5, "sv", "Bees", "Wasps")


async def test_the_encouragement_follows_the_score_until_a_person_writes_a_comment(sql: Sql) -> None:
    here = await seated(sql)
    made = await answered(sql, here, "trinary")
    correct = "select * from operator.correct_key($1, 'ticket', texts => '{binary,trinary}')"
    await sql.fetch(correct, here.questions[1])
    assert await sql.fetchval(COMMENT, made) == await sql.fetchval(ENCOURAGE, made, 1, "en", "Bees", None)
    await sql.execute("update assay.submissions set score = 2, adjustment = -6 where id = $1", made)
    assert await sql.fetchval(COMMENT, made) == await sql.fetchval(ENCOURAGE, made, 0.25, "en", "Bees", None)
    await sql.execute("update assay.submissions set comment = 'See me.', commented_at = now() where id = $1", made)
    await sql.execute("update assay.submissions set score = 8, adjustment = 0 where id = $1", made)
    assert await sql.fetchval(COMMENT, made) == "See me."


async def test_a_comment_that_an_ai_wrote_stays_when_the_score_changes(sql: Sql) -> None:
    here = await seated(sql)
    made = await answered(sql, here, "trinary")
    await sql.execute("update assay.submissions set comment = 'From afar.' where id = $1", made)
    by_ai = "update assay.answers set score = 4, marked_by = 'ai', provider = 'openai' where texts = '{trinary}'"
    await sql.execute(by_ai)
    assert await sql.fetchval(COMMENT, made) == "From afar."

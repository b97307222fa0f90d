"""The phrases of attempts to talk to the grader, by language: edited without touching code."""


def _listed(words: str) -> tuple[str, ...]:
    """The stems of a comma-separated list, in lower case; `_` is a blank, "
    "at the end of a word that must end there."""
    return tuple(word.strip().replace("_", " ") for word in words.split(",") if word.strip())


Pair = tuple[tuple[str, ...], tuple[str, ...]]

OVERRIDES: tuple[Pair, ...] = tuple(
    (_listed(verbs), _listed(things))
    for verbs, things in (
        # en
        (
            "ignore, disregard, forget, override, bypass, overrule, do not follow, don't follow, stop following",
            "instruction, all previous, previous rule, anything previous, prompt, rubric, guideline, "
            "criteria, template, everything above, the above, "
            "grading rules, your rules, all rules, directions, system message",
        ),
        (
            "give, award, assign, return, output, grant, deserves, respond with, answer with, reply with, print",
            "full marks, full score, full points, full credit, maximum score, maximum mark, maximum point, "
            "highest score, highest mark, highest grade, highest possible, top marks, top score, max score, "
            "max points, perfect score, all the points, maximum number of",
        ),
        # sv
        (
            "ignorera, bortse från, glöm, åsidosätt, strunta i, följ inte",
            "instruktion, anvisning, allt tidigare, alla tidigare, ovanstående, prompt, regler, mall, kriterier",
        ),
        (
            "ge_, ges_, sätt_, tilldela, svara med, dela ut",
            "full poäng, fulla poäng, högsta poäng, maxpoäng, maximal poäng, alla poäng, högsta betyg, full pott",
        ),
        # de
        (
            "ignorier, vergiss, missachte, nicht beachten, außer acht, überschreib, befolge nicht",
            "anweisung, anleitung, alles vorherige, alle vorherigen, alle bisherigen, alles obige, "
            "prompt, regeln, richtlinie, vorlage, kriterien",
        ),
        (
            "gib, geben sie, vergib, vergeben sie, antworte mit, bewerte, verdient",
            "volle punktzahl, höchstpunktzahl, höchste punktzahl, maximale punktzahl, alle punkte, volle punkte, "
            "bestnote",
        ),
        # fr
        (
            "ignore, oublie, ne tenez pas compte, ne tiens pas compte, fais abstraction, faites abstraction, contourne",
            "instruction, consigne, ce qui précède, ci-dessus, prompt, règles, barème, critères",
        ),
        (
            "donne, attribue, accorde, mets, réponds, répondez, mérite",
            "note maximale, tous les points, la meilleure note, score maximal, le maximum de points, "
            "totalité des points",
        ),
        # es, pt, it
        (
            "ignora, ignore, ignorar, olvida, olvide, haz caso omiso, esqueça, esquece, desconsider, dimentica",
            "instruccion, lo anterior, indicacion, reglas, criterio, rúbrica, instruções, instruçõ, regras, "
            "istruzioni, indicazioni, regole",
        ),
        (
            "da_, dale, dame, asigna, otorga, pon_, ponme, responde, merece, dê_, atribua, assegna, dai_",
            "puntuación máxima, máxima puntuación, nota máxima, máxima nota, todos los puntos, puntaje máximo, "
            "pontuação máxima, todos os pontos, punteggio massimo, il massimo dei punti, voto massimo",
        ),
        # da, no, nl, fi, pl
        (
            "ignorer, se bort fra, glem, negeer, vergeet, unohda, ohita, zignoruj, zapomnij, pomiń",
            "instruks, instruktion, anvisning, alt tidligere, alle tidligere, ovenstående, instructie, "
            "alle vorige, bovenstaande, ohjee, "
            "aiemmat, aikaisemmat, instrukcj, polece",
        ),
        (
            "giv_, gi_, tildel, geef, ken toe, anna, przyznaj, daj_",
            "fuld point, fulde point, maksimalt, maksimum, full score, full pott, toppkarakter, topkarakter, "
            "maximale score, volle punten, alle punten, täydet pisteet, maksimipisteet, maksymalną, "
            "pełną liczbę",
        ),
        # ru, uk, zh, ja, ar
        (
            "игнорир, забудь, не обращай внимания, 忽略, 无视, 忘记, 無視, 忘れて, تجاهل, انس_",
            "инструкц, указани, предыдущ, 指令, 指示, 之前, 以上, 上記, 这些要求, التعليمات, السابقة",
        ),
        (
            "поставь, поставьте, дай_, дайте, выстави, 给, 给出, 打, 与えて, 付けて, أعط, امنح",
            "максимальн, высший балл, 满分, 最高分, 満点, 最高点, الدرجة الكاملة, العلامة الكاملة, أعلى درجة",
        ),
    )
)
"""A verb and an object that make an attempt when they stand near each other in one sentence, in either order."""

PHRASES = _listed(
    """
    system prompt, systemprompt, you are now, new instructions:, new instruction:, updated instructions,
    developer mode, dear grader, note to grader, note to the grader, message to the grader, to the ai grader,
    attention grader, attention ai, as an ai, as the grader, you are an ai, dear ai, hey ai, prompt injection,
    jailbreak, end of essay, end of submission, output only, respond only with, reply only with, print only,
    the correct score is, this essay has already been graded, has been pre-approved,
    already verified by the teacher, the teacher has approved, grade this essay as, score this essay as,
    till den som rättar, kära ai, du är nu,
    nya instruktioner, svara endast med, rätt poäng är, har redan rättats,
    liebe ki, du bist jetzt, neue anweisung, antworte nur mit, wurde bereits bewertet, an die ki,
    hinweis an den korrektor, chère ia, tu es maintenant, nouvelles instructions, réponds uniquement,
    répondez uniquement, note au correcteur, querida ia, ahora eres, nuevas instrucciones, responde solo,
    responde únicamente, nota para el corrector, jesteś teraz, nowe instrukcje, je bent nu, nieuwe instructies,
    sei ora, nuove istruzioni, você agora é, olet nyt, ты теперь,
    новые инструкции, 系统提示, 你现在是, 新的指令, システムプロンプト,
    あなたは今, أنت الآن,
    """
)
"""Phrases that make an attempt alone."""

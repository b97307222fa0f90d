"""The words that stand around a number of points in instructions, in twelve languages; all lower case."""

import re


def _any(words: str) -> str:
    """A pattern for any of `words`: pieces of pattern separated by commas, each a whole word."""
    return (
        rf"(?<!\w)(?:{'|'.join(word.strip() for word in words.replace(chr(10), ',').split(',') if word.strip())})(?!\w)"
    )


UNIT = re.compile(
    r"[ \t\u00a0\u202f]{0,2}[-‑]?"
    + _any(
        """points?, pts?, marks?, (?:gold )?coins?
        poängs?, guldmynt, poeng, guldmønter, gullmynter, point, pistettä, pistett, piste(?:en)?, kultakolikkoa
        punkten?, pkt, be(?=\\W|$), goldmünzen?, punten, punt, gouden munten
        pièces?(?: d['’]or)?, puntos?, ptos?, monedas?(?: de oro)?, punti, punto, monete(?: d['’]oro)?, pontos?
        valores, moedas
        punkty, punktów, punkt, punkter"""
    ).replace(r"(?<!\w)", "", 1)
)
"""What follows a number of points."""

VAGUE_UNIT = re.compile(r"[ \u00a0]?p(?!\w)")
"""Swedish points or anybody's pages: enough beside a word that says maximum, alone only seen."""

TOTAL = re.compile(
    _any(
        """(?:grand )?totals?, overall, altogether, in all, sum
        totalt, totalpoäng, totala?, sammanlagt, summa, totalsumma, i alt, samlet, samlede, yhteensä, yhteispistemäärä
        summe, gesamt, gesamtpunkt\\w*, gesamtsumme, gesamtnote, gesamtzahl, insgesamt, totaal
        en tout, au total, totale?, suma, complessivamente, razem, łącznie, łączna"""
    )
)

MAX = re.compile(
    _any(
        """max, maxi, maximum, maximums, at most, up to, highest, highest possible, possible, achievable, attainable
        available
        full (?:marks?|score|points?|credit), top (?:marks?|score)
        maximal\\w*, maxpoäng\\w*, maximipoäng, högsta?, upp till, som mest, full poäng, højst, op til, opptil, inntil
        maks\\w*, høyst
        höchste[nrs]?, höchstens, höchst\\w*punkt\\w*, maximalpunkt\\w*, bis zu, erreichbar\\w*, volle punktzahl
        jusqu['’]à, au plus, máxim[oa]s?, maxima, hasta, massim[oa], fino a, até
        ten hoogste, hoogstens, maximaal, tot, enintään, korkeintaan, najwyżej, z możliwych"""
    )
)

WORTH = re.compile(
    _any(
        """worth, carries, counts? for, out of, out of a, out of the, graded on
        ger, kan ge, är värd\\w*, giver, gir, er verdt, er værd, arvoinen
        wert, zählt, ergibt, vergeben, erreichen, erzielen, erhalten, levert, waard
        vaut, compte pour, rapporte, vale[n]?, wart[eay]?"""
    )
)
"""Words that make a number of points a maximum only when its unit is there too."""

LEAST = re.compile(
    _any(
        """min, minimum, at least, more than, over, less than, fewer than, below, under, above, pass, passing, need
        needs
        require[sd]?, threshold, bonus\\w*, extra, minus, deduct\\w*, lose, loses, loss, lost, penalt\\w*
        subtract\\w*, late
        minst, mer än, mindre än, fler än, färre än, godkänt, godkänd, krävs, gräns\\w*, avdrag\\w*, försen\\w*
        minuspoäng
        mindestens, minimal\\w*, mehr als, weniger als, unter, über, bestanden, bestehen, zusätzlich\\w*, abzug\\w*
        verspät\\w*
        au moins, plus de, moins de, supplémentaires?, pénalit\\w*, retard, seuil
        al menos, por lo menos, mínim[oa], más de, menos de, aprobar, penaliza\\w*, retraso, adicional\\w*
        almeno, minim[oa], più di, meno di, pelo menos, mais de, menos de, sufficienza
        ten minste, minstens, minimaal, meer dan, minder dan, mindst, mere end, mindre end, minstekrav\\w*
        beståelsesgrænse\\w*
        font\\w*, size, spacing, times, arial, calibri, margins?, teckenstorlek, typsnitt, radavstånd, schrift\\w*
        police, taille
        fuente, letra, tamaño, carattere, lettertype, skrifttype
        list, mention, discuss, bullet, key, main, nämn, lista, nenne, mentionnez, citez, enumera, menciona
        vähintään, yli, alle, co najmniej, minimalnie, powyżej, poniżej"""
    )
)
"""Before a number: it is a least, a bonus, a deduction, the size of a font or a count of arguments, no maximum."""

NO_MORE = re.compile(
    r"(?:(?:no|not|never|cannot|can['’]t|won['’]t)(?: \w+){0,2} more than|cannot exceed|not exceed(?:ing)?|"
    r"inte (?:mer|fler) än|"
    r"nicht mehr als|pas plus de|no más de|non più di|não mais de|niet meer dan|ikke mere? e(?:nd|nn))"
)

AFTER_NOT = re.compile(
    _any(
        """to pass, pass, passing, needed, required, bonus\\w*, extra, deduct\\w*, penalty, off, lost, lose
        subtracted, late
        of view, font, times, arial, in favou?r, against, of criticism, of interest, or more, or less, or fewer
        and above, and over, minimum, per day
        för godkänt, för att bli godkänd, för e, krävs, räcker, avdrag\\w*, dras av, eller mer, minimum, minst
        bestehen, bestanden, nötig, erforderlich, abzug, abgezogen, oder mehr, mindestens
        pour (?:réussir|valider), nécessaires?, requis, en moins, de pénalité, retirés, ou plus, minimum, au moins
        para aprobar, necesarios, menos, o más, como mínimo, para passar, per superare, necessari
        voor een voldoende, nodig, aftrek, for at bestå, for å bestå, vaaditaan"""
    )
)
"""After a number and its unit: the same."""

AFTER_PART = re.compile(
    _any(
        """each, per, apiece, every, for, from, of which, of these, if, when
        var, vardera, styck, för, av dessa, varav, om, hver, pr
        je, jeweils, pro, für, davon, wenn, falls, elk, voor, als
        chacune?, chaque, par, pour, dont, si, cada, por, para, ciascun\\w*, per, kukin, za"""
    )
)
"""Straight after a number and its unit: it is the points of a part."""

_WORK = (
    r"(?:essays?|assignment|work|paper|test|exam|text|report|uppsats\w*|inlämning\w*|texten|provet|aufsatz|"
    r"arbeit|text|klausur|"
    r"travail|devoir|rédaction|dissertation|texte|essai|ensayo|trabajo|tarea|texto|redacción|tema|compito|"
    r"saggio|elaborato|"
    r"testo|trabalho|redação|ensaio|opgaven|oppgaven|stilen|opdracht|tekst|esseestä|esej|pracę)(?!\w)"
)
WORK = re.compile(rf"[ \u00a0-]{_WORK}")
WHOLE_WORK = re.compile(
    r"\w{2,4} (?:this|the|your|whole|entire|hela|denna|den|det|die|das|diese[nrs]?|der|ce|cet|cette|le|la|el|"
    r"este|esta|il|lo|"
    r"questo|questa|o|a|dit|deze|het|de|dette|denne|to|tę|tą|całą|całość)?(?: ?(?:complete|whole|entire|full|l['’]))? ?"
    + _WORK
)
"""`for the essay`, `för uppsatsen`: a part that is the whole."""

PART_WORD = (
    r"(?:parts?|questions?|sections?|tasks?|exercises?|criteri(?:on|a)|problems?|steps?|paragraphs?|items?|level|"
    r"del|delar|fråga|frågor|uppgift|avsnitt|kriterium|nivå|steg|teil|teile|aufgabe|frage|abschnitt|schritt|stufe|"
    r"partie|exercice|critère|étape|niveau|parte|pregunta|ejercicio|apartado|criterio|sección|nivel|domanda|"
    r"esercizio|sezione|"
    r"questão|pergunta|exercício|opgave|spørgsmål|oppgave|spørsmål|vraag|deel|onderdeel|osa|kysymys|tehtävä|"
    r"część|pytanie|zadanie|"
    r"page|sida|seite|nr|no)"
)
PART = re.compile(
    rf"(?<!\w)(?i:{PART_WORD})(?:[ \u00a0]?[0-9]{{1,3}}(?!\w)|[ \u00a0](?:[A-ZÅÄÖ]|[IVX]{{1,4}})(?!\w)|"
    rf"[ \u00a0][a-zåäö][).:])"
)
"""`Part A`, `question 3`, `Teil II`
`del a)`; the case of what it looks into must be kept: `Uppgift i historia` is none."""

PART_BEFORE = re.compile(rf"(?<!\w){PART_WORD} ?$")
PARTS = re.compile(
    _any(
        """each, every, per, varje, jede[mnrs]?, pro, je (?:frage|aufgabe|teil), chaque
        par (?:question|partie|exercice), cada, ogni, hver, hvert, elke?, jokainen
        każd\\w*
        questions, parts, sections, tasks, exercises, criteria, criterion, problems, answers?, mistakes?, errors?
        correct
        frågor, delar, uppgifter, svar, fel, rätt, kriterier, fragen, teile, aufgaben, antwort\\w*, fehler
        richtig\\w*, kriteri\\w*
        parties, exercices, réponses?, erreurs?, fautes?, partes, preguntas, ejercicios, respuestas?, errores, faltas
        domande, esercizi, rispost[ae], perguntas, exercícios, vragen, delen, antwoord\\w*, opgaver, oppgaver
        spørgsmål, tehtävää, kysymystä, pytania, zadania"""
    )
)
MULTIPLIED = re.compile(r"[0-9][ \u00a0]?(?:×|\*|x|times|mal|gånger|ggr|fois|veces|volte|vezes|keer|razy)[ \u00a0]?$")
"""Before a number: it counts once for each of several."""

COURSE = re.compile(
    _any(
        """courses?, course['’]s, semester\\w*, term, year, module
        kurs(?:en|ens|er)?, läsår\\w*, termin\\w*, kurset, kurses, semestre, cours, année, curso, corso, modul\\w*
        cursus, kurssi\\w*"""
    )
)

_GRADED = _any(
    """grade, graded, grading, mark, marked, marks, score, scored, scores, scoring, assessed, evaluated, rated
    scale, points?
    bedöms, bedömning, betyg\\w*, poängsätts, poäng, \\w*skala[n]?, bedømmes, vurderes, karakter\\w*, arvos\\w+
    arvioidaan, asteik\\w+
    bewertet, bewertung, benotet, note, punkt\\w*, beoordeeld, cijfer, schaal
    noté[es]*, notation, évaluation, valutazione, avaliação, evalúa, évalué[es]*, barème, échelle, notes?
    calific\\w+, evalua\\w*, puntu\\w+, puntúa, notas?, escala, voto, valutat\\w+, punteggio, scala, avaliad\\w+
    pontuação
    ocenian\\w+, ocena, skali, skala"""
)
SCALE = re.compile(_GRADED)
GRADED_OUT_OF = re.compile(
    rf"{_GRADED}[^0-9]{{0,30}}(?<!\w)(?:out of|on|av|von|sur|sobre|su|em|op|af|na|z|/)[ \u00a0]?$"
)
SLASH = re.compile(r"(?:^|[\s(\[_x.…:|*–-])/[ \u00a0]?$")
SOME_OF = re.compile(
    r"[0-9][ \u00a0]?(?:/|out of|of|av|von|sur|sobre|su|de|em|op|af|z|van)[ \u00a0]?(?:the |max |maximal |"
    r"maximum |totalt )?$"
)
FROM_ZERO = re.compile(
    r"(?:^|[^\w.,/–-]|(?:from|between|von|zwischen|mellan|från|entre|de|da|van|fra|mellem|mellom|tra|od) )[01]"
    r"[ \u00a0]?(?:-|–|—|to|and|bis|und|till|och|à|et|a|al|y|tot|en|til|og|e|do|\.\.\.?|…)[ \u00a0]?$"
)
BAND = re.compile(
    r"[0-9][ \u00a0]?(?:-|–|—|to|and|or|bis|und|oder|till|och|eller|à|et|ou|a|y|o|e|tot|en|of|til|og|do|i|"
    r"lub)[ \u00a0]?$"
)

OTHER_NOUN = re.compile(
    r"[ \u00a0-]{0,2}(?:%|percent|procent|prozent|pour cent|por ciento|words?|ord|wörter|mots|palabras|parole|"
    r"palavras|woorden|sanaa|słów|"
    r"pages?|sidor|seiten|páginas|pagine|sider|pagina['’]s|sivua|stron|lines?|rader|zeilen|lignes|líneas|"
    r"characters|tecken|zeichen|"
    r"caractères|caracteres|minutes?|min|minuter|minuten|minutos|minuti|hours?|timmar|stunden|heures|horas|"
    r"days?|dagar|tage|jours|días|"
    r"weeks?|veckor|wochen|semaines|semanas|years?|år|jahre|ans|años|anni|o['’]clock|uhr|h\b|kl\b|am\b|pm\b|"
    r"students?|elever|schüler|élèves|"
    r"questions?|frågor|fragen|preguntas|sources?|källor|quellen|fuentes|paragraphs?|stycken|absätze|"
    r"paragraphes|párrafos|sentences?|"
    r"meningar|sätze|phrases|frases|exemples?|examples?|exempel|beispiele|credits?|hp\b|ects|st\b|nd\b|rd\b|"
    r"th\b|[:/][0-9]|°)"
)
"""What a number counts when it counts no points."""

JUST_SCORE = re.compile(
    r"(?:[\s:=|*_–(-]|(?:is|are|of|the|be|number|antal|anzahl|nombre|número|numero|can|you|get|receive|score|"
    r"marks?|points?|grade|possible|achievable|"
    r"for|this|essay|assignment|"
    r"är|på|poäng|poängen|poängsumma|betyg|kan|du|få|för|uppgiften|ist|sind|punktzahl|punkte|beträgt|der|die|"
    r"das|aufgabe|est|de|la|note|sur|"
    r"points|du|devoir|es|puntuación|nota|calificación|puntos|del|el|punteggio|voto|è|pontuação|é|poeng|"
    r"poengsum|er|point|pointtal|aantal|"
    r"punten|cijfer|het|pistemäärä|pisteet|on|liczba|punktów|wynik|wynosi|to|total|totale|totala?|gesamt)(?!\w))*$"
)
POINTS_LABEL = re.compile(
    r"[ *_|•·-]*(?:points|marks|poäng|punkte|puntos|punti|pontos|punten|poeng|point|pisteet|punkty)[ *_]*[:=|][ *_]*"
)
SCORE_WORD = re.compile(
    r"score|marks?|points?|grade|po[äa]ng|betyg|punkt|note|puntuaci|nota|calificaci|punte|voto|pontua|poeng|"
    r"karakter|cijfer|piste|"
    r"arvosana|wynik|ocena"
)

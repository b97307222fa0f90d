"""Words for parts, for whose work it is, and for numbers that are no maximum: the second table of maximum_words."""

from collections.abc import Mapping

OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    # It is a least, a bonus, a deduction, the size of a font or a count of arguments.
    "least": {
        "en": (
            "min, minimum, at least, more than, over, less than, fewer than, below, under, above, pass, passing, "
            "need, needs, pm, require, requires, required, threshold, bonus, bonuses, extra, minus, deduct*, "
            "lose, loses, loss, lost, penalt*, subtract*, late, font*, size, spacing, times, arial, calibri, "
            "margin, margins"
        ),
        "sv": (
            "minst, mer än, mindre än, fler än, färre än, godkänt, godkänd, krävs, gräns*, avdrag*, försen*, "
            "minuspoäng, teckenstorlek, typsnitt, radavstånd"
        ),
        "de": (
            "mindestens, minimal*, mehr als, weniger als, unter, über, bestanden, bestehen, zusätzlich*, abzug*, "
            "verspät*, schrift*, ab"
        ),
        "fr": (
            "au moins, plus de, moins de, supplémentaire, supplémentaires, pénalit*, retard, seuil, police, "
            "taille, minimale"
        ),
        "es": (
            "al menos, por lo menos, mínimo, mínima, más de, menos de, aprobar, penaliza*, retraso, adicional*, "
            "fuente, letra, tamaño"
        ),
        "it": "almeno, minimo, minima, più di, meno di, sufficienza, carattere",
        "pt": "no mínimo, pelo menos, mais de",
        "nl": "ten minste, minstens, minimaal, meer dan, minder dan, lettertype",
        "da": "mindst, mere end, mindre end, beståelsesgrænse*, skrifttype",
        "no": "minstekrav*, mer enn",
        "fi": "vähintään, yli, alle",
        "pl": "co najmniej, minimalnie, minimaln*, powyżej, poniżej",
        "ru": "минимальный, не менее",
    },
    # Straight before a number: it counts arguments.
    "argue": {
        "en": "list, mention, discuss, bullet, key, main, make, give me",
        "sv": "nämn, lista",
        "de": "nenne",
        "fr": "mentionnez, citez",
        "es": "enumera, menciona",
    },
    # The same as a least, behind the number and its unit.
    "not_after": {
        "en": (
            "to pass, pass, passing, needed, required, bonus*, extra, deduct*, penalty, off, lost, lose, "
            "subtracted, late, of view, font, times, arial, in favour, in favor, against, of criticism, of "
            "interest, or more, or less, or fewer, and above, and over, minimum, per day, about"
        ),
        "sv": "för godkänt, för att bli godkänd, för e, krävs, räcker, avdrag*, dras av, eller mer, minst",
        "de": "bestehen, bestanden, nötig, erforderlich, abzug*, abgezogen, oder mehr, mindestens",
        "fr": (
            "pour réussir, pour valider, nécessaire, nécessaires, requis, en moins, de pénalité, retirés, ou "
            "plus, au moins"
        ),
        "es": "para aprobar, necesarios, menos, o más, como mínimo, mínimo",
        "pt": "para passar",
        "it": "per superare, necessari",
        "nl": "voor een voldoende, nodig, aftrek",
        "da": "for at bestå",
        "no": "for å bestå",
        "fi": "vaaditaan",
    },
    # A later word against an earlier one.
    "amend": {
        "en": "ignore, instead, disregard, changed to, raised to, lowered to",
    },
    # Part of a whole, numbered or not.
    "part": {
        "en": (
            "part, question, section, segment, criterion, chapter, problem, step, paragraph, item, level, module, "
            "stage, unit, q, answer, response, mistake, error"
        ),
        "sv": "del, fråga, avsnitt, segment, kriterium, nivå, steg, kapitel, svar, fel",
        "da": "del, spørgsmål, afsnit, segment, kriterium, kapitel",
        "no": "del, spørsmål, avsnitt, segment, kriterium, kapittel",
        "fi": "osa, osio, kysymys, jakso, kappale, kohta",
        "de": "teil, frage, abschnitt, segment, schritt, stufe, kapitel, kriterium, teilaufgabe, antwort, fehler",
        "nl": "deel, onderdeel, vraag, segment, sectie, hoofdstuk, criterium, antwoord",
        "fr": "partie, section, segment, critère, étape, niveau, chapitre, réponse, erreur, faute",
        "es": "parte, pregunta, apartado, criterio, sección, segmento, nivel, capítulo, respuesta",
        "it": "parte, domanda, sezione, segmento, criterio, capitolo, risposta",
        "pt": "questão, pergunta, secção, seção, segmento, capítulo, resposta",
        "pl": "część, pytanie, segment, rozdział, sekcja",
        "cs": "část, otázka, oddíl",
        "ru": "часть, вопрос, раздел, сегмент",
        "uk": "частина, питання",
        "el": "μέρος, ερώτηση",
        "tr": "bölüm, soru",
        "hu": "rész, kérdés",
        "ro": "partea, întrebarea, secțiunea",
        "ar": "السؤال, القسم, الجزء",
        "fa": "سوال, بخش",
        "he": "שאלה, חלק",
        "hi": "प्रश्न, खंड, भाग",
        "zh": "部分, 题",
        "ja": "問, 問題, 設問, 第",
        "ko": "문제, 문항, 부분",
        "th": "ข้อ, ตอน",
    },
    # A part when it is numbered; else the whole may be meant.
    "task": {
        "en": "task, exercise, activity, essay",
        "sv": "uppgift",
        "de": "aufgabe",
        "fr": "exercice",
        "es": "ejercicio, actividad",
        "it": "esercizio",
        "pt": "exercício",
        "da": "opgave",
        "no": "oppgave",
        "fi": "tehtävä",
        "pl": "zadanie",
        "ru": "задание",
    },
    # What follows is said of something in the task.
    "aside": {
        "en": "which, who, whom, whoever, where, whose, game",
        "sv": "där, vilken, vilket, spel",
        "de": "in dem, in der, in denen, wobei, spiel",
        "fr": "qui, où, lequel, jeu",
        "es": "donde, quien, juego",
        "it": "dove, chi, gioco",
        "pt": "onde, quem, jogo",
        "nl": "waarin, wie, spel",
        "fi": "jossa, joka, peli",
        "pl": "gdzie, który, gra",
    },
    # Several parts: behind a number they are its count.
    "parts": {
        "en": (
            "parts, questions, sections, segments, tasks, exercises, criteria, problems, answers, mistakes, "
            "errors, steps, paragraphs, items, essays, chapters, correct, categories, activities, arguments, reasons"
        ),
        "sv": "frågor, delar, uppgifter, svar, fel, rätt, kriterier, avsnitt",
        "de": "fragen, teile, teilen, aufgaben, antworten, fehler, richtig*, kriterien, abschnitte",
        "fr": "parties, exercices, réponses, erreurs, fautes, questions, critères, sections",
        "es": "partes, preguntas, ejercicios, respuestas, errores, faltas, criterios, secciones",
        "it": "domande, esercizi, risposte, parti, criteri, sezioni",
        "pt": "perguntas, exercícios, questões, critérios",
        "nl": "vragen, delen, antwoorden, opdrachten, onderdelen, criteria",
        "da": "opgaver, spørgsmål, dele",
        "no": "oppgaver, spørsmål, deler",
        "fi": "tehtävää, kysymystä, osaa",
        "pl": "pytania, pytań, zadania, zadań, części",
        "ru": "вопросов, вопроса, заданий, задания",
    },
    # What a criterion looks at.
    "aspect": {
        "en": (
            "spelling, grammar, content, style, structure, organization, organisation, mechanics, thesis, "
            "evidence, language, vocabulary, punctuation, introduction, body, conclusion, clarity, creativity, "
            "formatting, presentation, argument, argumentation, research, citations, spag, coherence, "
            "originality, handwriting, neatness, effort, participation"
        ),
        "sv": "stavning, grammatik, innehåll, språk, stil, struktur, disposition, inledning, avslutning",
        "de": (
            "rechtschreibung, grammatik, inhalt, sprache, stil, aufbau, ausdruck, form, einleitung, hauptteil, "
            "schluss, gliederung"
        ),
        "fr": "orthographe, grammaire, fond, forme, contenu, style, structure, langue, vocabulaire",
        "es": "ortografía, gramática, contenido, estilo, estructura, redacción, vocabulario, presentación",
        "it": "ortografia, grammatica, contenuto, stile, struttura, lessico, forma",
        "pt": "ortografia, gramática, conteúdo, estilo, estrutura",
        "nl": "spelling, grammatica, inhoud, taal, stijl, structuur, opbouw",
        "da": "stavning, grammatik, indhold, sprog",
        "no": "rettskriving, grammatikk, innhold, språk",
        "fi": "oikeinkirjoitus, kielioppi, sisältö, rakenne, kieli, tyyli",
        "pl": "ortografia, gramatyka, treść, styl, język, kompozycja",
        "ru": "орфография, грамматика, содержание, стиль",
    },
    # The number counts for each of several.
    "each": {
        "en": "each, every, per, apiece, all questions, all parts, all sections, all tasks",
        "sv": "varje, vardera, styck, per",
        "de": "jede, jeder, jedes, jeden, jedem, je frage, je aufgabe, je teil, pro, jeweils, zu je",
        "fr": "chaque, chacune, chacun, par question, par partie, par exercice",
        "es": "cada, cada una, cada uno",
        "it": "ogni, ciascuna, ciascuno, ciascun",
        "pt": "cada, cada um, cada uma",
        "nl": "elke, elk, per",
        "da": "hver, hvert, pr",
        "no": "hver, hvert",
        "fi": "jokainen, kukin, kustakin",
        "pl": "każd*, po",
        "ru": "каждый, каждая, каждое, за каждый, каждого",
        "zh": "每, 每题",
        "ja": "各, ずつ",
        "ko": "각, 씩",
    },
    # What follows is what the points are given for.
    "for": {
        "en": "for, from, of which, of these, if, when",
        "sv": "för, av dessa, varav, om",
        "da": "for, om",
        "de": "für, davon, wenn, falls",
        "nl": "voor, als",
        "fr": "pour, dont, si",
        "es": "por, para, si",
        "it": "per",
        "pl": "za",
        "ru": "за",
    },
    # The whole work.
    "work": {
        "en": (
            "essay, essays, assignment, work, paper, test, exam, examination, text, report, piece, project, "
            "homework, submission, quiz"
        ),
        "sv": "uppsats*, inlämning*, texten, provet, uppgiften, uppgift",
        "da": "opgaven, stilen, besvarelsen",
        "no": "oppgaven, teksten, oppgave",
        "fi": "esseestä, essee, tehtävä, koe",
        "de": "aufsatz, arbeit, text, klausur, aufgabe, test",
        "nl": "opdracht, tekst, examen",
        "fr": "travail, devoir, rédaction, dissertation, texte, essai, exercice",
        "es": "ensayo, trabajo, tarea, texto, redacción, examen, ejercicio",
        "it": "tema, compito, saggio, elaborato, testo, esercizio",
        "pt": "trabalho, redação, ensaio, exercício",
        "pl": "esej, pracę, praca, zadanie",
    },
    # Not the work but the course that it belongs to.
    "course": {
        "en": "course, courses, course's, semester*, term, year",
        "sv": "kurs, kursen, kursens, kurser, läsår*, termin*",
        "de": "kurs, kurses, semester",
        "fr": "semestre, cours, année",
        "es": "curso",
        "it": "corso",
        "nl": "cursus",
        "da": "kurset",
        "fi": "kurssi*",
    },
    # What a number counts that counts no points.
    "other": {
        "en": (
            "percent, word, words, page, pages, line, lines, characters, minute, minutes, min, hour, hours, hr, "
            "hrs, mins, day, days, week, weeks, year, years, o'clock, h, am, pm, student, students, source, "
            "sources, sentence, sentences, example, examples, credit, credits, ects, st, nd, rd, th, sums, "
            "people, pupils, swords, %, °, million, percent"
        ),
        "sv": (
            "procent, ord, sidor, rader, tecken, minuter, timmar, dagar, veckor, år, kl, elever, källor, stycken, "
            "meningar, exempel, hp"
        ),
        "de": (
            "prozent, wörter, seiten, zeilen, zeichen, minuten, stunden, tage, wochen, jahre, uhr, schüler, "
            "quellen, absätze, sätze, beispiele"
        ),
        "fr": (
            "pour cent, mots, lignes, caractères, heures, jours, semaines, ans, élèves, paragraphes, phrases, exemples"
        ),
        "es": (
            "por ciento, palabras, páginas, líneas, caracteres, minutos, horas, días, semanas, años, fuentes, "
            "párrafos, frases"
        ),
        "it": "parole, pagine, minuti, anni, righe",
        "pt": "palavras",
        "nl": "woorden, pagina's",
        "da": "sider",
        "fi": "sanaa, sivua",
        "pl": "słów, stron",
    },
    # Between factors.
    "times": {
        "all": "x, ×, *, times, mal, gånger, ggr, fois, veces, volte, vezes, keer, razy, @",
    },
    # Between the ends of a range.
    "to": {
        "all": "-, –, —, to, and, bis, und, till, och, à, et, a, al, y, tot, en, til, og, e, do, …, ~, 〜, ～",
    },
    # Between alternatives.
    "or": {
        "all": "or, oder, eller, ou, o, lub",
    },
    # Words that may stand between a label and its number.
    "link": {
        "en": (
            "is, are, of, the, be, a, number, can, you, get, receive, earn, achieve, for, this, that, possible, "
            "to, number of, here, i, will, score, has, in, on"
        ),
        "sv": "är, på, kan, du, få, för, antal, den",
        "da": "er, antal",
        "no": "er, antall",
        "fi": "on, lukumäärä",
        "de": "ist, sind, beträgt, der, die, das, anzahl, es, können, von",
        "nl": "het, aantal, bedraagt, is, voor, dit",
        "fr": "est, de, la, le, sur, du, des, nombre, cette, ce, les, d, une",
        "es": "es, de, del, el, la, los, número",
        "it": "è, numero, dei, il",
        "pt": "é, número, da, do, o",
        "pl": "to, wynosi, liczba, jest",
        "cs": "počet",
        "ru": "количество, равен, составляет, это",
        "uk": "кількість",
        "zh": "为, 是, 共",
        "ja": "は, で, 計",
        "ko": "은, 는",
        "ar": "هي, هو, من",
    },
}

"""The words that stand around a number of points in instructions, in twelve languages, all in lower case."""

import re
from re import Pattern


def _words(*groups: str) -> str:
    """One alternation of the words of every language, each a whole word."""
    return rf"(?<!\w)(?:{'|'.join(group for group in groups)})(?!\w)"


UNIT = (
    r"[ \t\u00a0\u202f]{0,2}[-‑]?(?:points?|pts?|marks?|(?:gold )?coins?|poängs?|guldmynt|punkten?|pkt|be(?=\W|$)|goldmünzen?"
    r"|pièces?(?: d['’]or)?|puntos?|ptos?|monedas?(?: de oro)?|poeng|punti|punto|monete(?: d['’]oro)?|pontos?|valores|moedas"
    r"|punten|punt|pistettä|pistett|piste(?:en)?|punkty|punktów|punkter)(?!\w)"
)
"""What follows a number of points."""

VAGUE_UNIT = r"[ \u00a0]?p(?![\w])"
"""Swedish points or anybody's pages: enough beside a word that says maximum, alone only seen."""

TOTAL = _words(
    "(?:grand )?totals?",
    "overall",
    "altogether",
    "in all",
    "totalt",
    "sammanlagt",
    "summa",
    "totalsumma",
    "totalpoäng",
    "summe",
    "gesamt(?:punkt\\w*|summe|note|zahl)?",
    "insgesamt",
    "en tout",
    "totale?",
    "suma",
    "i alt",
    "samlet",
    "totaal",
    "complessivamente",
    "yhteensä",
    "razem",
    "łącznie",
)
MAX = _words(
    "max",
    "maxi",
    "maximum",
    "maximums?",
    "maximal\\w*",
    "maxpoäng\\w*",
    "maximalt",
    "maximipoäng",
    "högst[a]?",
    "upp till",
    "up to",
    "at most",
    "highest(?: possible)?",
    "possible",
    "full (?:marks?|score|points?)",
    "top (?:marks?|score)",
    "höchst(?:e[rsn]?|ens|\\w*punkt\\w*)",
    "bis zu",
    "erreichbar\\w*",
    "volle punktzahl",
    "full poäng",
    "jusqu['’]à",
    "au plus",
    "máxim[oa]s?",
    "maxima",
    "hasta",
    "højst",
    "op til",
    "opptil",
    "inntil",
    "maks\\w*",
    "ten hoogste",
    "hoogstens",
    "maximaal",
    "massim[oa]",
    "fino a",
    "até",
    "no máximo",
    "enintään",
    "korkeintaan",
    "najwyżej",
    "z możliwych",
)
WORTH = _words(
    "worth",
    "carries",
    "counts? for",
    "ger",
    "kan ge",
    "är värd\\w*",
    "wert",
    "zählt",
    "vaut",
    "vale[n]?",
    "compte pour",
    "giver",
    "gir",
    "er verdt",
    "levert",
    "waard",
    "valt",
    "arvoinen",
    "wart[eay]?",
    "vergeben",
    "erreichen",
    "rapporte",
)
GRADED = (
    r"(?:grade|graded|grading|mark|marked|marks|score|scored|scores|scoring|assessed|evaluated|rated|scale|points?|"
    r"bedöms|bedömning|betyg\w*|poängsätts|skala\w*|\w*skala[n]?|bewertet|bewertung|benotet|note|punkt\w*|noté[es]*|notation|évalué[es]*|barème|échelle|"
    r"calific\w+|evalua\w*|puntu\w+|puntúa|notas?|escala|voto|valutat\w+|punteggio|scala|avaliad\w+|beoordeeld|cijfer|schaal|"
    r"bedømmes|vurderes|karakter\w*|skala|arvos\w+|asteik\w+|ocenian\w+|ocena|skali|w skali)"
)
OUT_OF = r"(?:out of|on|av|von|sur|sobre|su|em|op|af|na|z|/)"
FROM_ZERO = re.compile(
    r"(?:^|[^\w.,/–-]|(?:from|between|von|zwischen|mellan|från|entre|de|da|van|fra|mellem|mellom|tra|od) )(?:0|1)"
    r"[ \u00a0]?(?:-|–|—|to|and|bis|und|till|och|à|et|a|al|y|tot|en|til|og|e|do|\.\.\.?|…)[ \u00a0]?$"
)
BAND = re.compile(r"[0-9][ \u00a0]?(?:-|–|—|to|bis|till|à|a|tot|til|do)[ \u00a0]?$")
LEAST = _words(
    "min",
    "minimum",
    "at least",
    "minst",
    "mindestens",
    "minimal\\w*",
    "au moins",
    "minimum de",
    "al menos",
    "por lo menos",
    "mínim[oa]",
    "mindst",
    "ten minste",
    "minstens",
    "minimaal",
    "almeno",
    "minim[oa]",
    "pelo menos",
    "vähintään",
    "co najmniej",
    "minimalnie",
    "more than",
    "over",
    "less than",
    "fewer than",
    "below",
    "under",
    "above",
    "mer än",
    "mindre än",
    "fler än",
    "mehr als",
    "weniger als",
    "unter",
    "über",
    "plus de",
    "moins de",
    "más de",
    "menos de",
    "più di",
    "meno di",
    "mais de",
    "meer dan",
    "minder dan",
    "mere end",
    "yli",
    "alle",
    "pass",
    "passing",
    "godkänt",
    "godkänd",
    "bestanden",
    "aprobar",
    "need",
    "needs",
    "require[sd]?",
    "krävs",
    "threshold",
    "gräns\\w*",
    "bonus\\w*",
    "extra",
    "zusätzlich\\w*",
    "minus",
    "deduct\\w*",
    "lose",
    "loses",
    "loss",
    "penalt\\w*",
    "subtract\\w*",
    "avdrag\\w*",
    "abzug\\w*",
    "pénalité\\w*",
    "penaliza\\w*",
    "late",
    "försen\\w*",
    "verspät\\w*",
    "retard",
    "i minuspoint",
)
NO_MORE = re.compile(
    r"(?:no|not|never) more than|cannot exceed|not exceed(?:ing)?|inte (?:mer|fler) än|nicht mehr als|pas plus de|no más de|non più di|"
    r"não mais de|niet meer dan|ikke mere? e(?:nd|nn)"
)
AFTER_NOT = _words(
    "to pass",
    "pass",
    "passing",
    "needed",
    "required",
    "för godkänt",
    "för att bli godkänd",
    "krävs",
    "räcker",
    "(?:zum )?bestehen",
    "nötig",
    "erforderlich",
    "pour (?:réussir|valider)",
    "nécessaires?",
    "requis",
    "para aprobar",
    "necesarios",
    "voor een voldoende",
    "per superare",
    "para passar",
    "for at bestå",
    "for å bestå",
    "bonus\\w*",
    "extra",
    "deduct\\w*",
    "deduction",
    "penalty",
    "off",
    "lost",
    "lose",
    "subtracted",
    "avdrag\\w*",
    "dras av",
    "abzug",
    "abgezogen",
    "en moins",
    "de pénalité",
    "menos",
    "retirés",
    "late",
    "or more",
    "or less",
    "or fewer",
    "eller mer",
    "oder mehr",
    "ou plus",
    "o más",
    "i avdrag",
)
AFTER_PART = _words(
    "each",
    "per",
    "apiece",
    "every",
    "var",
    "vardera",
    "styck",
    "je",
    "jeweils",
    "pro",
    "chacun\\w*",
    "par",
    "cada",
    "hver",
    "elk",
    "per stuk",
    "ciascun\\w*",
    "kukin",
    "za każd\\w*",
    "for",
    "för",
    "für",
    "pour",
    "por",
    "per",
    "para",
    "voor",
    "za",
    "for each",
    "from",
    "av dessa",
    "of these",
    "of which",
)
WHOLE_WORK = re.compile(
    r"(?:for|för|für|pour|por|per|para|voor|za|from|on)? ?(?:this|the|your|an?|whole|entire|hela|denna|den|det|die|das|diese[nrs]?|der|den|ce|cet|cette|le|la|l['’]|el|este|esta|"
    r"il|lo|questo|questa|o|a|os|dit|deze|het|de|et|en|dette|denne|tę|tą|ca[łl][ąeo]) ?(?:complete |whole |entire |full )?"
    r"(?:essays?|assignment|task|work|paper|test|exam|text|report|exercise|uppsats\w*|uppgift\w*|inlämning\w*|text\w*|prov\w*|aufsatz|aufgabe|arbeit|text|"
    r"klausur|travail|devoir|rédaction|dissertation|texte|essai|ensayo|trabajo|tarea|texto|redacción|tema|compito|saggio|elaborato|testo|trabalho|redação|ensaio|"
    r"opgave\w*|oppgave\w*|stil\w*|opdracht|tekst|essee\w*|tehtävä\w*|esej|prac[aęy]|zadanie)"
)
PART_WORD = (
    r"(?:parts?|questions?|sections?|tasks?|exercises?|criteri(?:on|a)|problems?|steps?|paragraphs?|items?|del|delar|fråga|frågor|uppgift|avsnitt|kriterium|"
    r"teil|teile|aufgabe|frage|abschnitt|schritt|partie|question|exercice|critère|section|parte|pregunta|ejercicio|apartado|criterio|sección|domanda|esercizio|"
    r"sezione|questão|pergunta|exercício|opgave|spørgsmål|oppgave|spørsmål|vraag|deel|onderdeel|osa|kysymys|tehtävä|część|pytanie|zadanie|level|nivå|page|sida|seite|nr|no)"
)
PART = re.compile(rf"(?<!\w){PART_WORD}[ \u00a0]?(?:[0-9]{{1,3}}|[a-zåäö]|[ivx]{{1,4}})(?!\w)")
COURSE = _words(
    "courses?",
    "kurs(?:en|ens|es)?",
    "cours",
    "curso",
    "corso",
    "kurset",
    "semester\\w*",
    "term",
    "year",
    "läsår\\w*",
    "module",
    "modul\\w*",
)
OTHER_NOUN = re.compile(
    r"[ \u00a0-]{0,2}(?:%|percent|procent|prozent|pour cent|por ciento|words?|ord|wörter|mots|palabras|parole|palavras|woorden|sanaa|słów|pages?|sidor|seiten|"
    r"páginas|pagine|sider|lines?|rader|zeilen|lignes|líneas|characters|tecken|zeichen|caractères|caracteres|minutes?|min|minuter|minuten|minutos|hours?|"
    r"timmar|stunden|heures|horas|days?|dagar|tage|jours|días|weeks?|veckor|wochen|semaines|years?|år|jahre|ans|años|o['’]clock|uhr|h\b|kl\b|students?|elever|"
    r"questions?|frågor|fragen|preguntas|sources?|källor|quellen|paragraphs?|stycken|absätze|paragraphes|párrafos|sentences?|meningar|sätze|phrases|frases|"
    r"credits?|hp\b|ects|st\b|nd\b|rd\b|th\b|[:/][0-9])"
)

RE: dict[str, Pattern[str]] = {
    "unit": re.compile(UNIT),
    "vague_unit": re.compile(VAGUE_UNIT),
    "total": re.compile(TOTAL),
    "max": re.compile(MAX),
    "worth": re.compile(WORTH),
    "least": re.compile(LEAST),
    "after_not": re.compile(AFTER_NOT),
    "after_part": re.compile(AFTER_PART),
    "course": re.compile(COURSE),
    "graded_out_of": re.compile(rf"(?<!\w){GRADED}(?!\w)[^0-9]{{0,30}}(?<!\w){OUT_OF}[ \u00a0]?$"),
    "out_of": re.compile(
        r"(?<!\w)(?:out of|of|av|von|sur|sobre|su|de|em|op|af|na|z|van|di|/)[ \u00a0](?:the |de |den |max(?:imal|imum)? |total |a total of )?$"
    ),
    "slash": re.compile(r"(?:^|[\s(\[_x.…:|*–-])/[ \u00a0]?$"),
    "some_of": re.compile(
        r"[0-9][ \u00a0]?(?:/|out of|of|av|von|sur|sobre|su|de|em|op|af|z|van)[ \u00a0]?(?:the |maximal |maximum )?$"
    ),
    "scale": re.compile(rf"(?<!\w){GRADED}(?!\w)"),
}

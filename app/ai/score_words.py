"""The words for score, points and "out of" in the languages that answers and instructions come in."""

import re

_ADJECTIVE = (
    "total|final|overall|the|slutlig|total[at]?|endgültige|gesamt|finale?|totale?|globale?|la|le|der|die|"
    "samlet|endelig|eind|lopullinen|końcowa"
)
_SCORE = (
    "scores?|points?|marks?|grade|rating|result|gold[ ]coins|"
    "poängsumma|totalpoäng|slutpoäng|poäng|betyg|resultat|guldmynt|"
    "gesamtpunktzahl|punktzahl|gesamtpunkte|punkte|punktestand|bewertung|note|ergebnis|goldmünzen|"
    "score|note|résultat|pointage|"
    "puntuación|puntuacion|puntaje|puntos|nota|calificación|calificacion|resultado|"
    "punteggio|voto|punti|pontuação|pontuacao|pontos|classificação|poeng|karakter|poengsum|point|pointtal|"
    "cijfer|punten|eindcijfer|pisteet|pistemäärä|arvosana|wynik|ocena|punkty|liczba[ ]punktów|"
    "počet[ ]bodů|hodnocení|body|bodů|балл|баллы|баллов|количество[ ]баллов|оценка|бали|балів|кількість[ ]балів|оцінка|"
    "βαθμός|βαθμολογία|μονάδες|puan|pontszám|pont|punctaj|punctajul|puncte|nilai|skor|điểm|"
    "الدرجة|العلامة|درجة|الدرجات|النتيجة|نمره|ציון|הציון|अंक|分数|得分|评分|点|点数|得点|점|점수|คะแนน"
)
LABEL = (
    rf"(?:(?:{_ADJECTIVE})[ ])?(?:{_SCORE})"
    r"(?:[ ](?:total|totale|finale?|obtenida|obtenue|zum[ ]schluss))?"
)
"""`Final score`, `Poäng`, `Punktzahl`, `Note finale`, `Puntuación total`: what stands before a score (ignore case)."""

UNIT = (
    "points?|pts|marks?|gold[ ]coins?|coins?|poäng|guldmynt|p|punkten?|punkt|goldmünzen?|pièces?(?:[ ]d['’]or)?|"
    "puntos?|ptos|monedas?(?:[ ]de[ ]oro)?|poeng|punti|punto|pontos?|punten|punt|pistettä|pistett|piste|punktów|"
    "punkty|pkt|body|bodů|bod|балла?|баллов|баллы|бали?|балів|μονάδ(?:ες|α)|βαθμοί|puan|pont|(?:de[ ])?puncte|poin|"
    "điểm|درجة|درجات|نقطة|نقاط|علامة|نمره|נקודות|נקודה|अंकों|अंक|分|点|점|คะแนน"
)
"""`points`, `poäng`, `Punkte`, `pkt`: what stands after a number of points (ignore case)."""

OUT_OF = r"(?:/|\b(?:out[ ]of|of|av|von|sur|de|sobre|su|van|af|na|z|ze|из|з|із|από|din|dari|trên|من|از|מתוך)\b)"
"""What stands between a score and its maximum."""

IS = r"(?:is|was|är|blir|ist|lautet|beträgt|est|es|è|é|er|on|wynosi)"
"""What stands between a label and its number in a sentence."""

REFUSAL = re.compile(
    r"(?:i(?:['’]|\s?a)m (?:very |so )?(?:sorry|afraid|not able|unable)|sorry\b|my apologies|i apologi[sz]e|"
    r"i can(?:['’]|no)t|i can not|i could(?:n['’]t| not)|i must decline|i do(?:n['’]t| not) feel comfortable|"
    r"i (?:won['’]t|will not)|unfortunately,? i|as an ai|jag kan (?:tyvärr )?inte|tyvärr kan jag|jag beklagar|"
    r"ich kann (?:leider )?(?:nicht|kein)|es tut mir leid|leider kann ich|je (?:ne peux|suis désolé)|désolé|"
    r"lo siento|no puedo|mi dispiace|non posso|desculpe|não posso|jeg kan (?:desværre |dessverre )?ikke|beklager|"
    r"het spijt me|ik kan (?:helaas )?niet|valitettavasti|olen pahoillani|przepraszam|nie mogę)",
    re.IGNORECASE,
)
"""How a provider begins when it will not do what it was asked."""


def _any(words: str) -> str:
    """A pattern for any of `words`: pieces of pattern between commas and line ends, blanks as they are."""
    return "|".join(word.strip() for word in words.replace("\n", ",").split(",") if word.strip())


_WORK = "text|essay|answer|submission|work|paper|response|assignment|student"
_OBJECT = {
    "en": rf"it|this|(?:the|this) (?:{_WORK})",
    "sv": "den|det|(?:den här |denna )?(?:texten|uppsatsen|inlämningen|eleven)|svaret|arbetet",
    "de": "ihm|ihr|(?:dem|diesem) (?:text|aufsatz|schüler)|(?:der|dieser) (?:arbeit|antwort|abgabe)",
    "nordic": "den|det|teksten|besvarelsen|opgaven|oppgaven|eleven",
    "nl": "het|(?:de|deze) tekst|dit werk",
}
_SUBJECT = {
    "en": rf"(?:the|this) (?:{_WORK})",
    "sv": "(?:den här |denna )?(?:texten|uppsatsen|inlämningen|eleven)|svaret|arbetet",
    "de": "(?:der|dieser) (?:text|aufsatz|schüler)|(?:die|diese) (?:arbeit|antwort|abgabe)",
    "fr": "(?:le|ce) (?:texte|travail|devoir)|(?:la|cette) (?:copie|rédaction|réponse)|l['’]élève",
    "es": "(?:el|este) (?:texto|trabajo|ensayo)|(?:la|esta) (?:respuesta|redacción)",
    "it": "(?:il|questo) (?:testo|compito|lavoro)|l['’]elaborato",
    "pt": "(?:o|este) (?:texto|trabalho)|(?:a|esta) (?:resposta|redação)",
    "nordic": "teksten|besvarelsen|opgaven|oppgaven|eleven",
    "nl": "(?:de|deze) tekst|dit werk|de leerling",
    "fi": "(?:tämä )?teksti|vastaus",
    "pl": "(?:ten )?tekst|ta praca|praca",
}
_A_SCORE_OF = r"(?:[ ]an?(?:[ ](?:final|total|overall))?[ ](?:score|grade|mark)[ ]of)?"

SAID_OF_THE_WORK = _any(
    rf"""i (?:give|award|assign|grade|score|mark)(?: (?:{_OBJECT["en"]}))?{_A_SCORE_OF}
    (?:{_SUBJECT["en"]}) (?:gets|earns|receives|scores|deserves|achieves|is awarded|is worth){_A_SCORE_OF}
    jag ger(?: (?:{_OBJECT["sv"]}))?
    (?:{_SUBJECT["sv"]}) (?:får|ges|förtjänar|når)
    ich (?:gebe|vergebe)(?: (?:{_OBJECT["de"]}))?
    (?:{_SUBJECT["de"]}) (?:erhält|bekommt|verdient|erreicht)
    je (?:donne|mets)|j['’](?:attribue|accorde)
    (?:{_SUBJECT["fr"]}) (?:obtient|mérite|reçoit|vaut)
    (?:le )?(?:doy|otorgo|asigno)
    (?:{_SUBJECT["es"]}) (?:obtiene|recibe|merece)
    (?:assegno|attribuisco|do)
    (?:{_SUBJECT["it"]}) (?:ottiene|riceve|merita)
    (?:dou|atribuo)
    (?:{_SUBJECT["pt"]}) (?:recebe|obtém|merece)
    jeg (?:giver|gir)(?: (?:{_OBJECT["nordic"]}))?
    (?:{_SUBJECT["nordic"]}) (?:får|fortjener)
    ik geef(?: (?:{_OBJECT["nl"]}))?
    (?:{_SUBJECT["nl"]}) (?:krijgt|verdient)
    annan(?: tekstille)?
    (?:{_SUBJECT["fi"]}) (?:saa|ansaitsee)
    (?:przyznaję|daję)
    (?:{_SUBJECT["pl"]}) (?:otrzymuje|dostaje)
    wynik to"""
)
"""`I give the text`, `Der Text erhält`, `Przyznaję`: what stands before a number of points in a sentence that says
nothing else (ignore case). No negation, no condition, no supposition: those say something else."""

SAID_OF_THE_SCORE = (
    r"(?:(?:my|your|the|min|din|mein|meine|ma|votre|mi|tu|el|il|o|a|de|het)[ ])?"
    rf"(?:{LABEL}|(?:slut|total)?poängen|betyget|resultatet|karakteren|poengsummen)(?:[ ](?:awarded|earned|given))?"
    rf"(?:[ ]?[:=：]|[ ]{IS}(?:[ ]?:|[ ](?:de|di))?)"
)
"""`Points:`, `My score is`, `La note est de`: the same with a word for the score (ignore case)."""

TO_THE_WORK = (
    rf"to[ ](?:{_OBJECT['en']})|à[ ]ce[ ](?:texte|travail|devoir)|au[ ]texte|till[ ]texten|"
    r"al[ ]texto|al[ ]testo|ao[ ]texto"
)
"""What may follow the points in such a sentence."""

OF_ALL = r"(?:a[ ]possible|a[ ]maximum[ ]of|a[ ]total[ ]of|possible|the|de|den|der|les|los)"
"""`out of a possible`, `van de`: what may stand between "out of" and the maximum."""

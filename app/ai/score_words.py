"""The words for score, points and "out of" in the languages that answers and instructions come in."""

import re

_ADJECTIVE = (
    "total|final|overall|the|slutlig|total[at]?|endgültige|gesamt|finale?|totale?|globale?|la|le|der|die|"
    "samlet|endelig|eind|lopullinen|końcowa"
)
_SCORE = (
    "scores?|points?|marks?|grade|result|gold[ ]coins|"
    "poängsumma|totalpoäng|slutpoäng|poäng|betyg|resultat|guldmynt|"
    "gesamtpunktzahl|punktzahl|gesamtpunkte|punkte|punktestand|bewertung|note|ergebnis|goldmünzen|"
    "score|note|résultat|pointage|"
    "puntuación|puntuacion|puntaje|puntos|nota|calificación|calificacion|resultado|"
    "punteggio|voto|punti|pontuação|pontuacao|pontos|classificação|poeng|karakter|poengsum|point|pointtal|"
    "cijfer|punten|eindcijfer|pisteet|pistemäärä|arvosana|wynik|ocena|punkty|liczba[ ]punktów"
)
LABEL = (
    rf"(?:(?:{_ADJECTIVE})[ ])?(?:{_SCORE})"
    r"(?:[ ](?:total|totale|finale?|obtenida|obtenue|zum[ ]schluss))?"
)
"""`Final score`, `Poäng`, `Punktzahl`, `Note finale`, `Puntuación total`: what stands before a score (ignore case)."""

UNIT = (
    "points?|pts|marks?|gold[ ]coins?|coins?|poäng|guldmynt|p|punkten?|punkt|goldmünzen?|pièces?(?:[ ]d['’]or)?|"
    "puntos?|ptos|monedas?(?:[ ]de[ ]oro)?|poeng|punti|punto|pontos?|punten|punt|pistettä|pistett|piste|punktów|"
    "punkty|pkt"
)
"""`points`, `poäng`, `Punkte`, `pkt`: what stands after a number of points (ignore case)."""

OUT_OF = r"(?:/|\b(?:out[ ]of|of|av|von|sur|de|sobre|su|van|af|na|z)\b)"
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
"""How a service begins when it will not do what it was asked."""

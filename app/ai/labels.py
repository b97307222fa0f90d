"""The words for score, points and "out of" in the languages that answers and instructions come in."""

_ADJECTIVE = (
    "total|final|overall|the|slutlig|total[at]?|endgültige|gesamt|finale?|totale?|globale?|la|le|le|der|die|"
    "samlet|endelig|eind|"
    "lopullinen|końcowa"
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
    r"(?:[ ](?:total|totale|finale?|máxima|obtenida|final|obtenue|zum[ ]schluss))?"
)
"""`Final score`, `Poäng`, `Punktzahl`, `Note finale`, `Puntuación total`: what stands before a score (ignore case)."""

UNIT = (
    "points?|pts|marks?|gold[ ]coins?|coins?|poäng|guldmynt|p|punkten?|punkt|goldmünzen?|pièces?(?:[ ]d['’]or)?|"
    "puntos?|ptos|"
    "monedas?(?:[ ]de[ ]oro)?|poeng|punti|punto|pontos?|punten|punt|pistettä|pistett|piste|punktów|punkty|pkt"
)
"""`points`, `poäng`, `Punkte`, `pkt`: what stands after a number of points (ignore case)."""

OUT_OF = r"(?:/|\b(?:out[ ]of|of|av|von|sur|de|sobre|su|van|af|na|z)\b)"
"""What stands between a score and its maximum."""

"""Words for points, for wholes and for maxima in instructions: a table of roles and languages.

Lower case, one string of comma-separated phrases for each language; `stem*` stands for every word that begins so. A
phrase is matched word by word (sign by sign in scripts that write no blanks), the longest first; one phrase may have
several roles. Languages are ISO 639 codes, so that a new one is a line a role.
"""

from collections.abc import Mapping

WORDS_OF_POINTS: Mapping[str, Mapping[str, str]] = {
    # What a number of points is followed by.
    "points": {
        "en": "point, points, pt, pts, mark, marks, coin, coins, gold coin, gold coins",
        "sv": "poäng, poängs, guldmynt",
        "da": "guldmønter, guldmønt",
        "no": "poeng, gullmynter, gullmynt",
        "fi": "pistettä, pistett, piste, pisteen, kultakolikkoa",
        "de": "punkte, punkten, punkt, pkt, be, goldmünze, goldmünzen, notenpunkte, notenpunkten",
        "nl": "punten, punt, gouden munten",
        "fr": "pièce, pièces, pièces d'or",
        "es": "puntos, punto, pto, ptos, moneda, monedas, monedas de oro",
        "it": "punti, monete, monete d'oro",
        "pt": "pontos, ponto, valores, moedas, moedas de ouro",
        "pl": "punkty, punktów, punkt, monet, złotych monet",
        "cs": "bodů, body, bod",
        "ru": "балл, балла, баллов, баллы, очков",
        "uk": "бал, бали, балів",
        "el": "μονάδες, μονάδα, βαθμοί",
        "tr": "puan",
        "hu": "pont",
        "ro": "puncte, de puncte",
        "id": "poin",
        "vi": "điểm",
        "ar": "درجة, درجات, نقطة, نقاط, علامة",
        "fa": "نمره",
        "he": "נקודות, נקודה",
        "hi": "अंक, अंकों",
        "zh": "分",
        "ja": "点",
        "ko": "점",
        "th": "คะแนน",
    },
    # Beside a word that says maximum it is points; alone it may be pages.
    "p": {
        "all": "p",
    },
    # What is counted in points: a label that says so.
    "score": {
        "en": "score, scores, mark, marks, grade, grades, point, points, coins, gold coins, result",
        "sv": "poäng, poängen, poängsumma, betyg, resultat, antal poäng",
        "da": "point, karakter, pointtal, score",
        "no": "poeng, poengsum, karakter, score",
        "fi": "pisteet, pistemäärä, arvosana, pisteitä",
        "de": "punktzahl, punkte, punkten, note, bewertung, wertung",
        "nl": "punten, cijfer, score, puntental",
        "fr": "note, score, points, barème, pointage, notation",
        "es": "puntuación, puntaje, nota, calificación, puntos",
        "it": "punteggio, voto, punti",
        "pt": "pontuação, nota, pontos, cotação, classificação",
        "pl": "wynik, ocena, punktów, punkty, liczba punktów",
        "cs": "bodů, počet bodů, hodnocení",
        "ru": "балл, баллов, оценка, количество баллов",
        "uk": "кількість балів, балів, оцінка",
        "el": "βαθμός, βαθμολογία, μονάδες",
        "tr": "puan",
        "hu": "pontszám, pont",
        "ro": "punctaj, punctajul, nota, puncte",
        "id": "nilai, skor",
        "vi": "điểm",
        "ar": "الدرجة, العلامة, درجة, الدرجات",
        "fa": "نمره",
        "he": "ציון, הציון",
        "hi": "अंक",
        "zh": "分, 分数, 分值",
        "ja": "点, 点数, 得点, 配点",
        "ko": "점, 점수, 배점",
        "th": "คะแนน",
    },
    # The whole.
    "total": {
        "en": "total, totals, grand total, overall, altogether, in all, in total, sum",
        "sv": "totalt, total, totala, sammanlagt, summa, totalsumma, totalpoäng, totalpoängen",
        "da": "i alt, samlet, samlede, totalt",
        "no": "totalt, til sammen, sum",
        "fi": "yhteensä, yhteispistemäärä, yhteispisteet, kokonaispistemäärä",
        "de": "summe, gesamt*, insgesamt, be gesamt",
        "nl": "totaal, in totaal, totale",
        "fr": "en tout, au total, totale, totaux",
        "es": "suma, en total, totales",
        "it": "totale, totali, in totale, complessivamente",
        "pt": "no total, total, totais, soma",
        "pl": "razem, łącznie, łączna, suma, w sumie",
        "cs": "celkem, celkový",
        "ru": "всего, итого, общий балл",
        "uk": "всього, разом, загальний",
        "el": "σύνολο, συνολικά",
        "tr": "toplam",
        "hu": "összesen, összpontszám",
        "ro": "în total, totală",
        "vi": "tổng điểm, tổng",
        "ar": "الدرجة الكلية, المجموع, مجموع, الكلية, العلامة الكاملة, المجموع الكلي",
        "fa": "نمره کل, مجموع, جمع",
        "he": 'סך הכל, סה"כ',
        "hi": "पूर्णांक, कुल, कुल अंक",
        "zh": "总分, 满分, 总计, 共计, 共",
        "ja": "満点, 合計, 計, 総得点",
        "ko": "만점, 총점, 합계",
        "th": "คะแนนเต็ม, คะแนนรวม, รวม",
    },
    # A total that stands there with its score in one word or by convention: `Full marks: 80`.
    "label": {
        "en": (
            "full marks, full mark, full score, full points, full credit, top mark, top marks, top score, perfect "
            "score, mm, fm, most points"
        ),
        "sv": "maxpoäng*, maximipoäng, full poäng, fullpoäng",
        "da": "maxpoint, fuldt pointtal",
        "no": "makspoeng, full pott",
        "fi": "maksimipiste*, enimmäispiste*, täydet pisteet",
        "de": "höchstpunkt*, maximalpunkt*, volle punktzahl, höchstnote",
        "nl": "maximumscore",
        "es": "puntaje máximo",
        "pl": "maksymalny wynik",
        "ja": "配点",
        "ko": "배점",
    },
    # No more than that.
    "max": {
        "en": (
            "max, maxi, maximum, maximums, at most, up to, highest, highest possible, possible, achievable, "
            "attainable, available, allocated, no more than, not more than, never more than, can't get more than, "
            "cannot get more than, can't earn more than, cannot earn more than, can't score more than, cannot "
            "score more than, cannot exceed, not exceed, not exceeding, must not exceed"
        ),
        "sv": "maximal*, högst, högsta, upp till, som mest, inte mer än, inte fler än",
        "da": "maksimal*, maks, højst, højeste, op til, ikke mere end",
        "no": "maksimum, høyst, høyeste, opptil, inntil, ikke mer enn",
        "fi": "enintään, korkeintaan, maksimi*",
        "de": "höchste, höchster, höchstens, bis zu, erreichbar*, nicht mehr als",
        "nl": "ten hoogste, hoogstens, maximaal, maximale, tot, te behalen, niet meer dan",
        "fr": "jusqu'à, au plus, maximale, maximales, au maximum, pas plus de",
        "es": "máximo, máxima, máximos, hasta, como máximo, no más de",
        "it": "massimo, massima, fino a, al massimo, non più di",
        "pt": "máximo, máxima, até, no máximo, não mais de",
        "pl": "maksymaln*, najwyżej, z możliwych, do zdobycia, do uzyskania",
        "cs": "maximální, maximálně, nejvýše, nejvýš",
        "ru": "максимальный, максимальная, максимальное, максимум, до",
        "uk": "максимальна, максимальний, максимум",
        "el": "μέγιστος, μέγιστη, μέγιστο, έως",
        "tr": "en fazla, maksimum, en yüksek",
        "hu": "maximális, maximum, legfeljebb",
        "ro": "maxim, maximă, cel mult",
        "id": "maksimal, maksimum",
        "vi": "tối đa",
        "ar": "العظمى, القصوى, الحد الأقصى, حد أقصى",
        "fa": "حداکثر",
        "he": "מקסימלי, מרבי, לכל היותר",
        "hi": "अधिकतम",
        "zh": "最高, 最多",
        "ja": "最高, 最大",
        "ko": "최고, 최대",
        "th": "สูงสุด",
    },
    # It is what the work brings.
    "worth": {
        "en": "worth, carries, carry, counts for, count for, graded on, value, weightage, weight",
        "sv": "ger, kan ge, är värd, är värt, värd",
        "da": "giver, er værd",
        "no": "gir, er verdt",
        "fi": "arvoinen",
        "de": "wert, zählt, ergibt, gibt, vergeben, erreichen, erzielen, erhalten",
        "nl": "levert, waard",
        "fr": "vaut, compte pour, rapporte",
        "es": "vale, valen, valor",
        "pt": "valem",
        "it": "valgono",
        "pl": "wart, warta, warte, warty",
    },
    # Straight before a scale.
    "outof": {
        "en": "out of, out of a, out of the, out of a possible",
        "fr": "sur, sur un",
        "es": "sobre",
        "it": "su",
        "ar": "من",
    },
    # Between a score and its scale: `12 of 20 points`, `___ of 20`.
    "of": {
        "all": "of, of the, av, von, de, em, op, af, z, van, na, di, i alt, av totalt, av max, of max, of maximum",
    },
    # Behind a number and its unit: `50 puan üzerinden`.
    "scale_after": {
        "tr": "üzerinden",
        "de": "erreichbar, erreichen, zu erreichen, erzielen, zu erzielen, bewertet",
        "en": "scale",
        "fa": "از",
    },
    # A number beside it may be a scale.
    "graded": {
        "en": (
            "grade, graded, grading, mark, marked, marks, marking, score, scored, scores, scoring, assessed, "
            "evaluated, rate, rated, rating, scale, point, points"
        ),
        "sv": "bedöms, bedömning, betyg*, poängsätts, poäng, skala, skalan, betygsskala",
        "da": "bedømmes, karakter*, skala",
        "no": "vurderes, karakter*, skala",
        "fi": "arvos*, arvioidaan, asteik*, arvostelu*",
        "de": "bewertet, bewertung, benotet, note, punkt*, skala",
        "nl": "beoordeeld, cijfer, schaal",
        "fr": "noté, notée, notés, notation, évaluation, évalué, évaluée, barème, échelle, note, notes",
        "es": "calific*, evalúa, evalua*, puntu*, puntúa, nota, notas, escala",
        "it": "valutazione, voto, valutat*, punteggio, scala",
        "pt": "avaliação, avaliad*, pontuação, escala",
        "pl": "ocenian*, ocena, skali, skala",
    },
}

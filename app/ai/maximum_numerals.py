"""Whole numbers as instructions write them: in digits of any script, in words, in Roman numerals."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import NamedTuple

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x066B: ".", 0x066C: ","}
OTHER_DIGIT = re.compile(r"(?![0-9])\d")

NUMBER = r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+(?:[.,'’][0-9]+)*"
GROUPED = re.compile(r"([1-9][0-9]{0,2}(?:([.,'’ \u00a0\u202f])[0-9]{3}(?:\2[0-9]{3})*)?)(?:[.,]0{1,2})?")
WITHOUT_FRACTION = re.compile(r"[.,]0{1,2}\Z")
ROMAN = re.compile(r"(?=[MDCLXVI]{2})M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


class Numerals(NamedTuple):
    """How one language writes whole numbers below a hundred and one."""

    ones: str
    """1 to 19, parted by blanks; tens likewise, 20 to 90."""
    tens: str
    hundred: str
    joint: str = ""
    """Between the tens and the ones of `twenty-five`."""
    ones_first: bool = False
    """`fünfundzwanzig`."""


NUMERALS: Mapping[str, Numerals] = {
    "en": Numerals(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "hundred",
        "-",
    ),
    "de": Numerals(
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
        "siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "hundert",
        "und",
        ones_first=True,
    ),
    "nl": Numerals(
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien",
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
        "honderd",
        "en",
        ones_first=True,
    ),
    "sv": Numerals(
        "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton",
        "tjugo trettio fyrtio femtio sextio sjuttio åttio nittio",
        "hundra",
    ),
    "no": Numerals(
        "en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tjue tretti førti femti seksti sytti åtti nitti",
        "hundre",
    ),
    "da": Numerals(
        "en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten nitten",
        "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems",
        "hundrede",
        "og",
        ones_first=True,
    ),
    "fr": Numerals(
        "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit dix-neuf",
        "vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix",
        "cent",
        "-",
    ),
    "es": Numerals(
        "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "cien",
        " y ",
    ),
    "it": Numerals(
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
        "sedici diciassette diciotto diciannove",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
        "cento",
    ),
    "pt": Numerals(
        "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete "
        "dezoito dezanove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        "cem",
        " e ",
    ),
    "pl": Numerals(
        "jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście "
        "czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście",
        "dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt osiemdziesiąt dziewięćdziesiąt",
        "sto",
        " ",
    ),
    "fi": Numerals(
        "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen yksitoista kaksitoista "
        "kolmetoista neljätoista viisitoista kuusitoista seitsemäntoista kahdeksantoista yhdeksäntoista",
        "kaksikymmentä kolmekymmentä neljäkymmentä viisikymmentä kuusikymmentä seitsemänkymmentä "
        "kahdeksankymmentä yhdeksänkymmentä",
        "sata",
    ),
}
AMBIGUOUS = ("to", "once", "due", "tres")
"""Number words of one language that are other words in another."""

ALSO = {"a hundred": 100, "one hundred": 100, "einhundert": 100, "viertig": 40, "quatre-vingt": 80}
"""Spellings that the table does not make."""


def _words() -> Iterator[tuple[str, int]]:
    """Each number word and its value, 2 to 99, and the hundred; 1 is mostly an article."""
    for ones, tens, hundred, joint, ones_first in NUMERALS.values():
        small, large = ones.split(), tens.split()
        for value, word in enumerate(small, 1):
            if value > 1:
                yield word, value
        for ten, word in enumerate(large, 2):
            yield word, 10 * ten
            for one, digit in enumerate(small[:9], 1):
                yield (f"{digit}{joint}{word}" if ones_first else f"{word}{joint}{digit}"), 10 * ten + one
                yield f"{word} {digit}", 10 * ten + one
        yield hundred, 100
    yield from ALSO.items()


NUMBER_WORDS: Mapping[str, int] = {word: value for word, value in _words() if word not in AMBIGUOUS}
"""`twenty-five`, `fünfundzwanzig`, `tjugofem`: the value of each phrase, in lower case."""


def in_ascii_digits(text: str) -> str:
    """`text` with digits of every script as 0-9, and full-width signs as their narrow ones; not a character longer."""
    if text.isascii():
        return text
    return OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text.translate(FULL_WIDTH))


def whole(token: str) -> int | None:
    """The integer that digits write: `50`, `1,000`, `100.00`; None for `12.5`, for a version, and above nine digits."""
    if len(token) <= 16 and (match := GROUPED.fullmatch(token)):
        return int(re.sub("[^0-9]", "", match[1]))
    digits = WITHOUT_FRACTION.sub("", token)
    return int(digits) if digits.isdecimal() and len(digits) <= 9 else None


def roman(token: str) -> int | None:
    """The value of two or more capital Roman digits in their proper order."""
    if len(token) > 15 or not ROMAN.fullmatch(token):
        return None
    digits = [ROMAN_DIGITS[letter] for letter in token]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))

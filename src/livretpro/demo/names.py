"""Names of invented people, as varied as those of a real school."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in text.split(","))


LAST_NAMES = _names(
    """
Abrencourt, Aldemire, Alquevent, Ambrosel, Anselvigne, Arcouliès, Argenvaux, Aubelin-Castre,
Azéranne, Balthaminet, Barzellonne, Beaurocquel, Belhamidou, Berzoukian, Birandol, Boisrémy-Tanfal,
Bonvarlin, Boukhelfane, Brandisœur, Brumelaine, Calvinhac-Reyd, Cantorbel, Castelmure, Chanteroux,
Chérifoul, Ciervalho, Cœurdeloire, Corvelain, Dalmestre, Daouvine, Delmassoir, Diakhoumba,
Dombrelle, Dracourtin, Durvalois, Eskandour, Estrevaux, Fabrézandre, Fandriasoa, Faucherolle,
Ferjaniou, Fontarelle, Galvinet, Garimondo, Ghezalou, Grandvoile, Hadjoubel, Haumesnière,
Hoangvilé, Iraguibel, Isnardelle, Jolimatin, Kaboréline, Kerzaouël, Kowalindre, Lafontelle, de La
Rivardière, Lambrechoir, Le Guirvec, L'Hermeline, Loumandja, Maffréville, Malvoisel, Mbayélo,
N'Dorvé, N'Guessalé, Nogarelle, d'Ornefeuille, Ouedralin, Païolat, Pénarvic, Querbille,
Quintrevalle, Rambosque, Razafinor, Rouvrelle, Saïdouvelle, Santorello, Sénéchoux, Tamarindel,
Thévanoise, Traouélic, Uzémar, Valcourtois, Van der Molven, Vasconceiro, Verdanoux, Wandrelisse,
Xarapitou, Yacoublé, Zerdanoui
"""
)
FIRST_NAMES = _names(
    """
Adèle, Aïcha, Amadou, Anaïs, Anh, Antoine, Assia, Baptiste, Bérénice, Bilal, Camille, Chloé,
Cédric, Clémence, Dalila, Diego, Djibril, Édouard, Élif, Émeline, Enzo, Fatou, Félix, Gaëlle,
Giulia, Hamza, Hawa, Hugo, Inès, Ismaël, Jade, Jean-Baptiste, Joachim, Kadiatou, Kenzo, Léonie,
Lina, Loïc, Louna, Maël, Maïwenn, Manon, Marie-Lou, Mathéo, Mehdi, Milan, Moussa, Naïm, Nolwenn,
Noé, Océane, Oscar, Priya, Rayan, Romane, Sacha, Salomé, Samba, Séléna, Théo, Tiago, Ulysse,
Yasmine, Zoé
"""
)


def name_of(number: int) -> tuple[str, str]:
    """Last and first name of the invented person `number`; steps prime to the lengths mix them."""
    return LAST_NAMES[number * 37 % len(LAST_NAMES)], FIRST_NAMES[number * 27 % len(FIRST_NAMES)]

"""Ways to break a schema: what is changed in a golden file, and what the person then reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """`old` becomes `new` (first occurrence); it is told at the line of `at`, else of `old`."""

    old: str
    new: str
    phrase: str
    at: str = ""


BREACHES_OF_BOTH = (
    Breach(
        "<application>LivretPro",
        "<application>" + "y" * 51,
        "Le texte de l’élément « application » a 51 caractères ; le maximum est 50.",
    ),
    Breach(
        "<editeur>LIVRETPRO</editeur>",
        "",
        "Il manque un élément dans l’élément « entete » (attendu : « editeur »).",
        at="<entete>",
    ),
    Breach(
        "<donnees>",
        "<note/><donnees>",
        "L’élément « note » n’a pas sa place ici (attendu : « donnees »).",
    ),
    Breach(
        'id="1001"',
        'id="0"',
        "L’attribut « id » de l’élément « eleve » vaut « 0 » ; il faut un nombre entier"
        " à partir de 1.",
    ),
    Breach(
        'id="1001"',
        'id="1001" sexe="F"',
        "L’attribut « sexe » de l’élément « eleve » n’existe pas dans ce format.",
    ),
    Breach(
        '<engagement code="V"/>',
        '<engagement code="C"/>',
        "L’engagement C figure deux fois pour le même élève.",
    ),
    Breach(
        '<engagement code="V"/>',
        '<engagement code="Z"/>',
        "L’attribut « code » de l’élément « engagement » vaut « Z » ; les valeurs "
        "possibles sont « C », « V », « A », « E », « S ».",
    ),
    Breach(
        '<avisExamen code="T"/>',
        "<avisExamen/>",
        "Il manque l’attribut « code » à l’élément « avisExamen ».",
    ),
    Breach(
        'annee-scolaire="2024"',
        'annee-scolaire="24"',
        "L’attribut « annee-scolaire » de l’élément « scolarite » vaut « 24 » ; le "
        "minimum est 2000.",
    ),
    Breach(
        'annee-scolaire="2024"',
        'annee-scolaire="10000"',
        "L’attribut « annee-scolaire » de l’élément « scolarite » vaut « 10000 » ; le "
        "maximum est 9999.",
    ),
    Breach(
        'code-periode="T"',
        'code-periode="B"',
        "L’attribut « code-periode » de l’élément « scolarite » vaut « B » ; les "
        "valeurs possibles sont « T », « S ».",
    ),
    Breach(
        "Avis favorable.",
        "é" * 301,
        "Le texte de l’élément « avisChefEtab » a 301 caractères ; le maximum est 300.",
    ),
    Breach('nom="MARTIN" ', "", "Il manque l’attribut « nom » à l’élément « avisEngagement »."),
    Breach(
        'nom="MARTIN"',
        'nom="' + "M" * 66 + '"',
        "Le texte de l’attribut « nom » de l’élément « avisEngagement » a 66 caractères"
        " ; le maximum est 65.",
    ),
    Breach(
        'code-matiere="071100"',
        'code-matiere="71100"',
        "L’attribut « code-matiere » de l’élément « evaluation » vaut « 71100 » ; il "
        "faut six chiffres.",
    ),
    Breach(
        'code-matiere="071100"',
        'code-matiere="071100" date="12/06/2025"',
        "L’attribut « date » de l’élément « evaluation » vaut « 12/06/2025 » ; il faut "
        "une date écrite AAAA-MM-JJ.",
    ),
    Breach(
        'effectif="22"',
        'effectif="vingt"',
        "L’attribut « effectif » de l’élément « structure » vaut « vingt » ; il faut un"
        " nombre entier à partir de 1.",
    ),
    Breach(
        'repar-moins-huit="9.09"',
        'repar-moins-huit="9.091"',
        "L’attribut « repar-moins-huit » de l’élément « structure » vaut « 9.091 » ; le"
        " maximum est de 2 décimales.",
    ),
    Breach(
        '<competence code="5002">',
        '<competence code="5001">',
        "La compétence 5001 figure deux fois dans la même évaluation.",
    ),
    Breach(
        '<competence code="5002">2',
        '<competence code="5002">5',
        "L’élément « competence » vaut « 5 » ; les valeurs possibles sont « 0 », « NE "
        "», « 1 », « 2 », « 3 », « 4 », « A1 », « A2 », « B1 », « B2 », « C1 », « C2 ».",
    ),
    Breach(
        "<periodiques>",
        "<periodiques>Bien",
        "L’élément « periodiques » contient un texte qui n’y a pas sa place.",
    ),
    Breach(
        "Avis favorable.",
        "Avis <b>favorable</b>.",
        "L’élément « avisChefEtab » contient un élément qui n’y a pas sa place.",
    ),
    Breach(
        '<periode numero="1" moyenne="12.00"/>',
        '<periode numero="1"/>',
        "Il manque l’attribut « moyenne » à l’élément « periode ».",
    ),
)
"""Refused by both profiles."""

BREACHES_OF_1_1 = (
    Breach(
        'repar-moins-huit="9.09"',
        'repar-moins-huit="9,09"',
        "L’attribut « repar-moins-huit » de l’élément « structure » vaut « 9,09 » ; "
        "il faut un nombre de 0 à 100, avec deux décimales au plus.",
    ),
    Breach(
        "<division>TMELEC</division>",
        "",
        "Il manque un élément dans l’élément « entete » (attendu : « division »).",
        at="<entete>",
    ),
    Breach(
        "TMELEC",
        "TMELEC-12",
        "Le texte de l’élément « division » a 9 caractères ; le maximum est 8.",
    ),
    Breach(
        'ine="0123456789A"',
        'ine="0123456789"',
        "L’attribut « ine » de l’élément « eleve » vaut « 0123456789 » ; il faut onze "
        "chiffres ou lettres majuscules.",
    ),
    Breach(
        'code-mef="24725513331"',
        'code-mef="2472551333"',
        "Le texte de l’attribut « code-mef » de l’élément « scolarite » a 10 caractères"
        " ; il en faut 11.",
    ),
    Breach(
        'nb-semaines="22"',
        'nb-semaines="100"',
        "L’attribut « nb-semaines » de l’élément « avisPfmp » vaut « 100 » ; le maximum est 99.",
    ),
    Breach(
        'partie-etranger="true"',
        'partie-etranger="oui"',
        "L’attribut « partie-etranger » de l’élément « avisPfmp » vaut « oui » ; il "
        "faut « true » ou « false ».",
    ),
    Breach(
        'note="15.50"',
        'note="20.01"',
        "L’attribut « note » de l’élément « chefOeuvre » vaut « 20.01 » ; le maximum est 20.",
    ),
    Breach(
        'nature="projet"',
        'nature="TP"',
        "L’attribut « nature » de l’élément « chefOeuvre » vaut « TP » ; les valeurs "
        "possibles sont « chef-d-oeuvre », « projet ».",
    ),
    Breach(
        'libelle="Module BTS"',
        'libelle="' + "a" * 121 + '"',
        "Le texte de l’attribut « libelle » de l’élément « parcoursDifferencie » a 121 "
        "caractères ; le maximum est 120.",
    ),
    Breach(
        "Poursuite d’études.",
        "a" * 301,
        "Le texte de l’élément « parcoursDifferencie » a 301 caractères ; le maximum est 300.",
    ),
    Breach(
        "Câblage d’armoires",
        "a" * 1001,
        "Le texte de l’élément « avisPfmp » a 1028 caractères ; le maximum est 1000.",
    ),
)
"""In what only profile 1.1 has."""

TIGHTENED = (
    Breach(
        "0380001V",
        "0380001v",
        "L’élément « etablissement » vaut « 0380001v » ; il faut sept chiffres et une "
        "lettre majuscule.",
    ),
    Breach('id="1002"', 'id="1001"', "L’élève 1001 figure deux fois dans le fichier."),
    Breach(
        'annee-scolaire="2023"',
        'annee-scolaire="2024"',
        "L’année scolaire 2024 figure deux fois pour le même élève.",
    ),
    Breach(
        'moyenne="11.84"',
        'moyenne="25"',
        "L’attribut « moyenne » de l’élément « structure » vaut « 25 » ; il faut un "
        "nombre de 0 à 20 avec deux décimales au plus, ou -1 pour « non noté ».",
    ),
    Breach(
        'moyenne="12.00"',
        'moyenne="-0.5"',
        "L’attribut « moyenne » de l’élément « periode » vaut « -0.5 » ; il faut un "
        "nombre de 0 à 20 avec deux décimales au plus, ou -1 pour « non noté ».",
    ),
    Breach(
        'repar-moins-huit="9.09"',
        'repar-moins-huit="120"',
        "L’attribut « repar-moins-huit » de l’élément « structure » vaut « 120 » ; le "
        "maximum est 100.",
    ),
    Breach(
        '<periode numero="3"',
        '<periode numero="4"',
        "L’attribut « numero » de l’élément « periode » vaut « 4 » ; le maximum est 3.",
    ),
    Breach(
        '<periode numero="3"',
        '<periode numero="1"',
        "La période 1 figure deux fois dans la même évaluation.",
    ),
    Breach(
        'nom="O’NEIL" prenom="Zoë"',
        'nom="DURAND" prenom="Anne"',
        "L’enseignant DURAND, Anne figure deux fois dans la même évaluation.",
    ),
    Breach('nom="O’NEIL" ', "", "Il manque l’attribut « nom » à l’élément « enseignant »."),
    Breach(
        'nom="O’NEIL"',
        'nom=" "',
        "L’attribut « nom » de l’élément « enseignant » ne doit pas être vide.",
    ),
    Breach("Avis favorable.", "  ", "L’élément « avisChefEtab » ne doit pas être vide."),
    Breach(
        "Des progrès constants ; continuez « ainsi ».",
        "&#10;",
        "L’élément « annuelle » ne doit pas être vide.",
    ),
)
"""What the published schema 1.0 lets through and profile 1.1 refuses."""

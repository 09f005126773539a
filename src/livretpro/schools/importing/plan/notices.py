"""The sentences of the warnings: one function each, so that each is said in one place."""

from livretpro.schools.importing.report import Avertissement
from siecle_xml import Eleve, Individu


def _of(eleve: Eleve, code: str, clause: str) -> Avertissement:
    phrase = f"{eleve.nom} {eleve.prenom} (élève {eleve.eleve_id}) : {clause}."
    return Avertissement(code, phrase, eleve.eleve_id, eleve.ligne)


def no_ine(eleve: Eleve) -> Avertissement:
    """Kept all the same."""
    return _of(eleve, "ine_absent", "l’INE manque, l’élève est importé sans INE")


def no_status(eleve: Eleve) -> Avertissement:
    """Taken as ST."""
    clause = "le statut manque, l’élève est pris sous statut scolaire (ST)"
    return _of(eleve, "statut_absent", clause)


def no_division(eleve: Eleve) -> Avertissement:
    """Kept in the school, without division."""
    clause = "aucune division ne lui est donnée, l’élève est importé sans division"
    return _of(eleve, "division_absente", clause)


def no_mef(eleve: Eleve) -> Avertissement:
    """Imported, without livret."""
    return _of(eleve, "mef_absent", "le code MEF manque, l’élève n’aura pas de livret")


def two_divisions(eleve: Eleve) -> Avertissement:
    """The pupil is refused, not the file."""
    codes = ", ".join(eleve.divisions)
    clause = f"le fichier lui donne plusieurs divisions ({codes}), l’élève n’est pas importé"
    return _of(eleve, "deux_divisions", clause)


def pupil_too_long(eleve: Eleve, what: str, limit: int) -> Avertissement:
    """The pupil is refused: nothing is ever cut to fit."""
    clause = f"{what} dépasse {limit} caractères, l’élève n’est pas importé"
    return Avertissement(
        "texte_trop_long", f"Élève {eleve.eleve_id} : {clause}.", eleve.eleve_id, eleve.ligne
    )


def unresolved_variant(eleve: Eleve, mef: str) -> Avertissement:
    """The ten first digits are taken, for want of better."""
    clause = (
        f"son MEF {mef} est une variante dont le MEF de rattachement n’est pas connu, "
        "on prend ses dix premiers chiffres ; importez Nomenclature.xml"
    )
    return _of(eleve, "mef_variante", clause)


def unknown_mef(eleve: Eleve, mef: str) -> Avertissement:
    """Said once for each MEF."""
    clause = f"son MEF {mef} n’est ni dans Nomenclature.xml ni dans la table nationale"
    return _of(eleve, "mef_inconnu", clause)


def unknown_division(eleve: Eleve, code: str) -> Avertissement:
    """Created all the same; said once for each division."""
    clause = f"sa division {code} n’est pas connue par Structures.xml, elle est créée"
    return _of(eleve, "division_inconnue", clause)


def unknown_group(eleve: Eleve, code: str) -> Avertissement:
    """Created all the same; said once for each group."""
    clause = f"son groupe {code} n’est pas connu par Structures.xml, il est créé"
    return _of(eleve, "groupe_inconnu", clause)


def same_person(eleve: Eleve, known_id: int, known_name: str, reason: str) -> Avertissement:
    """Merged on confirmation only."""
    clause = (
        f"cet identifiant est nouveau mais {reason} que {known_name} (élève {known_id}), "
        "absent du fichier : sans confirmation de votre part, c’est un nouvel élève"
    )
    return _of(eleve, "meme_eleve", clause)


def several_homonyms(eleve: Eleve) -> Avertissement:
    """Never merged: a new pupil."""
    clause = (
        "plusieurs élèves absents du fichier ont les mêmes nom, prénom et date de naissance, "
        "c’est un nouvel élève"
    )
    return _of(eleve, "homonymes", clause)


def misfit_structure(code: str) -> Avertissement:
    """Left out."""
    phrase = f"La structure « {code[:40]} » a un code ou un libellé trop long : elle est ignorée."
    return Avertissement("texte_trop_long", phrase)


def misfit_mef(code: str) -> Avertissement:
    """Left out."""
    phrase = f"Le MEF « {code[:40]} » de Nomenclature.xml n’est pas valable : il est ignoré."
    return Avertissement("mef_invalide", phrase)


def misfit_person(individu: Individu) -> Avertissement:
    """Left out."""
    phrase = (
        f"La personne {individu.id[:20]} ({individu.type[:20]}) a un type inconnu "
        "ou un texte trop long : elle est ignorée."
    )
    return Avertissement("individu_invalide", phrase, ligne=individu.ligne)


def misfit_service(code: str, subject: str, ligne: int) -> Avertissement:
    """Left out."""
    phrase = (
        f"Un service de {code} a une matière (« {subject[:20]} ») ou une modalité "
        "qui n’est pas valable : il est ignoré."
    )
    return Avertissement("service_invalide", phrase, ligne=ligne)


def unknown_teacher(code: str, subject: str, teacher: tuple[str, str], ligne: int) -> Avertissement:
    """Ignored."""
    phrase = (
        f"Le service {subject} de {code} désigne une personne absente du fichier "
        f"({teacher[0]}, {teacher[1]}) : elle est ignorée."
    )
    return Avertissement("enseignant_inconnu", phrase, ligne=ligne)


def unknown_principal_division(individu: Individu, code: str) -> Avertissement:
    """Ignored."""
    phrase = (
        f"{individu.nom} {individu.prenom} est professeur principal de « {code[:20]} », "
        "qui n’est pas une division connue : cette charge est ignorée."
    )
    return Avertissement("division_inconnue", phrase, ligne=individu.ligne)


def same_staff(individu: Individu, known_key: str) -> Avertissement:
    """Merged on confirmation only."""
    how = f"déjà connue (STS {known_key}), absente du fichier" if known_key else "ajoutée à la main"
    return _homonym(
        individu,
        f"porte le nom d’une personne {how} : sans confirmation de votre part, c’est une autre "
        "personne, sans compte",
    )


def several_staff(individu: Individu) -> Avertissement:
    """Never merged: a new person."""
    return _homonym(
        individu,
        "porte le nom de plusieurs personnes déjà connues, absentes du fichier ou ajoutées à la "
        "main : c’est une autre personne, sans compte",
    )


def _homonym(individu: Individu, clause: str) -> Avertissement:
    who = f"{individu.nom} {individu.prenom} (STS {individu.id}, {individu.type})"
    return Avertissement("personnel_homonyme", f"{who} {clause}.", ligne=individu.ligne)


def foreign_bounds(year: str) -> Avertissement:
    """The bounds of the year are left as they were."""
    phrase = (
        f"Les dates de début et de fin d’année de STS ne sont pas celles de {year} : "
        "elles sont ignorées."
    )
    return Avertissement("bornes_annee", phrase)


def new_year(year: str, former: str) -> Avertissement:
    """Shown before applying."""
    phrase = (
        f"Ces fichiers ouvrent l’année scolaire {year} et ferment l’année {former} : les "
        f"enseignants n’y liront ni n’y écriront plus, seule la direction la consulte, et ses "
        "fichiers seront refusés. On ne revient pas en arrière : il faut le confirmer pour "
        "appliquer."
    )
    return Avertissement("nouvelle_annee", phrase)


def missing(gone: int, expected: int, former: str) -> Avertissement:
    """Shown before applying files that open a year."""
    lack = "1 élève manque" if gone == 1 else f"{gone} élèves manquent"
    phrase = (
        f"{lack}, sur les {expected} de {former} qui n’étaient pas en dernière année : si "
        "l’export n’est ni tronqué, ni filtré, ni fait avant les affectations, il faut le "
        "confirmer pour appliquer."
    )
    return Avertissement("departs", phrase)


def departures(gone: int, present: int, emptied: tuple[str, ...]) -> Avertissement:
    """Shown before applying."""
    leave = "1 élève partirait" if gone == 1 else f"{gone} élèves partiraient"
    verb = "se viderait" if len(emptied) == 1 else "se videraient"
    empty = f" ; {verb} : {', '.join(emptied)}" if emptied else ""
    phrase = (
        f"{leave} sur {present}{empty}. Si l’export n’est ni tronqué ni filtré, "
        "il faut le confirmer pour appliquer."
    )
    return Avertissement("departs", phrase)

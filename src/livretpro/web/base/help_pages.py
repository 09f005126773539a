"""The pages of help: what each is about, and which one belongs to the page on screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class HelpPage:
    """A page of help, whose text stands in the template `help/<slug>.html`.

    `readers` says whom the screen is for, `way` how to get there; both empty when they would say
    nothing.
    """

    slug: str
    title: str
    about: str
    readers: str = ""
    way: str = ""

    @property
    def address(self) -> str:
        """Where it is read."""
        return reverse("help_page", args=[self.slug])

    @property
    def template(self) -> str:
        """Where its text stands."""
        return f"help/{self.slug}.html"


HEAD = "Chef d’établissement, adjoint et DDFPT"
WHO_FILLS = "Enseignants, chef d’établissement, adjoint et DDFPT"
STRUCTURE = "Administrateur, chef d’établissement, adjoint et DDFPT"
ENTRY = "LSL Pro > Saisie du livret scolaire des élèves"
CONFIGURATION = "LSL Pro > Configuration et export du LSL Pro"

FILLING = (
    HelpPage(
        "statuts",
        "Rouge, orange, vert",
        "Ce que dit le petit signe de couleur, et ce qui manque à un livret.",
    ),
    HelpPage(
        "saisie",
        "Choisir une division et un élève",
        "Vos divisions, ce qu’il vous reste à saisir, les élèves sans livret.",
        WHO_FILLS,
        ENTRY,
    ),
    HelpPage(
        "livret",
        "Livret d’un élève",
        "Moyennes, degrés, appréciation, PFMP, projet ; historique de chaque donnée.",
        WHO_FILLS,
        f"{ENTRY}, une division, un élève",
    ),
    HelpPage(
        "classe",
        "Classe en grille",
        "Les degrés et les moyennes de toute une division, au clavier.",
        WHO_FILLS,
        f"{ENTRY}, une division, « Degrés et moyennes »",
    ),
    HelpPage(
        "appreciations",
        "Appréciations d’une classe",
        "Un texte par élève, l’un après l’autre.",
        WHO_FILLS,
        f"{ENTRY}, une division, « Appréciations »",
    ),
    HelpPage(
        "choix-division",
        "Choix pour toute la division",
        "Partie PFMP exportée, semaines, enseignants d’un bloc, en une fois.",
        WHO_FILLS,
        f"{ENTRY}, une division, « Choisir pour toute la division »",
    ),
    HelpPage(
        "tableur",
        "Remplir une division dans un tableur",
        "Télécharger les livrets, les remplir hors connexion, déposer le fichier rempli.",
        WHO_FILLS,
        f"{ENTRY}, une division, « Remplir dans un tableur »",
    ),
    HelpPage(
        "phrases",
        "Phrases prêtes",
        "Garder les phrases que l’on écrit souvent, les insérer dans un texte.",
        WHO_FILLS,
        f"{ENTRY}, « Phrases prêtes pour les textes » ; Compétences > Bulletins > Phrases prêtes",
    ),
    HelpPage(
        "recherche",
        "Recherche et clavier",
        "Trouver un élève, une division ou une personne ; agir sans la souris.",
    ),
)
STEERING = (
    HelpPage(
        "tableau-de-bord",
        "Tableau de bord",
        "L’avancement de chaque division, ce qui bloque, le dernier export.",
        HEAD,
        "LSL Pro > Tableau de bord LSL Pro",
    ),
    HelpPage(
        "campagne",
        "Périodicité, campagne et annonces",
        "Trimestres ou semestres, dates de saisie, messages aux enseignants.",
        HEAD,
        CONFIGURATION,
    ),
    HelpPage(
        "export",
        "Export vers LSL Pro",
        "Préparer le fichier d’une division, comparer les versions, vérifier un fichier.",
        HEAD,
        CONFIGURATION,
    ),
    HelpPage(
        "repetition",
        "Répétition générale",
        "Ce que dirait l’import d’un fichier, avant de l’envoyer, et où corriger.",
        HEAD,
        f"{CONFIGURATION}, « Préparer », une version",
    ),
    HelpPage(
        "bilan-lsl",
        "Bilan du LSL",
        "Déposer le bilan d’un import, lire ce que le LSL a pris de chaque livret.",
        HEAD,
        f"{CONFIGURATION}, « Déposer un bilan du LSL »",
    ),
    HelpPage(
        "journal",
        "Journal",
        "Qui a changé quoi, et quand.",
        STRUCTURE,
        "Journal",
    ),
)
PREPARING = (
    HelpPage(
        "import-siecle",
        "Import SIECLE",
        "Élèves, divisions, enseignants : les fichiers à donner et l’aperçu avant d’appliquer.",
        STRUCTURE,
        "Import SIECLE",
    ),
    HelpPage(
        "comptes",
        "Comptes et invitations",
        "Ouvrir un compte, inviter les enseignants, mot de passe et second facteur.",
        "Administrateur ; la direction consulte la liste. « Mon compte » est ouvert à chacun.",
        "Comptes ; votre nom, en haut de la page, mène à « Mon compte »",
    ),
    HelpPage(
        "enseignants",
        "Services, remplaçants et groupes",
        "Qui écrit quoi, dans quelle division ; sur quels élèves portent les chiffres du groupe.",
        HEAD,
        "LSL Pro > Enseignants de la spécialité",
    ),
    HelpPage(
        "referentiel",
        "Référentiel du diplôme",
        "La liste des compétences attendues, et ses versions.",
        HEAD,
        "LSL Pro > Référentiel du diplôme",
    ),
)
BULLETINS = (
    HelpPage(
        "bilans",
        "Bilans de période",
        "Les degrés, la moyenne et l’appréciation d’une période, puis leur publication.",
        "Les enseignants de la spécialité ; la publication revient à la direction et au "
        "professeur principal.",
        "Saisie d’une classe > Bilan de période",
    ),
    HelpPage(
        "partenaires",
        "Partenaires",
        "Ouvrir les périodes publiées à un logiciel de bulletins, et fermer cet accès.",
        STRUCTURE,
        "Tableau du lycée > Partenaires",
    ),
    HelpPage(
        "bulletins",
        "Bulletins de compétences",
        "Consulter, imprimer, saisir notes et appréciations, configurer les maquettes, publier.",
        "La direction ; les enseignants pour leurs services.",
        "Compétences > Bulletins",
    ),
    HelpPage(
        "bulletins-ressources",
        "Classes, matières et services des bulletins",
        "La filière d’une classe, le code SIECLE d’une matière, les sous-services, les périodes.",
        STRUCTURE,
        "Ressources",
    ),
    HelpPage(
        "bulletins-referentiels",
        "Référentiels par matière",
        "Ce sur quoi une filière est évaluée, et les codes par lesquels CPRO en parle.",
        STRUCTURE,
        "Compétences > Référentiels > Référentiels par matière",
    ),
    HelpPage(
        "bulletins-cpro",
        "Importer les données de CPRO",
        "Vérifier les prérequis, réparer, importer, lire le compte rendu, annuler.",
        STRUCTURE,
        "Imports/Exports > PARTENAIRES > CPRO",
    ),
)
REGISTRE = (
    HelpPage(
        "registre",
        "Registre de répétition",
        "Recevoir les fichiers comme le fait LSL, lire le bilan, vérifier et viser les dossiers.",
        HEAD,
        "Registre > Paramétrage > Importer",
    ),
)
GLOSSARY = HelpPage("glossaire", "Glossaire", "Les mots du livret, de A à V.")

GROUPS = (
    ("Remplir les livrets", FILLING),
    ("Suivre et exporter", STEERING),
    ("Préparer l’établissement", PREPARING),
    ("Bulletins de compétences", BULLETINS),
    ("Registre de répétition", REGISTRE),
)
PAGES: Mapping[str, HelpPage] = {
    page.slug: page for page in (*FILLING, *STEERING, *PREPARING, *BULLETINS, *REGISTRE, GLOSSARY)
}

OF_VIEW: Mapping[str, str] = {
    "suivi:entry": "saisie",
    "suivi:division": "classe",
    "suivi:division_choice": "choix-division",
    "suivi:division_spreadsheet": "tableur",
    "suivi:livret": "livret",
    "suivi:livret_history": "livret",
    "suivi:dashboard": "tableau-de-bord",
    "suivi:owed": "tableau-de-bord",
    "suivi:school_board": "tableau-de-bord",
    "suivi:school_owed": "tableau-de-bord",
    "suivi:export": "export",
    "suivi:export_division": "export",
    "suivi:export_compare": "export",
    "suivi:export_versions": "export",
    "suivi:export_run": "export",
    "suivi:verify": "export",
    "suivi:returned_bilans": "bilan-lsl",
    "suivi:returned_bilan": "bilan-lsl",
    "suivi:returned_bilan_tie": "bilan-lsl",
    "suivi:rehearsal": "repetition",
    "suivi:registry": "repetition",
    "suivi:announce": "campagne",
    "suivi:campaign": "campagne",
    "suivi:period_dates": "campagne",
    "suivi:periodicity": "campagne",
    "suivi:project": "campagne",
    "imports": "import-siecle",
    "import_batch": "import-siecle",
    "accounts": "comptes",
    "accounts_invite": "comptes",
    "accounts_known": "comptes",
    "account_member": "comptes",
    "account_code": "comptes",
    "account": "comptes",
    "second_factor": "comptes",
    "recovery_codes": "comptes",
    "suivi:teachers": "enseignants",
    "suivi:subjects": "enseignants",
    "suivi:substitutions": "enseignants",
    "suivi:referents": "enseignants",
    "suivi:groups": "enseignants",
    "suivi:group": "enseignants",
    "suivi:referentiel": "referentiel",
    "suivi:referentiel_edit": "referentiel",
    "suivi:bilan": "bilans",
    "suivi:partners": "partenaires",
    "bulletins:marks": "bulletins",
    "bulletins:work": "bulletins",
    "bulletins:entry": "bulletins",
    "bulletins:mockups": "bulletins",
    "bulletins:mockup": "bulletins",
    "bulletins:bulletin": "bulletins",
    "bulletins:divisions": "bulletins",
    "bulletins:division": "bulletins",
    "bulletins:choose_period": "bulletins",
    "bulletins:general": "bulletins",
    "bulletins:degrees": "bulletins",
    "bulletins:appraisals": "bulletins",
    "bulletins:classes": "bulletins-ressources",
    "bulletins:sectors": "bulletins-ressources",
    "bulletins:subjects": "bulletins-ressources",
    "bulletins:periods": "bulletins-ressources",
    "bulletins:services": "bulletins-ressources",
    "bulletins:services_of_class": "bulletins-ressources",
    "bulletins:service_teachers": "bulletins-ressources",
    "bulletins:frames": "bulletins-referentiels",
    "bulletins:frame": "bulletins-referentiels",
    "bulletins:cpro": "bulletins-cpro",
    "bulletins:pupils": "bulletins-cpro",
    "bulletins:import": "bulletins-cpro",
    "bulletins:connection": "bulletins-cpro",
    "registre:imports": "registre",
    "registre:import": "registre",
    "registre:tokens": "registre",
    "registre:records": "registre",
    "registre:record": "registre",
    "registre:history": "registre",
    "registre:verification": "registre",
    "registre:assistance": "registre",
    "journal": "journal",
    "phrases": "phrases",
    "phrase": "phrases",
    "search": "recherche",
    "keyboard": "recherche",
}
"""The page of help of each view that shows a whole page, a form shown again included."""
OF_CLASS_VIEW: Mapping[str, str] = {"appreciations": "appreciations", "liste": "statuts"}
"""The page of a division holds three views, told by `?vue=`."""


def help_of(view_name: str, vue: str = "") -> HelpPage | None:
    """The help of the page on screen, None for a page that has no help of its own."""
    slug = OF_VIEW.get(view_name)
    if view_name == "suivi:division":
        slug = OF_CLASS_VIEW.get(vue, slug)
    return PAGES[slug] if slug else None

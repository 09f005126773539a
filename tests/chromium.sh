#!/usr/bin/env bash
# Find a Chromium for the journeys, or install Debian's where that is possible, or say so aloud.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installation de Chromium pour les parcours dans un navigateur…"
  DEBIAN_FRONTEND=noninteractive
  export DEBIAN_FRONTEND
  apt-get update -qq >/dev/null 2>&1
  apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null 2>&1
  command -v chromium >/dev/null && exit 0
fi
echo "!!!!!!!! PAS DE CHROMIUM SUR CETTE MACHINE : LES PARCOURS DANS UN NAVIGATEUR NE SONT PAS JOUÉS !!!!!!!!" >&2
[ "${LIVRETPRO_REQUIRE_BROWSER:-}" != 1 ]

#!/bin/sh
# Installs FFmpeg's libraries (5.1, as Debian 12 has them) and the font that the synthetic camera writes its clock with.
# Says the command and stops where it may not install. Finds out in milliseconds when everything is there.
set -eu

packages="libavformat59 libavcodec59 libavfilter8 libavutil57 libswscale6 libswresample4 fonts-dejavu-core"
libraries="libavformat.so.59 libavcodec.so.59 libavfilter.so.8 libavutil.so.57 libswscale.so.6 libswresample.so.4"
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf

complete() {
  [ -f "$font" ] || return 1
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null) || return 1
  for library in $libraries; do
    case $known in *"$library "*) ;; *) return 1 ;; esac
  done
}

if complete; then exit 0; fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "FFmpeg 5.1's libraries are missing ($libraries), and this system has no apt-get." >&2
  echo "Install your distribution's FFmpeg 5.1 libraries and the DejaVu fonts, then run this again." >&2
  exit 1
fi

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  echo "FFmpeg's libraries are missing. Run this, then try again:" >&2
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
  exit 1
fi

echo "Installing FFmpeg's libraries: $packages"
if ! $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null 2>&1; then
  $as_root apt-get update -qq
  if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; then
    echo "apt-get could not install them. They are named as in Debian 12 (bookworm); elsewhere install FFmpeg 5.1's libraries by hand," >&2
    echo "or make the bindings for the version you have: build/bindings" >&2
    exit 1
  fi
fi

complete || { echo "FFmpeg's libraries are still not found after the installation." >&2; exit 1; }

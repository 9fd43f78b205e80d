# shellcheck shell=sh
# What the scripts share: one Python, one virtual environment, one sentence for each thing missing.
# Sourced from the root of the repository; never run.

FITTING_PYTHON='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))'
KILOBYTES_TO_INSTALL=500000 # all of requirements-dev.txt unpacked, with room to spare
# shellcheck disable=SC2034  # used by those who source this
KILOBYTES_TO_RUN=50000

say() { printf '%s\n' "$*"; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# setting NAME: the value of the environment, else of .env, else nothing.
setting() {
    if printenv "$1"; then return; fi
    if [ -r .env ]; then sed -n "s/^$1=//p" .env | tail -n 1; fi
}

# need_room KILOBYTES: stop unless this much disk is free here and var/ can be written.
need_room() {
    free=$(df -Pk . 2>/dev/null | awk 'NR == 2 { print $4 }')
    case $free in
    '' | *[!0-9]*) ;; # some file systems do not say
    *) [ "$free" -ge "$1" ] ||
        stop "The disk of $(pwd) has $((free / 1000)) MB free and $(($1 / 1000)) MB are needed: make room, then run this again." ;;
    esac
    if ! { mkdir -p var && : >var/.room && rm var/.room; } 2>/dev/null; then
        stop "$(pwd)/var cannot be written: give $(id -un) the right to write there, then run this again."
    fi
}

# Two scripts never set up the same folder at once. The lock goes with the process, however it ends.
one_at_a_time() {
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>var/setup.lock
    flock -n 9 && return 0
    say "Another script is setting up this folder: waiting for it."
    flock 9
}

end_of_setup() { exec 9>&-; }

venv_works() {
    [ ! -e .venv/.unfinished ] && .venv/bin/python -c "$FITTING_PYTHON" >/dev/null 2>&1
}

# Sets PYTHON to the newest fitting interpreter that can also make virtual environments.
find_python() {
    incomplete=
    for PYTHON in python3.13 python3.12 python3.11 python3; do
        "$PYTHON" -c "$FITTING_PYTHON" >/dev/null 2>&1 || continue
        "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
        incomplete=$PYTHON
    done
    [ -z "$incomplete" ] ||
        stop "$incomplete cannot make virtual environments: install the package python3-venv (apt-get install python3-venv), then run this again."
    found=$(python3 -V 2>/dev/null) || found="no python3"
    stop "Python 3.11, 3.12 or 3.13 is needed and $found was found: install one of them (apt-get install python3 python3-venv), then run this again."
}

# Any fitting Python, for the questions asked before the virtual environment is there.
any_python() {
    if venv_works; then PYTHON=.venv/bin/python; else find_python; fi
}

# An environment that a killed run left half-made is thrown away whole.
make_venv() {
    find_python
    need_room "$KILOBYTES_TO_INSTALL"
    say "Making the virtual environment .venv"
    rm -rf .venv && mkdir .venv && : >.venv/.unfinished
    "$PYTHON" -m venv .venv >var/setup.log 2>&1 ||
        stop "The virtual environment could not be made: $(tail -n 1 var/setup.log)"
}

why_pip_failed() {
    if grep -q 'No space left' var/setup.log; then
        say "The disk is full: make room, then run this again."
    elif grep -qE 'Could not fetch URL|Connection|Max retries|Temporary failure|timed out' var/setup.log; then
        say "The packages could not be downloaded: pip reaches no package index. Check the network or pip's settings, then run this again."
    elif grep -q 'DO NOT MATCH THE HASHES' var/setup.log; then
        say "A downloaded package is not the one that $1 names: nothing was installed. Check pip's package index."
    else
        say "pip could not install $1; its last words are in var/setup.log: $(grep '^ERROR' var/setup.log | tail -n 1)"
    fi
}

# need_packages LOCK: .venv with what the lock file names. Costs nothing when the lock has not changed.
need_packages() {
    venv_works || make_venv
    wanted=$(cksum <"$1")
    if [ "$(cat ".venv/.installed-$1" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 ||
        .venv/bin/python -m ensurepip >/dev/null 2>&1 || make_venv
    say "Installing $1"
    : >.venv/.unfinished
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --only-binary :all: -r "$1" >var/setup.log 2>&1 || stop "$(why_pip_failed "$1")"
    say "$wanted" >".venv/.installed-$1"
    # The development lock holds everything of the other one, in the same versions.
    [ "$1" != requirements-dev.txt ] || cksum <requirements.txt >.venv/.installed-requirements.txt
    rm .venv/.unfinished
}

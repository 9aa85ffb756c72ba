# shellcheck shell=bash
# Installs what the tests need from Debian's packages, where this user may. Sourced by the scripts beside it.

note() {
    printf '%s\n' "$*" >&2
}

may_install() {
    command -v apt-get >/dev/null && { [[ $EUID -eq 0 ]] || sudo -n true 2>/dev/null; }
}

as_root() {
    if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# install_packages NAME...: false where that may not or cannot be done.
install_packages() {
    if ! may_install; then
        note "not installed: $* (no apt-get, or neither root nor sudo without a password)"
        return 1
    fi
    note "installing $*"
    # A subshell, so that the rule against starting services goes away with it, whatever ends it.
    (
        policy=/usr/sbin/policy-rc.d
        if [[ ! -e $policy ]]; then
            trap 'as_root rm -f "$policy"' EXIT
            trap 'exit 130' INT
            trap 'exit 143' TERM HUP
            printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null || exit 1
            as_root chmod 755 "$policy" || exit 1
        fi
        wait_for_lock=(-o DPkg::Lock::Timeout=300)
        as_root apt-get "${wait_for_lock[@]}" update >&2 || exit 1
        as_root env DEBIAN_FRONTEND=noninteractive apt-get "${wait_for_lock[@]}" \
            install -y --no-install-recommends "$@" </dev/null >&2
    ) || {
        note "could not install $*"
        return 1
    }
}

# ensure_clients: what runs the files that `diff` writes. A test that needs one that is missing fails.
ensure_clients() {
    local missing=()
    command -v psql >/dev/null || missing+=(postgresql-client)
    command -v mariadb >/dev/null || missing+=(mariadb-client)
    command -v sqlite3 >/dev/null || missing+=(sqlite3)
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}" || true
}

# ensure_hook_tools: the real pre-commit and just, in a Python environment of their own, which SEADRIFT_TEST_TOOLS then names. A test
# that needs them where they are missing says so, and fails in CI.
ensure_hook_tools() {
    local tools=${CARGO_TARGET_DIR:-target}/tools
    if [[ ! -x $tools/bin/pre-commit || ! -x $tools/bin/just ]]; then
        note "installing pre-commit and just into $tools"
        {
            python3 -m venv "$tools" >/dev/null 2>&1 ||
                { install_packages python3-venv && python3 -m venv "$tools"; }
        } && "$tools/bin/pip" install --quiet pre-commit rust-just >&2 ||
            note "could not install pre-commit and just"
    fi
    [[ ! -d $tools/bin ]] || SEADRIFT_TEST_TOOLS=$(realpath "$tools/bin")
    export SEADRIFT_TEST_TOOLS
}

# The bundled SQLite is C.
ensure_compiler() {
    command -v cc >/dev/null && return
    install_packages build-essential && return
    note "no C compiler: install the package build-essential"
    return 1
}

# What runs SQL scripts: psql, mariadb and sqlite3. Tests that want one that is missing say so.
ensure_clients() {
    local missing=()
    command -v psql >/dev/null || missing+=(postgresql-client)
    command -v mariadb >/dev/null || missing+=(mariadb-client)
    command -v sqlite3 >/dev/null || missing+=(sqlite3)
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}" || note "no client: ${missing[*]}"
}

# ensure_mermaid FOLDER: mermaid, which has to take the diagrams of `check`, and the document that it wants, put there by npm.
ensure_mermaid() {
    local missing=()
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}" || return 1
    [[ -e $1/node_modules/mermaid && -e $1/node_modules/jsdom ]] && return
    note "installing mermaid and jsdom in $1"
    mkdir -p "$1" || return 1
    npm install --prefix "$1" --no-audit --no-fund --ignore-scripts mermaid@11 jsdom@26 </dev/null >&2 || {
        note "could not install mermaid"
        return 1
    }
}

# What merges two branches in the tests of the lock.
ensure_git() {
    command -v git >/dev/null || install_packages git || note "no git"
}

#!/usr/bin/env bash
# Installs what is missing to build and run Throughline: a C toolchain (librdkafka), protoc (the trace
# viewer's build), PostgreSQL, Redis, and the programs that are named as arguments. Asks nothing, and does
# nothing when all of it is there.
set -euo pipefail

has() { command -v "$1" >/dev/null 2>&1; }

# The same places in which `throughline up` looks (local-servers/src/find.rs).
has_postgres() {
    local folder
    local -a folders
    IFS=: read -ra folders <<<"$PATH"
    for folder in "${folders[@]}" /usr/lib/postgresql/*/bin {/opt/homebrew,/usr/local,/home/linuxbrew/.linuxbrew}/opt/postgresql*/bin; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then return 0; fi
    done
    return 1
}

# Prints the packages that are missing, by their names for apt ($1 = apt) or Homebrew. The other arguments are
# programs whose package has the same name in both.
missing_packages() {
    if [ "$1" = apt ]; then
        if ! has cc || ! has c++ || ! has make; then echo build-essential; fi
        has ps || echo procps
        has protoc || echo protobuf-compiler
        has_postgres || echo postgresql
        has redis-server || echo redis-server
    else
        has protoc || echo protobuf
        has_postgres || echo postgresql@17
        has redis-server || echo redis
    fi
    local program
    for program in "${@:2}"; do has "$program" || echo "$program"; done
}

give_up() {
    echo "setup: $1" >&2
    exit 1
}

install_with_apt() {
    local -a packages=("$@") as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        # -n: fail rather than ask for a password when there is no terminal to ask on.
        if has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            give_up "only root can install packages; run: apt-get update && apt-get install -y ${packages[*]}"
        fi
    fi
    echo "setup: installing ${packages[*]}"
    # `env`, because sudo drops variables that are set in front of it.
    local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
    "${apt[@]}" update -q
    "${apt[@]}" install -y -q --no-install-recommends "${packages[@]}"
    if [ -d /run/systemd/system ]; then
        echo "setup: Debian also starts system-wide servers of its own. Throughline uses its private ones;"
        echo "setup: to stop the others: ${as_root[*]} systemctl disable --now postgresql redis-server"
    fi
}

install_missing() {
    local manager=brew
    if [ "$(uname -s)" != Darwin ] && has apt-get; then manager=apt; fi
    local packages
    packages=$(missing_packages "$manager" "$@")
    [ -n "$packages" ] || return 0
    # The names have no spaces; one word each is what the installers want.
    # shellcheck disable=SC2086
    if [ "$manager" = apt ]; then
        install_with_apt $packages
    elif has brew; then
        echo "setup: installing" $packages
        HOMEBREW_NO_AUTO_UPDATE=1 brew install $packages
    elif [ "$(uname -s)" = Darwin ]; then
        give_up "Homebrew is missing; install it from https://brew.sh, then run: brew install $(echo $packages)"
    else
        give_up "neither apt-get nor brew is here; install a C compiler, make, protoc, PostgreSQL and Redis by this system's package manager"
    fi
}

if [ "$(uname -s)" = Darwin ] && ! xcode-select -p >/dev/null 2>&1; then
    give_up "the C toolchain is missing; run: xcode-select --install"
fi
install_missing "$@"
if ! has cargo; then
    give_up "Rust is missing; run: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . \"\$HOME/.cargo/env\""
fi

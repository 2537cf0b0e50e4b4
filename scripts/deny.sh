#!/usr/bin/env bash
# Checks licences, bans and sources of all dependencies, and advisories where their database can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
if ! cargo deny --version >/dev/null 2>&1; then
    echo "installing cargo-deny $version (once, a minute)"
    # Not optimised: it reads some files, and optimising takes longer than it would ever save.
    cargo install cargo-deny --version "$version" --locked --debug
fi

cargo deny --locked check licenses bans sources
if cargo deny --locked fetch db >/dev/null 2>&1; then
    cargo deny --locked check advisories
else
    echo "advisories: not checked, their database can't be fetched from here"
fi

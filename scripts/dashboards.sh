#!/usr/bin/env bash
# Holds Grafana's dashboards against Grafana's own types: each file, as a literal of the type `Dashboard` of the
# package @grafana/schema, has to compile. A field with a typing error does not.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly schema=13.2.3 typescript=5.9.3
cache="${XDG_CACHE_HOME:-$HOME/.cache}/throughline/grafana-schema-$schema-$typescript"
mkdir -p "$cache"
if [ ! -x "$cache/node_modules/.bin/tsc" ]; then
    npm install --prefix "$cache" --silent --no-audit --no-fund "@grafana/schema@$schema" "typescript@$typescript"
fi

rm -f "$cache"/*.ts
for file in deploy/grafana/dashboards/*.json; do
    {
        echo "import type { Dashboard } from '@grafana/schema';"
        # JSON has texts where the types have enums of texts, and nothing where they have undefined.
        echo 'type Json<T> = T extends string ? `${T}` : T extends (infer E)[] ? Json<E>[] : T extends object ? { [K in keyof T]: Json<T[K]> } : T;'
        echo "export const dashboard: Json<Dashboard> ="
        cat "$file"
    } >"$cache/$(basename "$file" .json).ts"
done
(cd "$cache" && node_modules/.bin/tsc --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext ./*.ts)
echo "dashboards: $(ls deploy/grafana/dashboards/*.json | wc -l) files are of Grafana's type"

#!/usr/bin/env bash
# Runs the whole stack of docker-compose.yml for real and looks whether it does what it promises: it starts
# healthy, an order is one trace on real Kafka, metrics arrive, killed services come back, no container
# outgrows its memory, and nothing is left in the end. Needs an engine, Compose and this machine's ports free;
# takes minutes when the images have to be built. A project of its own: the volumes of `make stack` stay as they are.
#
#   PULL=never       use only images that are here already, ask no registry
#   SCREENSHOT=FILE  where the picture of an order's trace goes; the README's is docs/images/trace.png
set -euo pipefail
cd "$(dirname "$0")/.."

export COMPOSE_PROJECT_NAME=throughline-test
# Somebody waits for every figure here.
export OTEL_METRIC_EXPORT_INTERVAL=2000
readonly gateway=http://127.0.0.1:8080 ui=http://127.0.0.1:16686 prometheus=http://127.0.0.1:9090
readonly ours=(gateway users orders order-worker)
readonly largest_image=$((40 * 1000 * 1000))
readonly screenshot=${SCREENSHOT:-${CARGO_TARGET_DIR:-target}/screenshots/trace.png}
work=$(mktemp -d)
started='' building='' configurations='' failure='' tests=''

say() { printf 'test-stack: %s\n' "$*"; }
fail() {
    failure=$*
    exit 1
}

# What has been started is stopped whatever happens; after a failure with the last words of those concerned.
clean_up() {
    local code=$?
    trap - EXIT
    # A background process does not hear Ctrl-C.
    kill $building $configurations 2>/dev/null || true
    if [ -n "$started" ]; then
        if [ "$code" -ne 0 ]; then
            docker compose ps --all >&2 || true
            docker compose logs --no-color --tail 15 >&2 || true
            # What failed is said before all that; who sees the end only must see it too.
            [ ! -s "$work/tests.log" ] || grep -A 3 ' panicked at ' "$work/tests.log" >&2 || true
        fi
        docker compose down --volumes --timeout 10 >"$work/down.log" 2>&1 || cat "$work/down.log" >&2
    fi
    [ "$code" -eq 0 ] || printf 'test-stack: FAILED: %s\n' "${failure:-a command of this script, see above}" >&2
    rm -rf "$work"
    exit "$code"
}
trap clean_up EXIT

# until_true SECONDS WHAT COMMAND...: asks twice a second, says every 10 s that it still waits.
until_true() {
    local limit=$1 what=$2 begun=$SECONDS told=0
    shift 2
    until "$@"; do
        local waited=$((SECONDS - begun))
        [ "$waited" -lt "$limit" ] || fail "$what: not within $limit s"
        if [ $((waited / 10)) -gt "$told" ]; then
            told=$((waited / 10))
            say "still waiting for: $what ($waited of at most $limit s)"
        fi
        sleep 0.5
    done
}

check_tools() {
    docker version >/dev/null 2>&1 ||
        fail "no container engine answers (docker version fails): start Docker, or set DOCKER_HOST, and run this again"
    docker compose version >/dev/null 2>&1 || fail "docker has no Compose: install the plugin docker-compose-plugin"
    local tool
    for tool in curl jq cargo npm; do
        command -v "$tool" >/dev/null || fail "$tool is missing: install it by this system's package manager"
    done
}

check_limits() {
    local total
    # Of what stays: migrations and the like have ended before the services begin.
    total=$(docker compose config --format json |
        jq '[.services[] | select(.restart == "unless-stopped") | .mem_limit // 1e12 | tonumber] | add / 1048576')
    jq -en "$total <= 2048" >/dev/null || fail "the memory limits add up to $total MiB, more than 2 GiB: lower one (a huge sum: one has none)"
    say "memory limits: $total MiB in all"
}

check_images() {
    local service size
    for service in "${ours[@]}"; do
        size=$(docker image inspect --format '{{.Size}}' "throughline/$service:dev")
        printf '  %-14s %5.1f MB\n' "$service" "$((size / 100000))e-1"
        [ "$size" -le "$largest_image" ] || fail "the image of $service is larger than 40 MB: see what deploy/Dockerfile copies"
    done
}

build() {
    local begun=$SECONDS
    say "building the images (the first time compiles everything: minutes)"
    docker compose --progress plain build >"$work/build.log" 2>&1 &
    building=$!
    while kill -0 "$building" 2>/dev/null; do
        sleep 1
        [ $(((SECONDS - begun) % 30)) -ne 29 ] || say "$((SECONDS - begun)) s: $(tail -n 1 "$work/build.log" | cut -c1-90)"
    done
    if ! wait "$building"; then
        tail -n 40 "$work/build.log" >&2
        fail "the build, see above; docker compose build shows all of it"
    fi
    building=
    say "built in $((SECONDS - begun)) s"
    check_images
    say "building the program that places orders, and the tests"
    # In one build, and of the whole workspace: with the features that `make test` builds all dependencies with.
    tests=$(cargo build --quiet --locked --workspace --bin throughline --test stack --message-format json-render-diagnostics |
        jq --raw-output 'select(.target.name == "stack" and .executable) | .executable')
    # From a copy: another build may be under way in this folder when it is needed.
    cp "${CARGO_TARGET_DIR:-target}/debug/throughline" "$work/"
}

start() {
    local begun=$SECONDS
    say "starting, until all is healthy"
    started=yes
    docker compose up --wait --wait-timeout 240 --pull "${PULL:-missing}" --quiet-pull >"$work/up.log" 2>&1 || {
        tail -n 20 "$work/up.log" >&2
        fail "the stack does not start, see above (a port in use? stop what holds it: make stack-down, or throughline up's Ctrl-C)"
    }
    say "healthy after $((SECONDS - begun)) s"
    # The Collector's image has no health command: its neighbour asks.
    until_true 20 "the Collector's health" \
        docker compose exec -T prometheus wget -q -O /dev/null http://otel-collector:13133/
}

demo() {
    "$work/throughline" demo --against "$gateway" --ui "$ui"
}

# The first trace of the demo again, from Jaeger's own API: how many spans, by which services.
check_trace() {
    local id
    id=$(sed -n 's/^trace \([0-9a-f]\{32\}\),.*/\1/p' "$work/demo.log" | head -n 1)
    [ -n "$id" ] || fail "the demo named no trace: its output has changed"
    curl -fsS "$ui/api/traces/$id" >"$work/trace.json" || fail "Jaeger does not know trace $id"
    jq -e '[.data[0].processes[].serviceName] | unique == ["gateway", "order-worker", "orders", "users"]' \
        "$work/trace.json" >/dev/null || fail "trace $id has not all four services: $ui/trace/$id"
    say "Jaeger: trace $id has $(jq '.data[0].spans | length' "$work/trace.json") spans of four services"
}

# The same trace as people see it: Jaeger's own page, drawn by a browser, with all its spans.
check_page() {
    local candidate browser='' spans id
    local -a headless=(--headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1440,1240 --virtual-time-budget=15000)
    for candidate in chromium chromium-browser google-chrome; do
        if command -v "$candidate" >/dev/null; then browser=$candidate && break; fi
    done
    if [ -z "$browser" ]; then
        say "Jaeger's page: no Chromium here to draw it, so nobody has looked"
        return
    fi
    id=$(jq -r '.data[0].traceID' "$work/trace.json")
    "$browser" "${headless[@]}" --dump-dom "$ui/trace/$id" >"$work/page.html" 2>"$work/browser.log" ||
        fail "the browser can't draw Jaeger's page: $(tail -n 1 "$work/browser.log")"
    spans=$(grep -o 'Total Spans[^0-9]*[0-9]*' "$work/page.html" | grep -o '[0-9]*$')
    [ "$spans" = "$(jq '.data[0].spans | length' "$work/trace.json")" ] ||
        fail "Jaeger's page shows ${spans:-no} spans of trace $id: $ui/trace/$id"
    mkdir -p "$(dirname "$screenshot")"
    "$browser" "${headless[@]}" --screenshot="$screenshot" "$ui/trace/$id" 2>"$work/browser.log" && [ -s "$screenshot" ] ||
        fail "the browser makes no picture: $(tail -n 1 "$work/browser.log")"
    say "Jaeger's page shows all $spans spans: $screenshot"
}

# Whether the query has a result.
has_samples() {
    curl -fsS --get "$prometheus/api/v1/query" --data-urlencode "query=$1" 2>/dev/null |
        jq -e '.data.result | length > 0' >/dev/null 2>&1
}

check_metrics() {
    local service query
    until_true 45 "the gateway's request durations in Prometheus" \
        has_samples 'http_server_request_duration_seconds_count{service_name="gateway", http_route="/api/v1/orders"} > 0'
    for service in users orders order-worker; do
        until_true 45 "a metric of $service in Prometheus" has_samples "{service_name=\"$service\"}"
    done
    until_true 30 "the Collector's own metrics in Prometheus" has_samples 'up{job="otel-collector"} == 1'
    query='sum(http_server_request_duration_seconds_count{service_name="gateway"})'
    say "Prometheus: the gateway has served $(curl -fsS --get "$prometheus/api/v1/query" \
        --data-urlencode "query=$query" | jq -r '.data.result[0].value[1]') requests"
}

# What can be checked without running it, by the very programs that will run it; beside the start.
check_configurations() {
    local image
    image=$(docker compose config --images prometheus)
    docker run --rm --pull "${PULL:-missing}" --network none --entrypoint promtool \
        --volume "$PWD/deploy/prometheus:/deploy:ro" "$image" test rules /deploy/tests/slo.yaml /deploy/tests/slo_days.yaml /deploy/tests/services.yaml \
        >"$work/promtool.log" 2>&1 || {
        cat "$work/promtool.log"
        say "the rules do not do what their tests expect, see above"
        return 1
    }
    say "rules: $(cat deploy/prometheus/tests/*.yaml | grep -c '^  - name:') unit tests pass"
    scripts/dashboards.sh
}

join_configurations() {
    wait "$configurations" || {
        cat "$work/configurations.log" >&2
        fail "the rules' tests or a dashboard, see above"
    }
    configurations=
    cat "$work/configurations.log"
}

# The Collector keeps one trace in ten of those that nobody has a reason to keep, and is asked about it.
test_running_stack() {
    export TAIL_SAMPLING_PERCENTAGE=10
    docker compose up --detach --no-deps --pull never otel-collector >"$work/sampling.log" 2>&1 || {
        cat "$work/sampling.log" >&2
        fail "the Collector does not start with a share of 10, see above"
    }
    (cd tests && "$tests" --ignored --test-threads=1 --nocapture --format=pretty 2>&1) |
        tee "$work/tests.log" ||
        fail "a test of the running stack, see above"
}

restarted_healthy() { # CONTAINER RESTARTS
    [ "$(docker inspect --format '{{.RestartCount}} {{.State.Health.Status}}' "$1")" = "$2 healthy" ]
}

# SIGKILL from outside, as when memory runs out. Not by `docker kill`: the engine takes that for a wanted stop
# and does not restart. From a container, because on some systems the engine is in a virtual machine.
kill_all_and_recover() {
    local service process begun=$SECONDS
    local -A container restarts
    for service in "${ours[@]}"; do
        container[$service]=$(docker compose ps --quiet "$service")
        restarts[$service]=$(docker inspect --format '{{.RestartCount}}' "${container[$service]}")
        process=$(docker inspect --format '{{.State.Pid}}' "${container[$service]}")
        docker run --rm --pull never --pid host --network none --user 0 --entrypoint sh redis:8-alpine -c "kill -KILL $process" ||
            fail "process $process of $service can't be killed"
    done
    for service in "${ours[@]}"; do
        until_true $((60 - (SECONDS - begun))) "$service, killed, to be healthy again" \
            restarted_healthy "${container[$service]}" $((${restarts[$service]} + 1))
    done
    say "${ours[*]}: killed one after the other, all healthy again after $((SECONDS - begun)) s"
}

# Kibibytes of what docker stats prints: 12.3MiB, 1GiB, 512KiB, 20B.
kibibytes() {
    local number=${1%%[KMGi]*} unit=${1##*[0-9.]} factor
    case $unit in GiB) factor=1048576 ;; MiB) factor=1024 ;; KiB) factor=1 ;; *) factor=0 ;; esac
    printf '%.0f\n' "$(jq -n "$number * $factor" 2>/dev/null || echo 0)"
}

check_memory() {
    local name usage limit used allowed total=0 killed
    printf '  %-42s %10s %10s\n' container memory limit
    while read -r name usage _ limit; do
        printf '  %-42s %10s %10s\n' "$name" "$usage" "$limit"
        used=$(kibibytes "$usage") allowed=$(kibibytes "$limit")
        [ "$allowed" -gt 0 ] && [ "$allowed" -le $((512 * 1024)) ] || fail "$name has no memory limit: give it mem_limit"
        [ "$used" -gt 0 ] && [ "$used" -le "$allowed" ] || fail "$name uses $usage of $limit"
        total=$((total + used))
    done < <(docker compose ps --quiet | xargs docker stats --no-stream --format '{{.Name}} {{.MemUsage}}')
    say "in all $((total / 1024)) MiB"
    # At the limit the kernel kills: then the usage is low again, and only this tells.
    killed=$(docker compose ps --all --quiet | xargs docker inspect --format '{{if .State.OOMKilled}}{{.Name}}{{end}}')
    killed=${killed//$'\n'/}
    [ -z "$killed" ] || fail "killed at its memory limit: $killed"
}

leftovers() {
    local label=label=com.docker.compose.project=$COMPOSE_PROJECT_NAME
    docker ps --all --quiet --filter "$label"
    docker volume ls --quiet --filter "$label"
    docker network ls --quiet --filter "$label"
}

stop() {
    local begun=$SECONDS left
    docker compose down --volumes --timeout 20 >"$work/down.log" 2>&1 || {
        cat "$work/down.log" >&2
        fail "docker compose down, see above"
    }
    started=
    left=$(leftovers)
    [ -z "$left" ] || fail "down -v left these behind: $left"
    # Volumes without a name too: those an image declares and nobody gave a name.
    left=$(docker volume ls --quiet | sort | comm -13 "$work/volumes-before" -)
    [ -z "$left" ] || fail "down -v left volumes behind: $left"
    say "stopped in $((SECONDS - begun)) s, nothing left"
}

check_tools
check_limits
docker volume ls --quiet | sort >"$work/volumes-before"
check_configurations >"$work/configurations.log" 2>&1 &
configurations=$!
build
start
say "placing orders"
demo | tee "$work/demo.log" || fail "the demo, see above"
check_trace
check_page
check_metrics
join_configurations
say "memory at rest"
check_memory
kill_all_and_recover
say "placing orders again, after the kills"
demo >"$work/demo-again.log" 2>&1 || {
    cat "$work/demo-again.log" >&2
    fail "after the kills the demo fails, see above"
}
say "memory after the kills"
check_memory
say "handling in traces of their own"
export MESSAGING_TRACE=link
docker compose up --detach --wait --wait-timeout 60 --no-deps --pull never order-worker >"$work/link.log" 2>&1 || {
    tail -n 20 "$work/link.log" >&2
    fail "a worker with MESSAGING_TRACE=link does not start, see above"
}
demo >"$work/demo-linked.log" 2>&1 || {
    cat "$work/demo-linked.log" >&2
    fail "with MESSAGING_TRACE=link the demo fails, see above"
}
say "three workers"
docker compose up --detach --wait --wait-timeout 60 --no-recreate --pull never --scale order-worker=3 >"$work/scale.log" 2>&1 || {
    tail -n 20 "$work/scale.log" >&2
    fail "--scale order-worker=3, see above"
}
[ "$(docker compose ps --quiet order-worker | wc -l)" -eq 3 ] || fail "--scale order-worker=3 did not give three workers"
demo >"$work/demo-scaled.log" 2>&1 || {
    cat "$work/demo-scaled.log" >&2
    fail "with three workers the demo fails, see above"
}
say "sampling, alerts, dashboards, a Collector that is stopped and killed"
test_running_stack
stop
say "passed in $SECONDS s"

#!/usr/bin/env bash
# Runs every test of the project, or one part of it, and prints "N passed, N failed" as its very last line.
# It installs what a fresh machine with a Rust toolchain lacks (Node.js, Chromium, a Korean font, shellcheck) through
# the system's own package manager. It never changes a tracked file and never talks to anything but the loopback
# address once the tools are there.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

PARTS="format lint rust planted types pages js install browser"

usage() {
    cat <<'TXT'
Usage: tests/run.sh [--quick] [--only PART[,PART…]] [--no-install] [-- FILTER…]

  --quick          everything but the browser journeys
  --only PARTS     only the named parts, in the order below
  --no-install     do not install missing tools; the parts that need them fail
  -- FILTER…       rust: passed on to `cargo test`; pages, js, browser: only test files whose name contains FILTER

Parts: format   cargo fmt --check
       lint     cargo clippy --all-targets, warnings are errors
       rust     cargo test: units, HTTP, the fault bench, the real binary
       planted  whether every bug of the fault bench's self-test can still be planted
       types    tsc over the JSDoc types of assets/**/*.js
       pages    what the pages may use (ES2020, WebView 84), markup rules, catalogues, drawings
       js       node --test tests/js: the modules that need no browser
       install  shellcheck and the installer against a scratch root
       browser  journeys in Chromium against the real binary

Examples: tests/run.sh --only rust -- journal::      tests/run.sh --only browser -- main_job
The exit code is 0 when nothing failed, 1 when something did, 2 for wrong usage.
TXT
}

only="" quick=0 may_install=1 filters=()
while [ $# -gt 0 ]; do
    case "$1" in
        --quick) quick=1 ;;
        --only) only="${2:-}"; [ -n "$only" ] || { usage >&2; exit 2; }; shift ;;
        --only=*) only="${1#--only=}" ;;
        --no-install) may_install=0 ;;
        --) shift; filters=("$@"); break ;;
        -h | --help) usage; exit 0 ;;
        *) echo "tests/run.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
    esac
    shift
done
for part in ${only//,/ }; do
    case " $PARTS " in
        *" $part "*) ;;
        *) echo "tests/run.sh: there is no part '$part'; the parts are: $PARTS" >&2; exit 2 ;;
    esac
done

wanted() {
    if [ -n "$only" ]; then case ",$only," in *",$1,"*) return 0 ;; *) return 1 ;; esac; fi
    [ "$1" != browser ] || [ "$quick" = 0 ]
}

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0 summary=""

# --- tools -----------------------------------------------------------------------------------------------------------

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

find_chromium() {
    local name
    for name in "${CHROME_PATH:-}" chromium chromium-browser google-chrome-stable google-chrome; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    return 1
}

has_korean_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko family)" ]; }

# Prints the packages of this machine's package manager that bring the missing tools. Words: manager, then packages.
missing_packages() {
    local need="" manager=none
    if wanted types || wanted pages || wanted js || wanted browser; then
        command -v node >/dev/null || need="$need node"
        command -v npm >/dev/null || need="$need npm"
    fi
    if wanted browser; then
        find_chromium >/dev/null || need="$need chromium"
        has_korean_font || need="$need font"
    fi
    if wanted install; then command -v shellcheck >/dev/null || need="$need shellcheck"; fi
    command -v cc >/dev/null || need="$need cc"
    [ -n "$need" ] || return 0
    for manager in apt-get dnf apk pacman zypper none; do command -v "$manager" >/dev/null && break; done
    local tool packages=""
    for tool in $need; do
        case "$manager:$tool" in
            *:node) packages="$packages nodejs" ;;
            apt-get:font) packages="$packages fontconfig fonts-noto-cjk" ;;
            apk:font) packages="$packages fontconfig font-noto-cjk" ;;
            pacman:font) packages="$packages fontconfig noto-fonts-cjk" ;;
            *:font) packages="$packages fontconfig google-noto-sans-cjk-fonts" ;;
            dnf:shellcheck | zypper:shellcheck) packages="$packages ShellCheck" ;;
            *:cc) packages="$packages gcc" ;;
            *) packages="$packages $tool" ;;
        esac
    done
    echo "$manager$packages"
}

install_tools() {
    local manager packages
    read -r manager packages <<<"$(missing_packages)"
    [ -n "$manager" ] || return 0
    if [ "$manager" = none ]; then
        echo "Missing tools: $packages. This machine has no package manager that tests/run.sh knows" \
            "(apt-get, dnf, apk, pacman, zypper): please install them by hand and run it again."
        return 1
    fi
    if [ "$may_install" = 0 ]; then echo "Missing: $packages (not installed because of --no-install)."; return 1; fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        echo "Missing: $packages. Please install them as root with $manager and run this again."
        return 1
    fi
    echo "Installing with $manager: $packages"
    # shellcheck disable=SC2086 # the list is meant to be split into words
    case "$manager" in
        apt-get) as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages ;;
        dnf) as_root dnf install -y -q $packages ;;
        apk) as_root apk add -q $packages ;;
        pacman) as_root pacman -Sy --noconfirm --needed $packages ;;
        zypper) as_root zypper --non-interactive install $packages ;;
    esac >"$scratch/packages.log" 2>&1 && return 0
    tail -n 15 "$scratch/packages.log"
    echo "Installing failed; the parts that need these tools will fail."
    return 1
}

install_node_modules() {
    wanted types || wanted pages || wanted js || wanted browser || return 0
    local mark=tests/browser/node_modules/.package-lock.json
    if [ -f "$mark" ] && [ ! tests/browser/package-lock.json -nt "$mark" ]; then return 0; fi
    echo "Installing the page tests' tools (npm ci)"
    (cd tests/browser && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci) >"$scratch/npm.log" 2>&1 && touch "$mark" && return 0
    tail -n 15 "$scratch/npm.log"
    return 1
}

# --- counting --------------------------------------------------------------------------------------------------------

# run_part NAME COUNTER COMMAND…: runs the command, shows its output, and adds what the counter finds in it.
# A command that fails without a counted failure (it did not compile, it crashed) counts as one.
run_part() {
    local name=$1 counter=$2 began=$SECONDS copier status good bad
    shift 2
    wanted "$name" || return 0
    # The end of a part is a line of its own, not the end of its output: a process that a failed test left behind would
    # hold that open for ever.
    { printf '\n=== %s\n' "$name" && "$@" 2>&1; printf '\n=== %s ended with exit code %s\n' "$name" $?; } > >(tee "$scratch/$name.log")
    copier=$!
    until grep -q "^=== $name ended with exit code" "$scratch/$name.log" 2>/dev/null; do sleep 0.05; done
    kill "$copier" 2>/dev/null
    status=$(sed -n "s/^=== $name ended with exit code //p" "$scratch/$name.log")
    read -r good bad <<<"$("$counter" "$scratch/$name" "$status")"
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    passed=$((passed + good)) failed=$((failed + bad))
    summary="$summary$(printf '%-8s %5d passed %4d failed %5d s' "$name" "$good" "$bad" $((SECONDS - began)))"$'\n'
}

count_status() { if [ "$2" = 0 ]; then echo "1 0"; else echo "0 1"; fi; }

count_cargo() {
    awk '/^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1) } }
         END { print p + 0, f + 0 }' "$1.log"
}

count_node() {
    [ -f "$1.tap" ] || { echo "0 0"; return; }
    awk '/^# pass / { p += $3 } /^# (fail|cancelled) / { f += $3 } END { print p + 0, f + 0 }' "$1.tap"
}

# The installer's own tests print "ok - …" and "not ok - …" lines.
count_lines() { awk '/^ok - / { p++ } /^not ok - / { f++ } END { print p + 0, f + 0 }' "$1.log"; }

# node_tests PART FILE…: runs the test files whose names contain one of the filters (all without filters).
node_tests() {
    local part=$1 file filter files=()
    shift
    for file in "$@"; do
        [ -f "$file" ] || continue
        if [ ${#filters[@]} = 0 ]; then files+=("$file"); continue; fi
        for filter in "${filters[@]}"; do case "$file" in *"$filter"*) files+=("$file"); break ;; esac; done
    done
    [ ${#files[@]} != 0 ] || { echo "no test files"; return 0; }
    node --test --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$scratch/$part.tap" "${files[@]}"
}

browser_tests() {
    CHROME_PATH=$(find_chromium) || { echo "There is no Chromium: install it, or set CHROME_PATH."; return 1; }
    export CHROME_PATH
    cargo build --quiet || return 1
    node_tests browser tests/browser/*.test.mjs
}

# --- the run ---------------------------------------------------------------------------------------------------------

if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then PATH="$HOME/.cargo/bin:$PATH"; fi
command -v cargo >/dev/null || { echo "tests/run.sh needs a Rust toolchain (https://rustup.rs); cargo was not found."; exit 2; }
install_tools
install_node_modules

run_part format count_status cargo fmt --check
run_part lint count_status cargo clippy --quiet --all-targets -- -D warnings
run_part rust count_cargo cargo test --no-fail-fast -- "${filters[@]}"
run_part planted count_lines tests/faults/self_test.sh --check
run_part types count_status tests/browser/node_modules/.bin/tsc --project tests/browser
run_part pages count_node node_tests pages tests/browser/rules/*.test.mjs
run_part js count_node node_tests js tests/js/*.test.mjs tests/js/*.test.js
run_part install count_lines tests/install.sh
run_part browser count_node browser_tests

printf '\n=== summary\n%s' "$summary"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

#!/usr/bin/env bash
# Is the fault bench good enough? Plants one bug after another in a copy of the tree, runs the short bench on it, and
# demands that it fails. Prints which fault caught which bug. Takes about two minutes a bug, and a full build once.
#
#   tests/faults/self_test.sh                     all bugs below tests/faults/planted/
#   tests/faults/self_test.sh skip_the_crc        one of them
#   tests/faults/self_test.sh --check             only whether every bug can still be planted
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
root=$PWD bugs="$PWD/tests/faults/planted"

names=()
for argument in "$@"; do [ "$argument" = --check ] || names+=("$argument"); done
if [ ${#names[@]} = 0 ]; then
    for patch in "$bugs"/*.patch; do names+=("$(basename "$patch" .patch)"); done
fi

if [ "${1:-}" = --check ]; then
    failed=0
    for name in "${names[@]}"; do
        if git apply --check "$bugs/$name.patch"; then
            echo "ok - $name can be planted"
        else
            echo "not ok - $name cannot be planted any more: write tests/faults/planted/$name.patch anew"
            failed=1
        fi
    done
    exit $failed
fi

copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT
export CARGO_TARGET_DIR="${SELF_TEST_TARGET:-$root/target/self-test}"
table="| planted bug | caught by |\n|---|---|"
missed=0
for name in "${names[@]}"; do
    rm -rf "${copy:?}/tree" && mkdir "$copy/tree" || exit 2
    # What is in the working tree counts, committed or not.
    git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy/tree" || exit 2
    (cd "$copy/tree" && git apply "$bugs/$name.patch") || { echo "$name cannot be planted"; exit 1; }
    echo "--- $name"
    (cd "$copy/tree" && cargo test --quiet --test faults --no-run) || { echo "with $name it does not compile"; exit 1; }
    (cd "$copy/tree" && cargo test --test faults) >"$copy/$name.log" 2>&1
    caught=$(sed -n 's/^test \([a-z_]*\)::.* FAILED$/\1/p' "$copy/$name.log" | sort | paste -sd, | sed 's/,/, /g')
    if [ -z "$caught" ]; then
        missed=1 caught="**nothing**"
        tail -n 5 "$copy/$name.log"
    fi
    grep -A 1 'panicked at tests/faults' "$copy/$name.log" | grep -v -e '^--' -e 'panicked at' | cut -c1-200
    table="$table\n| $name | $caught |"
done
printf '\n%b\n' "$table"
exit $missed

#!/bin/sh
# Tests of install.sh below a scratch folder (DESTDIR), of the systemd unit and of every shell script's form.
# It prints "ok - …" or "not ok - …" a test and changes nothing outside its scratch folder.
set -u
cd "$(dirname "$0")/.." || exit 1
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failures=0

check() {
    what=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        sed 's/^/    /' "$scratch/output"
        failures=$((failures + 1))
    fi
}

# A stand-in for the program: install.sh only copies it, asks for its version and lets it make a backup, which ends with
# the exit code that stands in a file, if there is one.
make_program() {
    cat >"$1" <<TXT
#!/bin/sh
echo "tableorder $2"
if [ "\$1" = backup ]; then echo "$2 \$*" >>"$scratch/backups"; exit "\$(cat "$scratch/backup-code" 2>/dev/null || echo 0)"; fi
TXT
    chmod +x "$1"
}

here=$scratch/root
installer() { DESTDIR=$here ./install.sh "$@"; }
make_program "$scratch/first" 1
make_program "$scratch/second" 2
mode() { [ "$(stat -c %a "$1")" = "$2" ]; }
same() { cmp "$1" "$2"; }
absent() { [ ! -e "$1" ]; }
exits_with() { wanted=$1; shift; "$@"; [ $? = "$wanted" ]; }
says() { words=$1; shift; "$@" 2>&1 | grep -F -- "$words"; }

check "a dry run succeeds" installer --binary "$scratch/first" --dry-run
check "and changes nothing" absent "$here"
check "a dry run names the service file" says "etc/systemd/system/tableorder.service" installer --binary "$scratch/first" --dry-run
check "an unknown option is wrong usage" exits_with 2 installer --nonsense
check "--purge alone is wrong usage" exits_with 2 installer --purge
check "a missing program fails with its name" says "there is no file $scratch/none" installer --binary "$scratch/none"
printf 'garbage' >"$scratch/broken"; chmod +x "$scratch/broken"
check "a program that does not run here is refused" exits_with 1 installer --binary "$scratch/broken"
check "and nothing was installed by then" absent "$here"

check "it installs" installer --binary "$scratch/first"
check "the program is in place" same "$scratch/first" "$here/usr/local/bin/tableorder"
check "everybody may run the program" mode "$here/usr/local/bin/tableorder" 755
check "the settings name the data folder" grep -qx 'dir = "/var/lib/tableorder"' "$here/etc/tableorder/tableorder.toml"
check "everybody may read the settings" mode "$here/etc/tableorder/tableorder.toml" 644
check "the data folder is private" mode "$here/var/lib/tableorder" 700
check "the unit is in place" same config/tableorder.service "$here/etc/systemd/system/tableorder.service"

check "a first installation has nothing to back up" absent "$scratch/backups"

echo 'port = 9000' >>"$here/etc/tableorder/tableorder.toml"
cp "$here/etc/tableorder/tableorder.toml" "$scratch/own-settings"
echo orders >"$here/var/lib/tableorder/precious"
mkdir -p "$here/var/lib/tableorder/stores/moon"
echo 1 >"$scratch/backup-code"
check "without a backup it does not upgrade" exits_with 1 installer --binary "$scratch/second"
check "and the program before is still in place" same "$scratch/first" "$here/usr/local/bin/tableorder"
rm "$scratch/backup-code" "$scratch/backups"
check "run again, it upgrades" says Upgrading installer --binary "$scratch/second"
check "the program before made a backup of the data folder" grep -qx "1 backup --data-dir $here/var/lib/tableorder" "$scratch/backups"
check "the new program is in place" same "$scratch/second" "$here/usr/local/bin/tableorder"
check "the old program is kept beside it" same "$scratch/first" "$here/usr/local/bin/tableorder.previous"
check "the owner's settings are kept" same "$scratch/own-settings" "$here/etc/tableorder/tableorder.toml"
check "run a third time with the same program, it changes nothing" installer --binary "$scratch/second"
check "so the program before is still the first" same "$scratch/first" "$here/usr/local/bin/tableorder.previous"

echo 2 >"$scratch/backup-code"
check "a program too old for backups is upgraded" installer --binary "$scratch/first"
echo 1 >"$scratch/backup-code"
check "with --no-backup it upgrades all the same" installer --binary "$scratch/second" --no-backup

check "it uninstalls" installer --uninstall
check "the program is gone" absent "$here/usr/local/bin/tableorder"
check "the unit is gone" absent "$here/etc/systemd/system/tableorder.service"
check "the data are still there" grep -q orders "$here/var/lib/tableorder/precious"
check "uninstalling twice is no error" installer --uninstall
check "it uninstalls with --purge" installer --uninstall --purge
check "the data are gone" absent "$here/var/lib/tableorder"
check "the settings are gone" absent "$here/etc/tableorder"
from_elsewhere() { project=$PWD; (cd / && DESTDIR=$here "$project/install.sh" --binary "$scratch/first"); }
check "it works from another folder" from_elsewhere

# The unit names a program that is not installed on a developer's machine; that is the only remark allowed.
unit_is_valid() {
    systemd-analyze verify config/tableorder.service >"$scratch/verify" 2>&1
    ! grep -v 'is not executable' "$scratch/verify"
}
unit_is_tight() {
    level=$(systemd-analyze security --offline=true config/tableorder.service | sed -n 's/.*exposure level[^:]*: \([0-9.]*\).*/\1/p')
    echo "exposure level $level"
    awk -v level="$level" 'BEGIN { exit !(level != "" && level <= 1.6) }'
}
if command -v systemd-analyze >/dev/null; then
    check "systemd accepts the unit" unit_is_valid
    check "the unit's exposure level is at most 1.6" unit_is_tight
fi
check "shellcheck finds nothing" shellcheck install.sh tests/install.sh tests/run.sh .ci/run

[ "$failures" = 0 ]

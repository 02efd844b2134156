#!/bin/sh
# Installs, upgrades or removes tableorder on a Linux PC: program, settings file, data folder, system user and a
# systemd service. It may be run again at any time: that is the upgrade, and settings and data are kept.
# It asks nothing, downloads nothing by itself and never touches the firewall.
set -eu

main() {
    name=tableorder
    root=${DESTDIR:-}
    source_dir=$(cd "$(dirname "$0")" && pwd)
    action=install binary='' purge=no dry_run=no start=yes backup=yes

    while [ $# -gt 0 ]; do
        case "$1" in
            --binary) [ $# -ge 2 ] || wrong_usage "--binary needs a file"; binary=$2; shift ;;
            --binary=*) binary=${1#--binary=} ;;
            --uninstall) action=uninstall ;;
            --purge) purge=yes ;;
            --dry-run) dry_run=yes ;;
            --no-start) start=no ;;
            --no-backup) backup=no ;;
            -h | --help) usage; exit 0 ;;
            *) wrong_usage "unknown option '$1'" ;;
        esac
        shift
    done
    if [ "$purge" = yes ] && [ "$action" != uninstall ]; then wrong_usage "--purge goes with --uninstall only"; fi

    program=$root/usr/local/bin/$name
    settings=$root/etc/$name/$name.toml
    data=$root/var/lib/$name
    unit=$root/etc/systemd/system/$name.service

    [ "$(uname -s)" = Linux ] || fail "this installer is for Linux; elsewhere build with 'cargo build --release' and run 'tableorder serve'"
    find_sudo
    if [ "$action" = uninstall ]; then uninstall; else install_all; fi
}

usage() {
    cat <<'TXT'
Usage: ./install.sh [--binary FILE] [--no-start] [--no-backup] [--dry-run]
       ./install.sh --uninstall [--purge] [--dry-run]

Without options it builds the program from this folder (needs Rust), installs it and starts it. Run it again to upgrade.

  --binary FILE   install this ready-made program instead of building
  --no-start      install only, do not start or restart the service
  --no-backup     upgrade without a backup first, as when the disk is full
  --uninstall     remove the program and the service; settings and data stay
  --purge         with --uninstall: remove settings, data and the system user too. Every order is lost.
  --dry-run       only say what would be done

DESTDIR=/some/folder installs below that folder and neither makes a user nor starts anything.
Exit codes: 0 done, 1 failed, 2 wrong usage.
TXT
}

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
wrong_usage() { printf 'install.sh: %s\n\n' "$*" >&2; usage >&2; exit 2; }
has() { command -v "$1" >/dev/null 2>&1; }

# Only the steps that need it run as root, so that a build never leaves files of root in the owner's folder.
find_sudo() {
    sudo=''
    if [ -n "$root" ] || [ "$dry_run" = yes ] || [ "$(id -u)" = 0 ]; then return 0; fi
    has sudo || fail "please run this as root (there is no sudo here)"
    sudo=sudo
}

# Every change to the machine goes through here.
run() {
    if [ "$dry_run" = yes ]; then say "would run: $*"; return 0; fi
    $sudo "$@"
}

as_service_user() {
    if has runuser && [ -z "$sudo" ]; then runuser -u "$name" -- "$@"
    elif has sudo; then sudo -u "$name" "$@"
    else fail "neither runuser nor sudo is here; run this as the user $name: $*"; fi
}

systemd_runs() { [ -z "$root" ] && [ -d /run/systemd/system ] && has systemctl; }

# --- install and upgrade ---------------------------------------------------------------------------------------------

install_all() {
    if [ -e "$program" ]; then doing=Upgrading; else doing=Installing; fi
    find_binary
    say "$doing $name"
    back_up
    make_user
    put_program
    put_settings
    make_data_folder
    put_service
    if [ "$dry_run" = yes ]; then say "Nothing was changed."; return 0; fi
    if [ -n "$root" ]; then say "Installed below $root"; return 0; fi
    finish
}

find_binary() {
    if [ -z "$binary" ]; then build; fi
    if [ "$dry_run" = yes ] && [ ! -e "$binary" ]; then return 0; fi
    [ -f "$binary" ] || fail "there is no file $binary"
    [ -x "$binary" ] || fail "$binary cannot be executed (chmod +x it)"
    "$binary" --version >/dev/null 2>&1 || fail "$binary does not run on this machine (another processor or an older system?)"
}

build() {
    binary=$source_dir/target/release/$name
    [ -f "$source_dir/Cargo.toml" ] || fail "there is nothing to build here; use --binary FILE"
    builder=$(id -un)
    if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then builder=$SUDO_USER; fi
    if [ "$dry_run" = yes ]; then say "would run: cargo build --release --locked (as $builder)"; return 0; fi
    say "Building $name (a few minutes)"
    # The shell of the builder finds cargo where rustup put it, also under sudo.
    # shellcheck disable=SC2016 # expanded by that shell, not by this one
    build_command='cd "$1" && PATH="$HOME/.cargo/bin:$PATH" && command -v cargo >/dev/null || exit 127; cargo build --release --locked'
    status=0
    if [ "$builder" = "$(id -un)" ]; then sh -c "$build_command" sh "$source_dir" || status=$?
    else sudo -H -u "$builder" sh -c "$build_command" sh "$source_dir" || status=$?; fi
    [ "$status" != 127 ] || fail "cargo was not found; install Rust (https://rustup.rs) or use --binary FILE"
    [ "$status" = 0 ] || fail "the build failed; see the messages above"
}

make_user() {
    [ -z "$root" ] || return 0
    if id "$name" >/dev/null 2>&1; then return 0; fi
    if has useradd; then
        run useradd --system --user-group --home-dir "/var/lib/$name" --no-create-home --shell /usr/sbin/nologin "$name"
    elif has adduser; then
        run addgroup -S "$name"
        run adduser -S -D -H -h "/var/lib/$name" -s /sbin/nologin -G "$name" "$name"
    else
        fail "cannot make the system user $name: neither useradd nor adduser is here"
    fi
}

# The program that is there makes it, since it knows its own data; nothing is replaced when it cannot. One that is too old
# to know how (exit code 2) is no reason to stop: the new one makes a backup before it changes anything.
back_up() {
    [ "$backup" = yes ] && [ -e "$program" ] || return 0
    if [ "$dry_run" = yes ]; then say "would run: $program backup --data-dir $data"; return 0; fi
    $sudo test -n "$($sudo ls -A "$data/stores" 2>/dev/null)" || return 0
    status=0
    if [ -n "$root" ]; then "$program" backup --data-dir "$data" || status=$?
    else as_service_user "$program" backup --config "$settings" --data-dir "$data" || status=$?; fi
    case "$status" in
        0) say "Made a backup of the data" ;;
        2) say "The program before cannot make backups; the new one makes one before it changes the data" ;;
        *) fail "no backup could be made, so nothing was changed; mend what stands above, or use --no-backup" ;;
    esac
}

# The new program is renamed into place, so a running one is never half overwritten; the one before it is kept.
put_program() {
    run install -d -m 0755 "$root/usr/local/bin"
    if [ -e "$program" ] && ! cmp -s "$binary" "$program"; then run cp -p "$program" "$program.previous"; fi
    run install -m 0755 "$binary" "$program.new"
    run mv -f "$program.new" "$program"
}

put_settings() {
    run install -d -m 0755 "$root/etc/$name"
    if [ -e "$settings" ]; then
        say "Kept the settings in $settings"
    else
        if [ "$dry_run" = yes ]; then say "would write: $settings"; return 0; fi
        # The sample names the data folder of a run by hand; the installed program has its own.
        sed "s|^dir = \"./data\"|dir = \"/var/lib/$name\"|" "$source_dir/config/$name.toml" | $sudo tee "$settings" >/dev/null
        $sudo chmod 0644 "$settings"
    fi
}

make_data_folder() {
    if [ -n "$root" ]; then run install -d -m 0700 "$data"; return 0; fi
    run install -d -m 0700 -o "$name" -g "$name" "$data"
}

put_service() {
    if [ -z "$root" ] && ! has systemctl; then return 0; fi
    run install -d -m 0755 "$root/etc/systemd/system"
    run install -m 0644 "$source_dir/config/$name.service" "$unit"
    systemd_runs || return 0
    run systemctl daemon-reload
    if [ "$start" = yes ]; then
        run rm -f "$data/address"
        run systemctl enable "$name"
        run systemctl restart "$name"
    fi
}

# --- what the owner reads at the end ---------------------------------------------------------------------------------

finish() {
    if [ "$start" = no ]; then say "Installed. Start it with: sudo systemctl enable --now $name"; return 0; fi
    if ! systemd_runs; then without_systemd; return 0; fi
    if ! wait_until_it_serves; then
        say "The service did not start. Its last words:"
        $sudo journalctl -u "$name" -n 20 --no-pager || true
        fail "please look at the messages above, mend the cause and run: sudo systemctl restart $name"
    fi
    firewall_hint
    if ! as_service_user "$program" setup-link --data-dir "$data" 2>/dev/null; then
        say "$name runs and has an owner already. The pages are at:"
        addresses
    fi
}

# The program writes the address it listens on into its data folder once it serves.
wait_until_it_serves() {
    tries=0
    while [ $tries -lt 30 ]; do
        if $sudo test -s "$data/address" && systemctl is-active --quiet "$name"; then return 0; fi
        tries=$((tries + 1))
        sleep 1
    done
    return 1
}

port() {
    found=$($sudo cat "$data/address" 2>/dev/null | sed -n 's/.*:\([0-9][0-9]*\).*/\1/p' | head -n 1)
    say "${found:-8080}"
}

addresses() {
    for address in $(hostname -I 2>/dev/null || true); do
        case "$address" in *:*) ;; *) say "  http://$address:$(port)/        http://$address:$(port)/admin" ;; esac
    done
}

firewall_hint() {
    if has ufw && $sudo ufw status 2>/dev/null | grep -q '^Status: active'; then
        say "Your firewall is on. Tablets can only reach this PC after: sudo ufw allow $(port)/tcp"
    elif has firewall-cmd && $sudo firewall-cmd --state >/dev/null 2>&1; then
        say "Your firewall is on. Tablets can only reach this PC after: sudo firewall-cmd --permanent --add-port=$(port)/tcp && sudo firewall-cmd --reload"
    fi
}

without_systemd() {
    cat <<TXT
Installed. There is no systemd here, so nothing starts it for you.
Start it as root, by hand or from your own init system, with:

  runuser -u $name -- $program serve --config $settings --data-dir $data

It prints the one-time setup link with a QR code when it starts for the first time. Another link:

  runuser -u $name -- $program setup-link --data-dir $data
TXT
}

# --- removal ---------------------------------------------------------------------------------------------------------

uninstall() {
    if systemd_runs && [ -e "$unit" ]; then run systemctl disable --now "$name"; fi
    run rm -f "$unit" "$program" "$program.previous" "$program.new"
    if systemd_runs; then run systemctl daemon-reload; fi
    if [ "$purge" = no ]; then
        say "Removed the program. Settings ($root/etc/$name) and data ($data) are still here."
        return 0
    fi
    run rm -rf "$data" "$root/etc/$name"
    if [ -z "$root" ] && id "$name" >/dev/null 2>&1; then
        if has userdel; then run userdel "$name"; else run deluser "$name"; fi
    fi
    say "Removed the program, its settings and its data."
}

main "$@"

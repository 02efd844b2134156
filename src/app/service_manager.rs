//! What systemd is told of the program's life. Without systemd all of it does nothing.

use sd_notify::NotifyState;

/// It serves.
pub(super) fn ready() {
    tell(NotifyState::Ready);
}

/// It is well; systemd starts it again when this is not heard for long.
pub(super) fn alive() {
    tell(NotifyState::Watchdog);
}

/// It is about to end.
pub(super) fn stopping() {
    tell(NotifyState::Stopping);
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd cannot be told");
    }
}

//! The StoreActor: the only place that changes a store. It decides, takes the commit into the working state and hands it
//! to the commit writer; every answer leaves through that writer, so nothing is told before it is durable.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, AsyncContext, Context, Handler, Message};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::handle::CannotWrite;
use super::order_gate::OrderGate;
use super::published::{Changed, Parts};
use super::release::{Answer, Release};
use super::writers::{Attempt, Waiting, Writers};
use crate::clock::{self, Calendar, JumpDetector};
use crate::domain::access::Principal;
use crate::domain::command::{Command, Envelope, IdempotencyKey};
use crate::domain::decide::execute;
use crate::domain::error::{Conflict, DomainError};
use crate::domain::event::Commit;
use crate::domain::ids::Seq;
use crate::domain::keys::KeyMemory;
use crate::domain::state::StoreState;
use crate::journal::{Queued, Room};

/// How often expiry, sold-out days and the clock are looked at.
const TICK: Duration = Duration::from_secs(20);
/// Events after which a new checkpoint bounds the next replay.
const CHECKPOINT_EVERY: u64 = 20_000;

/// How long a command waits for the next journal segment before it looks again.
const ROOM_PAUSE: Duration = Duration::from_millis(2);
/// Pause between two tries to begin on a disk that takes nothing.
const BEGIN_PAUSE: Duration = Duration::from_secs(5);

/// What the actor can do.
enum Stage {
    /// Answer reads: the journal cannot be written yet.
    ReadOnly(Waiting),
    /// Everything.
    Writing(Writers),
    /// Nothing more.
    Stopped,
}

/// The actor of one store.
pub(super) struct StoreActor {
    state: StoreState,
    calendar: Calendar,
    stage: Stage,
    gate: OrderGate,
    /// Seq of the newest checkpoint that was read or offered.
    checkpoint: Seq,
    jumps: JumpDetector,
    /// Keys of writes that changed nothing. Without a commit there is nothing on disk to remember them by, but a repeat
    /// that comes late must not do what its first try did not.
    unchanged: KeyMemory,
    _exit_on_panic: ExitOnPanic,
}

impl StoreActor {
    pub(super) fn new(attempt: Attempt, checkpoint: Seq, gate: OrderGate) -> Self {
        let (state, stage) = match attempt {
            Attempt::Writing(begun) => (begun.0, Stage::Writing(begun.1)),
            Attempt::Waiting(waiting) => (waiting.recovered.state.clone(), Stage::ReadOnly(waiting)),
        };
        let calendar = calendar_of(&state);
        Self {
            checkpoint,
            state,
            calendar,
            stage,
            gate,
            jumps: JumpDetector::new(clock::now(), clock::monotonic_ms()),
            unchanged: KeyMemory::default(),
            _exit_on_panic: ExitOnPanic,
        }
    }

    fn envelope(&self, principal: Principal, key: Option<IdempotencyKey>, command: Command) -> Envelope {
        let at = clock::now();
        Envelope { principal, at, business_day: self.calendar.business_day(at), key, command }
    }

    /// The answer to a key that was sent before, with the same body or with another one.
    fn known(&self, key: &IdempotencyKey) -> Option<Answer> {
        let reused = || Answer::Refused(DomainError::Conflict(Conflict::KeyReused));
        if let Some(answered) = self.state.keys.find(key) {
            return Some(if answered.body == key.body { Answer::Repeated(answered.seq) } else { reused() });
        }
        let unchanged = self.unchanged.find(key)?;
        Some(if unchanged.body == key.body { Answer::Unchanged } else { reused() })
    }

    /// Decides a command; what it changed is taken into the working state.
    fn decide(&mut self, envelope: &Envelope) -> (Answer, Changed) {
        if let Some(answer) = envelope.key.as_ref().and_then(|key| self.known(key)) {
            return (answer, Changed::default());
        }
        if let Some(why) = self.cannot_write(&envelope.command) {
            return (Answer::CannotWrite(why), Changed::default());
        }
        let before = Parts::of(&self.state);
        match execute(&mut self.state, envelope) {
            Ok(Some(commit)) => {
                let changed = Changed::between(&before, &self.state, &commit);
                if changed.profile.is_some() {
                    self.calendar = calendar_of(&self.state);
                }
                (Answer::Done(Arc::new(commit)), changed)
            }
            Ok(None) => {
                if let Some(key) = &envelope.key {
                    self.unchanged.remember(key, self.state.seq);
                }
                (Answer::Unchanged, Changed::default())
            }
            Err(error) => {
                let fault = match &error {
                    DomainError::Invariant(violation) => Some(violation.to_string()),
                    DomainError::Inapplicable(reason) => Some(reason.clone()),
                    _ => None,
                };
                if let Some(fault) = fault {
                    let command = envelope.command.name();
                    tracing::error!(%fault, command, "a command would have broken the store and was refused");
                }
                (Answer::Refused(error), Changed::default())
            }
        }
    }

    /// Whether a command can be written, so that it may be decided.
    fn room(&self) -> Room {
        match &self.stage {
            Stage::Writing(writers) => writers.queue.room(),
            Stage::ReadOnly(_) | Stage::Stopped => Room::None,
        }
    }

    /// Why a command must not be decided now.
    fn cannot_write(&self, command: &Command) -> Option<CannotWrite> {
        match &self.stage {
            Stage::ReadOnly(_) => Some(CannotWrite::ReadOnly),
            Stage::Writing(_) if self.room() == Room::None => Some(CannotWrite::DiskFull),
            Stage::Writing(_) => {
                let is_new_order = matches!(command, Command::CreateOrder(_));
                (is_new_order && self.gate.is_closed()).then_some(CannotWrite::DiskFull)
            }
            Stage::Stopped => None,
        }
    }

    fn push(&self, commit: Option<Arc<Commit>>, release: Release) {
        let writers = match &self.stage {
            Stage::Writing(writers) => writers,
            Stage::ReadOnly(_) => return release.at_once(),
            // A store that stops takes nothing: what waits is dropped, and dropping it tells the asker.
            Stage::Stopped => return,
        };
        if writers.queue.push(Queued { commit, release }).is_err() {
            // The permits bound what can wait; a full or closed queue means that the writer is gone.
            tracing::error!("the commit writer takes nothing more; the program ends so that it is started again");
            std::process::exit(1);
        }
    }

    /// Runs a command of the program itself.
    fn run_silently(&mut self, command: Command) {
        let envelope = self.envelope(Principal::System, None, command);
        if let (Answer::Done(commit), changed) = self.decide(&envelope) {
            self.push(Some(commit), Release::Silent { changed });
        }
    }

    fn tick(&mut self) {
        if self.state.profile.is_none() || self.room() == Room::None {
            return;
        }
        if let Some(step_ms) = self.jumps.observe(clock::now(), clock::monotonic_ms()) {
            tracing::warn!(step_ms, "the clock jumped; running table sessions will not expire by themselves");
            self.run_silently(Command::SuspendExpiry);
        }
        self.run_silently(Command::ExpireSessions);
        self.run_silently(Command::EndSoldOutDays);
        if self.state.seq.get() >= self.checkpoint.get() + CHECKPOINT_EVERY {
            self.offer_checkpoint();
        }
    }

    /// Offers a checkpoint, unless nothing happened since the last. Its writer looks through the whole state first.
    fn offer_checkpoint(&mut self) {
        if self.state.seq == self.checkpoint {
            return;
        }
        self.checkpoint = self.state.seq;
        if let Stage::Writing(writers) = &self.stage {
            writers.checkpoints.offer(self.state.clone());
        }
    }

    /// Tries once more to write what a start has to write.
    fn try_to_begin(&mut self, context: &mut Context<Self>) {
        let Stage::ReadOnly(waiting) = std::mem::replace(&mut self.stage, Stage::Stopped) else { return };
        match waiting.try_to_begin() {
            Ok(Attempt::Writing(begun)) => {
                (self.state, self.stage) = (begun.0, Stage::Writing(begun.1));
                tracing::info!("the journal can be written again");
                self.tick();
            }
            Ok(Attempt::Waiting(waiting)) => {
                self.stage = Stage::ReadOnly(waiting);
                context.run_later(BEGIN_PAUSE, Self::try_to_begin);
            }
            Err(error) => {
                tracing::error!(%error, "the store cannot be opened; the program ends so that it is started again");
                std::process::exit(1);
            }
        }
    }
}

fn calendar_of(state: &StoreState) -> Calendar {
    state.profile.as_ref().map_or_else(Calendar::default, |profile| Calendar::of(profile))
}

impl Actor for StoreActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.tick();
        context.run_interval(TICK, |actor, _| actor.tick());
        if matches!(self.stage, Stage::ReadOnly(_)) {
            context.run_later(BEGIN_PAUSE, Self::try_to_begin);
        }
    }
}

/// Ends the process when the actor's thread panics: a panicked actor is not restarted by actix, and a store without its
/// writer would answer 503 for ever. The service manager starts the program again.
struct ExitOnPanic;

impl Drop for ExitOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("the store's writer panicked; the program ends so that it is started again");
            std::process::exit(1);
        }
    }
}

/// A command with its permit and the place its answer goes to.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Execute {
    pub(super) principal: Principal,
    pub(super) key: Option<IdempotencyKey>,
    pub(super) command: Command,
    pub(super) reply: oneshot::Sender<Answer>,
    pub(super) permit: OwnedSemaphorePermit,
}

impl Handler<Execute> for StoreActor {
    type Result = ();

    fn handle(&mut self, message: Execute, context: &mut Self::Context) {
        if self.room() == Room::Coming {
            // Nobody else is kept waiting meanwhile, and what waits stays within its permits.
            context.notify_later(message, ROOM_PAUSE);
            return;
        }
        let Execute { principal, key, command, reply, permit } = message;
        let envelope = self.envelope(principal, key, command);
        let (answer, changed) = self.decide(&envelope);
        let commit = match &answer {
            Answer::Done(commit) => Some(Arc::clone(commit)),
            _ => None,
        };
        self.push(commit, Release::Answer { reply, answer, changed, permit });
    }
}

/// A question about the state. What it returns runs when everything the state held then is durable.
type Question = Box<dyn FnOnce(&StoreState) -> Box<dyn FnOnce() + Send> + Send>;

/// A read with its question.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Read(pub(super) Question);

impl Handler<Read> for StoreActor {
    type Result = ();

    fn handle(&mut self, Read(question): Read, _: &mut Self::Context) {
        let release = question(&self.state);
        self.push(None, Release::Read(release));
    }
}

/// The store stops: what runs is finished, a last checkpoint is written. Answers when everything is on disk.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Stop;

impl Handler<Stop> for StoreActor {
    type Result = ();

    fn handle(&mut self, _: Stop, context: &mut Self::Context) {
        use actix::ActorContext;
        self.offer_checkpoint();
        if let Stage::Writing(writers) = std::mem::replace(&mut self.stage, Stage::Stopped) {
            let Writers { queue, checkpoints, compactor } = writers;
            drop(compactor);
            if let Err(error) = queue.finish() {
                tracing::error!(%error, "the journal was not closed cleanly");
            }
            if let Err(error) = checkpoints.finish() {
                tracing::warn!(%error, "no last checkpoint; the next start replays more");
            }
        }
        context.stop();
    }
}

//! One actor per stream connection: it fills the connection's outbox, beats its heart, ends its planned life, and cuts
//! it off when its reader falls behind.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ActorContext, Addr, AsyncContext, Context, Handler, Message};
use bytes::Bytes;

use super::StreamSettings;
use super::outbox::{Outbox, Taken};
use super::stream_hub::{Left, LifeOver, StreamHub};
use super::wire::frame::{ping, resync};
use crate::clock;

/// The session actor.
pub struct SseSession {
    id: u64,
    outbox: Arc<Outbox>,
    settings: StreamSettings,
    hub: Addr<StreamHub>,
}

impl SseSession {
    pub(super) fn new(id: u64, outbox: Arc<Outbox>, settings: StreamSettings, hub: Addr<StreamHub>) -> Self {
        Self { id, outbox, settings, hub }
    }

    /// Lives differ by up to a tenth, so that readers that came together do not return together.
    fn life(&self) -> Duration {
        let shorter = self.settings.life / 100 * u32::try_from(self.id % 10).unwrap_or(0);
        self.settings.life.saturating_sub(shorter)
    }

    fn push(&mut self, frame: Bytes, context: &mut Context<Self>) {
        match self.outbox.push_live(frame, || resync("slow_reader").into()) {
            Taken::Yes => {}
            Taken::FellBehind | Taken::Ended => context.stop(),
        }
    }
}

impl Actor for SseSession {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.run_interval(self.settings.ping, |session, context| {
            session.push(ping(clock::now()).into(), context);
        });
        context.run_later(self.life(), |session, _| session.hub.do_send(LifeOver(session.id)));
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.hub.do_send(Left(self.id));
    }
}

/// Frames that just became durable.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Live(pub(super) Bytes);

impl Handler<Live> for SseSession {
    type Result = ();

    fn handle(&mut self, Live(frame): Live, context: &mut Self::Context) {
        self.push(frame, context);
    }
}

/// The stream ends after a last frame.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Finish {
    pub(super) last: Bytes,
}

impl Handler<Finish> for SseSession {
    type Result = ();

    fn handle(&mut self, finish: Finish, context: &mut Self::Context) {
        self.outbox.end(finish.last);
        context.stop();
    }
}

/// The connection is gone.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct Gone;

impl Handler<Gone> for SseSession {
    type Result = ();

    fn handle(&mut self, _: Gone, context: &mut Self::Context) {
        context.stop();
    }
}

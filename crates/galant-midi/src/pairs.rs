//! Which note-off ends which note of a key.
//!
//! First in, first out: a note-off ends the oldest note of its key. At one tick the note-offs for older notes come first,
//! whatever the order in the file. But where note-offs are missing this would make every later note end where the one after
//! it should. So notes that get no note-off of their own are found first, by giving each note-off to the *newest* note: what
//! is left over in this way is a note after which no note-off is missing any more. It ends where its key is struck next, or
//! where notes struck together with it were released before that.

use std::collections::VecDeque;

/// A note-on or note-off of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    /// A note begins.
    Begin {
        /// The note's number.
        note: u32,
        /// When.
        tick: u64,
        /// Where in the file, which is shorter than 4 GiB.
        offset: u32,
    },
    /// A note ends.
    End {
        /// When.
        tick: u64,
    },
}

/// A note and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The note's number.
    pub(crate) note: u32,
    /// Where it begins in the file.
    pub(crate) offset: u32,
    /// When it ends; none if nothing ends it.
    pub(crate) end: Option<u64>,
}

/// Adds the notes of one key, in order, to `spans`, which is empty.
///
/// There are never more note-offs than note-ons before them.
pub(crate) fn spans(messages: &[Message], spans: &mut Vec<Span>) {
    // Nearly all keys are released before they are struck again.
    if in_turn(messages, spans) {
        return;
    }
    spans.clear();
    let messages = older_first(messages);
    let lost = find_lost(&messages);
    let mut sounding = VecDeque::new();
    for message in messages {
        match message {
            Message::Begin { note, offset, .. } => {
                let lost = lost[spans.len()];
                if lost.is_none() {
                    sounding.push_back(spans.len());
                }
                spans.push(Span { note, offset, end: lost.and_then(|lost| lost.end) });
            }
            Message::End { tick } => {
                let oldest = sounding.pop_front().expect("a note-off that is left has its note");
                spans[oldest].end = Some(tick);
            }
        }
    }
}

/// Adds the notes if note-ons and note-offs are in turn; returns whether they are.
fn in_turn(messages: &[Message], spans: &mut Vec<Span>) -> bool {
    let (pairs, rest) = messages.as_chunks();
    for pair in pairs {
        let [Message::Begin { note, offset, .. }, Message::End { tick }] = *pair else { return false };
        spans.push(Span { note, offset, end: Some(tick) });
    }
    rest.is_empty()
}

/// The messages, with the note-offs of a tick that are meant for older notes before its note-ons.
fn older_first(messages: &[Message]) -> Vec<Message> {
    let mut ordered = Vec::with_capacity(messages.len());
    let mut n_sounding = 0;
    for at_once in messages.chunk_by(|a, b| a.tick() == b.tick()) {
        let is_end = |message: &&Message| matches!(message, Message::End { .. });
        let n_ends = at_once.iter().filter(is_end).count();
        let n_older = n_ends.min(n_sounding);
        ordered.extend(at_once.iter().filter(is_end).take(n_older));
        ordered.extend(at_once.iter().filter(|message| !is_end(message)));
        ordered.extend(at_once.iter().filter(is_end).skip(n_older));
        n_sounding = n_sounding + at_once.len() - 2 * n_ends;
    }
    ordered
}

/// A note for which no note-off is left.
#[derive(Debug, Clone, Copy)]
struct Lost {
    /// When it ends nevertheless; none if nothing ends it.
    end: Option<u64>,
}

/// For each note, in order, whether it is lost.
fn find_lost(messages: &[Message]) -> Vec<Option<Lost>> {
    let mut found = Vec::new();
    // From the last message to the first, so that the newest note before a note-off is the next one met.
    let mut n_ends = 0_usize;
    // When the group of notes after this one begins, when this one does, and when the last of it was released before.
    let (mut next_group, mut group, mut released) = (None, None, None);
    let mut released_since = None;
    for message in messages.iter().rev() {
        match *message {
            Message::End { tick } => {
                n_ends += 1;
                released_since.get_or_insert(tick);
            }
            Message::Begin { tick, .. } => {
                if group != Some(tick) {
                    (next_group, group, released) = (group, Some(tick), released_since);
                }
                released_since = None;
                let is_lost = n_ends == 0;
                n_ends = n_ends.saturating_sub(1);
                found.push(is_lost.then_some(Lost { end: released.or(next_group) }));
            }
        }
    }
    found.reverse();
    found
}

impl Message {
    fn tick(self) -> u64 {
        match self {
            Message::Begin { tick, .. } | Message::End { tick } => tick,
        }
    }
}

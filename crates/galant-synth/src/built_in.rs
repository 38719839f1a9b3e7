//! The built-in instruments: a string for each sounding key, in a room.

use std::collections::BTreeMap;

use crate::room::Room;
use crate::string::{BLOCK, KeyString};
use crate::timeline::{Action, Event};

#[derive(Debug)]
pub(crate) struct BuiltInPlayer {
    sample_rate: u32,
    room: Room,
    /// By channel, program and pitch; in a fixed order, because the order of a sum changes its last bits.
    strings: BTreeMap<(u8, u8, u8), KeyString>,
}

impl BuiltInPlayer {
    pub(crate) fn new(sample_rate: u32) -> BuiltInPlayer {
        BuiltInPlayer { sample_rate, room: Room::new(sample_rate), strings: BTreeMap::new() }
    }

    /// Plays a block of at most [`BLOCK`] frames that begins at `start`, with the events in it.
    pub(crate) fn play(&mut self, events: &[Event], start: u64, block: &mut [[f32; 2]]) {
        debug_assert!(block.len() <= BLOCK);
        for event in events {
            let key = (event.channel, event.program, event.pitch);
            let string = match event.action {
                Action::Strike { .. } => {
                    self.strings.entry(key).or_insert_with(|| KeyString::new(event, self.sample_rate))
                }
                Action::Release => match self.strings.get_mut(&key) {
                    Some(string) => string,
                    None => continue,
                },
            };
            string.advance(block, (event.frame - start) as usize);
            match event.action {
                Action::Strike { velocity } => string.strike(velocity),
                Action::Release => string.release(),
            }
        }
        for string in self.strings.values_mut() {
            string.advance(block, block.len());
            string.next_block();
        }
        self.strings.retain(|_, string| !string.is_idle());
        self.room.process(block);
    }
}

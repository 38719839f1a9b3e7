use galant_dice::{BarNumber, Repeats, Throws, bars, medley, played_bars, score, tables};
use galant_types::Seed;

#[test]
fn a_straight_waltz_has_the_second_ending() {
    let throws = Throws::roll(Seed(3));
    let (named, played) = (bars(&throws), played_bars(&throws, Repeats::Straight));
    assert_eq!(played[7], BarNumber::SECOND_ENDING);
    assert_eq!((&named[..7], &named[8..]), (&played[..7], &played[8..]));
}

#[test]
fn the_print_repeats_the_first_part_from_its_first_ending() {
    let throws = Throws::roll(Seed(3));
    let (named, played) = (bars(&throws), played_bars(&throws, Repeats::WithRepeats));
    // "positions 1-8 with the first ending, positions 1-7 again with bar 177, then positions 9-16".
    assert_eq!(played.len(), 24);
    assert_eq!(played[..8], named[..8]);
    assert_eq!(played[8..15], named[..7]);
    assert_eq!(played[15], BarNumber::SECOND_ENDING);
    assert_eq!(played[16..], named[8..]);
}

#[test]
fn bars_and_positions_as_played_agree() {
    for repeats in [Repeats::Straight, Repeats::WithRepeats] {
        let positions: Vec<usize> = repeats.positions().collect();
        assert_eq!(positions.len(), repeats.n_bars(), "{repeats:?}");
        for (bar, position) in played_bars(&Throws::roll(Seed(5)), repeats).into_iter().zip(positions) {
            let is_in_column = tables().column(position).contains(&bar);
            assert!(is_in_column || (position, bar) == (8, BarNumber::SECOND_ENDING), "{bar:?} at {position}");
        }
    }
}

#[test]
fn a_repeated_waltz_lasts_twenty_four_bars_and_the_next_follows_at_once() {
    let throws = Throws::roll(Seed(4));
    let one = score(&throws, Repeats::WithRepeats);
    let two = medley(&[throws, throws], Repeats::WithRepeats);
    let n_notes = played_bars(&throws, Repeats::WithRepeats).iter().map(|&bar| tables().notes(bar).len()).sum();
    assert_eq!((one.notes.len(), two.notes.len()), (n_notes, 2 * n_notes));
    assert_eq!(two.notes[n_notes].onset, 24 * 720);
    assert_eq!(one.notes, two.notes[..n_notes]);
}

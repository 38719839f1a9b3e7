//! `galant play`: a MIDI file to the loudspeaker, where the program was built for it.

use std::io::Write;
use std::process::ExitCode;

use galant_corpus::Strictness;

use crate::args::PlayArgs;
use crate::files::quoted;

/// Plays to the end.
#[cfg(feature = "audio")]
pub(crate) fn run(args: &PlayArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let (rendering, player) =
        super::render::rendering(&args.file, args.soundfont.as_deref(), strictness, galant_synth::WavFormat::Int16)?;
    let device = match device::open() {
        Ok(device) => device,
        Err(error) => {
            crate::printable::warn(&format!("there is no audio device to play on: {error}"));
            writeln!(out, "{}", how_to_listen(args))?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let seconds = rendering.len() as f64 / f64::from(rendering.sample_rate());
    writeln!(out, "playing {}: {seconds:.1} s, with {player}", args.file.display())?;
    device::play(&device, rendering);
    Ok(ExitCode::SUCCESS)
}

/// Says how to listen: sound devices need system libraries, which the default build does not use.
#[cfg(not(feature = "audio"))]
pub(crate) fn run(args: &PlayArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    // A wrong name is better reported now than by the command that is recommended.
    super::render::read_score(&args.file, strictness)?;
    writeln!(out, "{}", how_to_listen(args))?;
    Ok(ExitCode::SUCCESS)
}

fn how_to_listen(args: &PlayArgs) -> String {
    let name = |path: &std::path::Path| quoted(&path.to_string_lossy());
    let (midi, wav) = (name(&args.file), name(&args.file.with_extension("wav")));
    let soundfont = args.soundfont.as_deref().map_or(String::new(), |path| format!(" --soundfont {}", name(path)));
    format!("to listen, run `galant render {midi} --out {wav}{soundfont}` and open {wav} with any player")
}

#[cfg(feature = "audio")]
mod device {
    use std::iter::Flatten;
    use std::num::NonZero;
    use std::time::Duration;

    use galant_synth::Rendering;
    use rodio::{ChannelCount, DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink, Player, SampleRate, Source};

    pub(super) fn open() -> Result<MixerDeviceSink, DeviceSinkError> {
        let mut device = DeviceSinkBuilder::open_default_sink()?;
        device.log_on_drop(false);
        Ok(device)
    }

    pub(super) fn play(device: &MixerDeviceSink, rendering: Rendering) {
        let sample_rate = NonZero::new(rendering.sample_rate()).expect("a rendering has a sample rate");
        let player = Player::connect_new(device.mixer());
        player.append(Samples { sample_rate, samples: rendering.flatten() });
        player.sleep_until_end();
    }

    /// A rendering, left and right in turn.
    struct Samples {
        sample_rate: SampleRate,
        samples: Flatten<Rendering>,
    }

    impl Iterator for Samples {
        type Item = f32;

        fn next(&mut self) -> Option<f32> {
            self.samples.next()
        }
    }

    impl Source for Samples {
        fn current_span_len(&self) -> Option<usize> {
            None
        }

        fn channels(&self) -> ChannelCount {
            NonZero::new(2).expect("two is not zero")
        }

        fn sample_rate(&self) -> SampleRate {
            self.sample_rate
        }

        fn total_duration(&self) -> Option<Duration> {
            None
        }
    }
}

//! `galant play`: a file of music to the loudspeaker, by whatever the machine has.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context;
use galant_corpus::Strictness;
use galant_types::Score;

use crate::args::PlayArgs;
use crate::files::quoted;
use crate::interrupt::Unfinished;
use crate::{exit, files, printable, sound};

/// Plays to the end.
pub(crate) fn run(args: &PlayArgs, strictness: Strictness, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let score = super::render::read_score(&args.file, strictness)?;
    #[cfg(feature = "audio")]
    if own::play(args, &score, out)? {
        return Ok(ExitCode::SUCCESS);
    }
    let folder = Scratch::new()?;
    for player in PLAYERS.iter().filter(|player| is_installed(player.program)) {
        if play_with(player, args, &score, &folder, out)? {
            return Ok(ExitCode::SUCCESS);
        }
    }
    printable::error(&how_to_listen(args));
    Ok(ExitCode::from(exit::SOME_FAILED))
}

/// A program that plays files.
struct Player {
    program: &'static str,
    /// What comes before the file.
    args: &'static [&'static str],
    plays: Plays,
}

/// What a program plays.
#[derive(PartialEq)]
enum Plays {
    Wav,
    Midi,
    /// MIDI, with a SoundFont named before it.
    MidiBySoundFont,
}

/// In this order: first those that play MIDI by instruments of their own, then those that play what is rendered here.
const PLAYERS: &[Player] = &[
    Player { program: "fluidsynth", args: &["-i", "-n", "-q"], plays: Plays::MidiBySoundFont },
    Player { program: "timidity", args: &["-idq"], plays: Plays::Midi },
    Player { program: "aplay", args: &["-q"], plays: Plays::Wav },
    Player { program: "paplay", args: &[], plays: Plays::Wav },
    Player { program: "pw-play", args: &[], plays: Plays::Wav },
    Player { program: "afplay", args: &[], plays: Plays::Wav },
    Player { program: "ffplay", args: &["-nodisp", "-autoexit", "-loglevel", "error"], plays: Plays::Wav },
];

/// Plays with a program, and says whether that worked.
fn play_with(
    player: &Player,
    args: &PlayArgs,
    score: &Score,
    folder: &Scratch,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let mut command = Command::new(player.program);
    command.args(player.args);
    match player.plays {
        Plays::Wav => {
            let path = folder.file("piece.wav");
            sound::write_with(&path, score, args.soundfont.as_deref())?;
            command.arg(path);
        }
        Plays::Midi => {
            command.arg(folder.midi(score)?);
        }
        Plays::MidiBySoundFont => {
            let Some(soundfont) = sound::soundfont_of(args.soundfont.as_deref()) else { return Ok(false) };
            command.arg(soundfont).arg(folder.midi(score)?);
        }
    }
    let seconds = score.tempo_map().seconds(score.end());
    writeln!(out, "playing {}: {seconds:.1} s, with {}", args.file.display(), player.program)?;
    out.flush()?;
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let status = status.with_context(|| format!("starting {}", player.program))?;
    if !status.success() {
        printable::warn(&format!("{} could not play: {status}", player.program));
    }
    Ok(status.success())
}

/// Whether a folder of PATH has the program.
fn is_installed(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| {
        let path = folder.join(program);
        path.is_file() || path.with_extension("exe").is_file()
    })
}

fn how_to_listen(args: &PlayArgs) -> String {
    let name = |path: &Path| quoted(&path.to_string_lossy());
    let (midi, wav) = (name(&args.file), name(&args.file.with_extension("wav")));
    let soundfont = args.soundfont.as_deref().map_or(String::new(), |path| format!(" --soundfont {}", name(path)));
    format!(
        "nothing here plays sound: there is no audio device or no fluidsynth, timidity or aplay; `galant render {midi} --out \
         {wav}{soundfont}` writes {wav}, which any player opens"
    )
}

/// A folder of its own for files that are played, removed in the end.
struct Scratch(Unfinished);

impl Scratch {
    fn new() -> anyhow::Result<Scratch> {
        let folder = env::temp_dir().join(format!("galant-play-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("writing to {}", folder.display()))?;
        Ok(Scratch(Unfinished::begin(folder)))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn midi(&self, score: &Score) -> anyhow::Result<PathBuf> {
        let path = self.file("piece.mid");
        files::write(&path, &galant_midi::encode(score)?)?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now, the system removes with its other temporary files.
        let _ = std::fs::remove_dir_all(self.0.path());
    }
}

#[cfg(feature = "audio")]
mod own {
    use std::io::Write;
    use std::iter::Flatten;
    use std::num::NonZero;
    use std::time::Duration;

    use galant_synth::{Rendering, WavFormat};
    use galant_types::Score;
    use rodio::{ChannelCount, DeviceSinkBuilder, DeviceSinkError, MixerDeviceSink, Player, SampleRate, Source};

    use crate::args::PlayArgs;
    use crate::{printable, sound};

    /// Plays on the audio device, and says whether there is one.
    pub(super) fn play(args: &PlayArgs, score: &Score, out: &mut impl Write) -> anyhow::Result<bool> {
        let name = args.file.display().to_string();
        let (rendering, player) = sound::rendering(score, &name, args.soundfont.as_deref(), WavFormat::Int16)?;
        let device = match open() {
            Ok(device) => device,
            Err(error) => {
                printable::warn(&format!("there is no audio device to play on: {error}"));
                return Ok(false);
            }
        };
        let seconds = rendering.len() as f64 / f64::from(rendering.sample_rate());
        writeln!(out, "playing {name}: {seconds:.1} s, with {player}")?;
        play_on(&device, rendering);
        Ok(true)
    }

    fn open() -> Result<MixerDeviceSink, DeviceSinkError> {
        let mut device = DeviceSinkBuilder::open_default_sink()?;
        device.log_on_drop(false);
        Ok(device)
    }

    fn play_on(device: &MixerDeviceSink, rendering: Rendering) {
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

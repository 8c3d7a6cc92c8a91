//! What can be said on the command line.
//!
//! Not here: what is done about it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sense::learn::{EvaluateSounds, TrainSounds};

/// Shared security information for an area: a node, a demonstration, and tools to check both.
#[derive(Parser)]
#[command(name = "belfry", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show it: a node with the sample area and an invented day, on this computer only
    Demo(Demo),
    /// Set up a node: key, store, the organisation that runs the area, a one-time link for its administrator
    Init(Init),
    /// Run a node that has been set up
    Run {
        /// File with the settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Send files to a node, as items
    #[command(subcommand)]
    Import(Import),
    /// Check that everything derived (lists, search, files) agrees with the ledger
    Check {
        /// File with the settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Verify the ledgers of a node, or a proof bundle without any node
    Verify(Verify),
    /// Make the search index anew
    RebuildSearch {
        /// File with the settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Copy the store into one file, also while the node runs
    Backup {
        /// File with the settings
        #[arg(long)]
        config: PathBuf,
        /// The new file
        to: PathBuf,
    },
    /// Put a backup into the empty data folder of the settings
    Restore(Restore),
    /// Erase what is past its retention now, instead of within the hour
    Expire {
        /// File with the settings
        #[arg(long)]
        config: PathBuf,
    },
    /// Listen to microphones and look through cameras, beside them, and tell a node what was observed
    Sense(Sense),
    /// Web monitoring without a node: replay a recording, make or measure a model
    #[command(subcommand)]
    Webwatch(WebWatch),
    /// Plans of measures, and what closures cost: for planners who script; needs no node
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Print the description of the API (OpenAPI 3.1, JSON)
    Openapi,
    /// Print who may do what, as a page
    Matrix,
    /// Print the reference of the settings, as a page
    ConfigReference,
    /// Print a settings file with every default
    ConfigSample,
    /// Measure sharing against its targets
    #[command(hide = true)]
    BenchShare(BenchShare),
    /// Serve a store with many items, to be looked at from a browser
    #[command(hide = true)]
    BenchNode(BenchNode),
}

/// What to do with microphones and cameras; without a command, listen.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Sense {
    #[command(subcommand)]
    pub(crate) command: Option<SenseCommand>,
    /// File with the settings of the post; `belfry sense config-sample` prints one to begin with
    #[arg(long, required = true)]
    pub(crate) config: Option<PathBuf>,
}

/// What else to do with microphones and cameras.
#[derive(Subcommand)]
pub(crate) enum SenseCommand {
    /// Open each sensor for some seconds and say what came; nothing is sent, nothing is kept
    Check {
        /// File with the settings of the post
        #[arg(long)]
        config: PathBuf,
        /// For how long
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=600))]
        seconds: u32,
    },
    /// Print the reference of a post's settings, as a page
    ConfigReference,
    /// Print a post's settings file to begin with
    ConfigSample,
    /// Make a model of sounds from recordings in folders
    Train(TrainSounds),
    /// Measure a model of sounds, or how good models from these recordings are on sources they have not heard
    Evaluate(EvaluateSounds),
}

/// What to do with web monitoring.
#[derive(Subcommand)]
pub(crate) enum WebWatch {
    /// Run recorded documents through the pipeline; prints delay, precision, recall and stories per true event
    Replay {
        /// File that says what is watched: JSON with `sources`, `profiles`, `gazetteer`, `calendar`, `settings`
        #[arg(long)]
        watched: PathBuf,
        /// File with a recorded document per line: JSON with `source`, `at`, `key`, `text`, and `event` when it is of one
        recording: PathBuf,
    },
    /// Make a model from judged texts, and measure it on those it did not learn from
    Train(Train),
    /// Measure a model on judged texts: all of them, and those that `train` would not have learned from
    Evaluate {
        /// File with a judged text per line: JSON with `text` and `relevant`
        file: PathBuf,
        /// The model, as `train` wrote it
        #[arg(long)]
        model: PathBuf,
    },
}

/// Options of `webwatch train`.
#[derive(Args)]
pub(crate) struct Train {
    /// File with a judged text per line: JSON with `text` and `relevant`
    pub(crate) file: PathBuf,
    /// Language of the texts (ISO 639-1)
    #[arg(long)]
    pub(crate) language: String,
    /// Where the model is written
    #[arg(long)]
    pub(crate) out: PathBuf,
}

/// What to do with a plan.
#[derive(Subcommand)]
pub(crate) enum PlanCommand {
    /// Say what is wrong with a plan, where, and how to mend it
    Check {
        /// The plan, as JSON
        plan: PathBuf,
    },
    /// Find the postures of least burden that meet every norm, with their proof; else what is short (exit code 3). With
    /// streets and neighbourhoods, what closures cost people together counts, and no right of theirs is broken
    Solve(SolvePlan),
    /// Several answers of `solve` side by side, as a page in Markdown
    Compare {
        /// The plan, as JSON
        plan: PathBuf,
        /// Answers of `solve`
        #[arg(required = true)]
        answers: Vec<PathBuf>,
    },
    /// Minutes that residents lose when streets are closed; exit code 3 when somebody is cut off
    Route(RoutePlan),
}

/// Options of `plan solve`.
#[derive(Args)]
pub(crate) struct SolvePlan {
    /// The plan, as JSON
    pub(crate) plan: PathBuf,
    /// Streets: an extract of OpenStreetMap (.osm.pbf), or lines as GeoJSON; without them closures cost no minutes
    #[arg(long, requires = "neighbourhoods")]
    pub(crate) streets: Option<PathBuf>,
    /// Neighbourhoods: polygons as GeoJSON with id, name and households, with the ids of the plan
    #[arg(long, requires = "streets")]
    pub(crate) neighbourhoods: Option<PathBuf>,
    /// Only these levels
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) levels: Vec<u8>,
    /// Only these zones
    #[arg(long, value_delimiter = ',')]
    pub(crate) zones: Vec<String>,
    /// Measures that must stand
    #[arg(long, value_delimiter = ',')]
    pub(crate) must: Vec<String>,
    /// Measures that may not stand
    #[arg(long, value_delimiter = ',')]
    pub(crate) must_not: Vec<String>,
    /// The instant at which records must hold, such as 2026-11-28T12:00:00Z; now without it
    #[arg(long)]
    pub(crate) at: Option<String>,
    /// When the postures end; in 30 days without it
    #[arg(long)]
    pub(crate) ends: Option<String>,
    /// Seconds after which the search stops with what it has
    #[arg(long, default_value_t = 300.0)]
    pub(crate) seconds: f64,
    /// Without the price of each norm, ranges of weights and what caution costs: quicker
    #[arg(long)]
    pub(crate) bare: bool,
    /// Where the answer is written, as JSON; then a page is printed instead of it
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// Options of `plan route`.
#[derive(Args)]
pub(crate) struct RoutePlan {
    /// Streets: an extract of OpenStreetMap (.osm.pbf), or lines as GeoJSON
    pub(crate) streets: PathBuf,
    /// Neighbourhoods: polygons as GeoJSON with id, name and households
    #[arg(long)]
    pub(crate) neighbourhoods: PathBuf,
    /// Where people go, as NAME=LONGITUDE,LATITUDE; may be said more than once
    #[arg(long, required = true)]
    pub(crate) to: Vec<String>,
    /// A street that is closed to cars, by its name; may be said more than once
    #[arg(long, required = true)]
    pub(crate) close: Vec<String>,
    /// Trips by car that a household makes on a day
    #[arg(long, default_value_t = 2.0)]
    pub(crate) car: f64,
    /// Trips by bicycle
    #[arg(long, default_value_t = 2.0)]
    pub(crate) bike: f64,
    /// Trips on foot
    #[arg(long, default_value_t = 1.0)]
    pub(crate) foot: f64,
}

/// Options of `demo`.
#[derive(Args)]
pub(crate) struct Demo {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 8480)]
    pub(crate) port: u16,
    /// Folder to keep the demonstration in; without it, everything is gone at the end
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Which day is played
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How fast: 1 is about one event every 40 seconds
    #[arg(long, default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// Only what happened in the past hours; nothing new comes
    #[arg(long)]
    pub(crate) quiet_world: bool,
    /// How much is said on the small web of the demonstration, in posts a second
    #[arg(long, default_value_t = sim::web::CHATTER_PER_S, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub(crate) chatter: u32,
    /// Without starting `belfry sense` beside the invented sensors. Its settings are written all the same, to `street/sense.toml` in
    /// the folder, so that it can be started and watched by hand
    #[arg(long)]
    pub(crate) no_post: bool,
    /// A recording (WAV, FLAC or Ogg at 24,000 samples a second) that is played in the street of the sensors, again and again: to see
    /// for oneself that nothing of it is kept
    #[arg(long, value_name = "FILE")]
    pub(crate) play: Option<PathBuf>,
}

/// Options of `init`.
#[derive(Args)]
pub(crate) struct Init {
    /// File with the settings; `belfry config-sample` prints one to begin with
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// Name of the post of the first administrator
    #[arg(long, default_value = "First administrator")]
    pub(crate) administrator: String,
    /// Only print a new link, when the first one ran out before anyone used it
    #[arg(long)]
    pub(crate) new_link: bool,
}

/// What to import.
#[derive(Subcommand)]
pub(crate) enum Import {
    /// CAP 1.2 alerts, one per file
    Cap {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        to: Target,
    },
    /// A GeoJSON feature collection: one report per feature
    Geojson {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        to: Target,
        /// What happens to bad rows
        #[arg(long, value_enum, default_value_t = BadRows::Refuse)]
        bad_rows: BadRows,
    },
}

/// Where an import goes, as whom, and how it is marked.
#[derive(Args)]
pub(crate) struct Target {
    /// Address of the node
    #[arg(long, default_value = "http://127.0.0.1:8480")]
    pub(crate) server: String,
    /// File with the certificates (PEM) that the node's must hang on; without it, those this computer trusts
    #[arg(long)]
    pub(crate) ca: Option<PathBuf>,
    /// File with an API token
    #[arg(long, required_unless_present = "demo_as")]
    pub(crate) token_file: Option<PathBuf>,
    /// On a demonstration: the sample member to be, by name or id
    #[arg(long, conflicts_with = "token_file")]
    pub(crate) demo_as: Option<String>,
    /// TLP label: CLEAR, GREEN, AMBER, AMBER+STRICT
    #[arg(long)]
    pub(crate) tlp: Option<String>,
    /// Organisations it is for, separated by commas
    #[arg(long)]
    pub(crate) organisations: Option<String>,
    /// Communities it is for, separated by commas
    #[arg(long)]
    pub(crate) communities: Option<String>,
    /// What it is for
    #[arg(long)]
    pub(crate) purpose: Option<String>,
}

/// What happens to bad rows.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BadRows {
    /// Nothing goes in
    Refuse,
    /// The rest goes in
    Skip,
}

impl BadRows {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Skip => "skip",
        }
    }
}

/// Options of `verify`.
#[derive(Args)]
pub(crate) struct Verify {
    /// File with the settings of the node whose ledgers are verified
    #[arg(long, required_unless_present = "bundle")]
    pub(crate) config: Option<PathBuf>,
    /// A proof bundle, as GET /api/v1/items/ID/proof gives it
    #[arg(long, conflicts_with = "config")]
    pub(crate) bundle: Option<PathBuf>,
    /// The checkpoint key you trust; without it the one in the bundle counts, which proves less
    #[arg(long, conflicts_with = "config")]
    pub(crate) checkpoint_key: Option<String>,
}

/// Options of `restore`.
#[derive(Args)]
pub(crate) struct Restore {
    /// File with the settings; its data folder must be empty, its key file in place
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// The backup
    pub(crate) from: PathBuf,
    /// The data folder in use until now (it may be damaged): what was erased there stays erased
    #[arg(long)]
    pub(crate) erased_in: Option<PathBuf>,
}

/// Options of `bench-share`.
#[derive(Args)]
pub(crate) struct BenchShare {
    /// Items in the store for reading
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) items: u64,
    /// How often each measurement is taken; the middle one counts
    #[arg(long, default_value_t = 3)]
    pub(crate) runs: usize,
    /// Distinct visibility labels
    #[arg(long, default_value_t = 200)]
    pub(crate) labels: usize,
    /// Seconds of one run of publishing
    #[arg(long, default_value_t = 10)]
    pub(crate) seconds: u64,
    /// Bits flipped one at a time
    #[arg(long, default_value_t = 10_000)]
    pub(crate) flips: u64,
    /// Folder for the stores; without it a temporary one
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Only some of: publish, stream, read, policy, start, verify
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Write the table to bench/results/share.md
    #[arg(long)]
    pub(crate) record: bool,
    /// Used by the measurement itself: open the store in `--data`, serve, say how long it took
    #[arg(long, hide = true)]
    pub(crate) start_only: bool,
}

/// Options of `bench-node`.
#[derive(Args)]
pub(crate) struct BenchNode {
    /// Items in the store
    #[arg(long, default_value_t = 20_000)]
    pub(crate) items: u64,
    /// Distinct visibility labels
    #[arg(long, default_value_t = 200)]
    pub(crate) labels: usize,
    /// Spread over the last day, as if they had come in then
    #[arg(long)]
    pub(crate) day: bool,
    /// Folder for the store
    #[arg(long)]
    pub(crate) data: PathBuf,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.01..=100.0).contains(&speed) => Ok(speed),
        _ => Err("a number from 0.01 to 100".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_must_be_said_must_be_said() {
        for (line, expect) in [
            ("belfry demo", true),
            ("belfry demo --speed 0", false),
            ("belfry demo --speed nan", false),
            ("belfry run", false),
            ("belfry sense train sounds", false),
            ("belfry sense train sounds --out model", true),
            ("belfry sense evaluate sounds", true),
            ("belfry sense evaluate sounds --model model --seed 2", true),
            ("belfry sense", false),
            ("belfry sense --config a", true),
            ("belfry sense check", false),
            ("belfry sense check --config a", true),
            ("belfry sense --config a check --config b", false),
            ("belfry sense check --config a --seconds 0", false),
            ("belfry sense config-sample", true),
            ("belfry verify", false),
            ("belfry verify --bundle a.json", true),
            ("belfry verify --bundle a.json --config b", false),
            ("belfry verify --config b --checkpoint-key k", false),
            ("belfry import cap a.xml", false),
            ("belfry import cap a.xml --demo-as x", true),
            ("belfry import cap --demo-as x", false),
            ("belfry import geojson a.json --token-file t --bad-rows skip", true),
            ("belfry import geojson a.json --token-file t --demo-as x", false),
        ] {
            let parsed = Arguments::try_parse_from(line.split(' '));
            assert_eq!(parsed.is_ok(), expect, "{line}");
        }
    }
}

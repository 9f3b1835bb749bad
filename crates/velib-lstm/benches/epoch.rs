//! How long an epoch of training takes beside `PyTorch`: `cargo xtask bench training`, which hands over a Python that has it.
//!
//! Both sides train the same network from the same first weights on the same examples in the same order with the same
//! optimiser on one thread, epoch by epoch in turns, so that a busy moment of the machine meets both. Their losses must
//! agree, else the times would compare nothing.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and stops where it cannot"
)]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use safetensors::{Dtype, tensor::TensorView};
use serde_json::Value;
use velib_domain::LatLon;
use velib_forecast::{Anchor, FeatureSpec, Features};
use velib_lstm::training::{Examples, Restraint, Trainer};
use velib_model::NetworkShape;

const ROWS: usize = 20_000;
const BATCH: usize = 256;
const EPOCHS: usize = 5;
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benchmarks/training/with_pytorch.py");

/// Losses further apart than this are not those of the same training.
const SAME_LOSS: f64 = 0.01;

fn main() {
    let python = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let Some(python) = python else {
        println!("skipped: no Python with torch was named; run `cargo xtask bench training`");
        return;
    };
    let spec = FeatureSpec::hourly(LatLon { lat: 48.86, lon: 2.34 });
    let examples = examples(&spec);
    let order: Vec<i64> = (0..i64::try_from(ROWS).unwrap()).collect();
    let mut trainer = Trainer::new(spec.clone(), NetworkShape::default(), Restraint::default(), 1);
    trainer.normalise(&examples.features, 0);
    trainer.begin_epoch(1e-3, 1);
    let folder = handed_over(&spec, &examples, &trainer);
    let mut pytorch = PyTorch::start(&python, &folder);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for epoch in 1..=EPOCHS {
        let since = Instant::now();
        let loss = trainer.learn(&examples, &order, BATCH, |_, _| ());
        ours.push(since.elapsed().as_secs_f64());
        let (seconds, their_loss) = pytorch.epoch();
        theirs.push(seconds);
        println!(
            "epoch {epoch} of {EPOCHS}: {:.2} s and {seconds:.2} s, loss {loss:.4} and {their_loss:.4}",
            ours[epoch - 1]
        );
        assert!((loss - their_loss).abs() < SAME_LOSS, "not the same training");
    }
    println!(
        "\n| {ROWS} rows, batch {BATCH}, one thread | fastest of {EPOCHS} epochs | median |\n|---|---|---|"
    );
    let [(our_best, our_median), (best, median)] = [ours, theirs].map(fastest_and_median);
    println!("| velib-lstm | {our_best:.2} s | {our_median:.2} s |");
    println!("| PyTorch {} | {best:.2} s | {median:.2} s |", pytorch.version);
    println!("| ratio | {:.3} | {:.3} |", our_best / best, our_median / median);
}

fn fastest_and_median(mut seconds: Vec<f64>) -> (f64, f64) {
    seconds.sort_by(f64::total_cmp);
    (seconds[0], seconds[seconds.len() / 2])
}

/// Numbers drawn from a fixed sequence: speed does not depend on what is learned from them.
fn examples(spec: &FeatureSpec) -> Examples {
    let mut state = 1_u64;
    let mut draw = move |below: u16| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u16 % below
    };
    let mut examples = Examples::default();
    for _ in 0..ROWS {
        let support = 15 + draw(40);
        let bikes = draw(support + 1);
        let Features { sequence, statics, anchors } = &mut examples.features;
        sequence.extend((0..spec.look_back * spec.sequence_width()).map(|_| f32::from(draw(1_000)) / 1e3));
        statics.extend((0..spec.static_width()).map(|_| f32::from(draw(1_000)) / 250.0 - 2.0));
        let docks = support - bikes;
        anchors.push(Anchor { bikes: bikes.into(), docks: docks.into(), support, has_docks: true });
        for _ in &spec.horizons_seconds {
            let later = (bikes + draw(7)).saturating_sub(3).min(support);
            examples.truths.push([Some(later), Some(support - later)]);
        }
    }
    examples
}

/// Writes examples and first weights where the other side reads them.
fn handed_over(spec: &FeatureSpec, examples: &Examples, trainer: &Trainer) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("epoch");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("weights.safetensors"), trainer.weights()).unwrap();
    let Features { sequence, statics, anchors } = &examples.features;
    let of_anchors = |number: &dyn Fn(&Anchor) -> f32| anchors.iter().map(number).collect::<Vec<_>>();
    let counts: Vec<f32> = examples.truths.iter().flatten().map(|count| count.unwrap().into()).collect();
    let by_row = vec![ROWS, spec.horizons_seconds.len(), 2];
    let arrays = [
        ("sequence", vec![ROWS, spec.look_back, spec.sequence_width()], sequence.clone()),
        ("statics", vec![ROWS, spec.static_width()], statics.clone()),
        ("origin", vec![ROWS, 2], anchors.iter().flat_map(|anchor| [anchor.bikes, anchor.docks]).collect()),
        ("unit", vec![ROWS], of_anchors(&Anchor::unit)),
        ("support", vec![ROWS], of_anchors(&|anchor| anchor.support.into())),
        ("known", by_row.clone(), vec![1.0; counts.len()]),
        ("counts", by_row, counts),
    ];
    let bytes = |numbers: &[f32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let stored = arrays.map(|(name, shape, numbers)| (name, shape, bytes(&numbers)));
    let views = stored
        .iter()
        .map(|(name, shape, bytes)| (*name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap()));
    fs::write(folder.join("examples.safetensors"), safetensors::serialize(views, None).unwrap()).unwrap();
    folder
}

/// The other side: a process that trains an epoch for each line.
struct PyTorch {
    child: Child,
    answers: Box<dyn BufRead>,
    version: String,
}

impl PyTorch {
    fn start(python: &str, folder: &Path) -> Self {
        let mut command = Command::new(python);
        command.arg(SCRIPT).arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let answers = Box::new(BufReader::new(child.stdout.take().unwrap()));
        let mut pytorch = Self { child, answers, version: String::new() };
        pytorch.answer()["version"].as_str().unwrap().clone_into(&mut pytorch.version);
        pytorch
    }

    /// Seconds and mean loss.
    fn epoch(&mut self) -> (f64, f64) {
        writeln!(self.child.stdin.as_mut().unwrap(), "epoch").unwrap();
        let told = self.answer();
        (told["seconds"].as_f64().unwrap(), told["loss"].as_f64().unwrap())
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("with_pytorch.py said {line:?}"))
    }
}

impl Drop for PyTorch {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

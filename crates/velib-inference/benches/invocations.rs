//! How long all of Paris takes through `/invocations`: `cargo bench -p velib-inference --bench invocations`, and the
//! same with `--features libtorch`, which adds the network run by libtorch.
//!
//! The service listens on loopback and answers one caller after the other, so that no two steps run at once. Each step
//! is also measured by itself. Everything is done many times in turns; on a busy machine the fastest turn tells most.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and stops where it cannot"
)]

use std::{
    hint::black_box,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    thread,
    time::Instant,
};

use velib_domain::SignedDuration;
use velib_forecast::{
    FeatureBuilder, Features, ForecastRequest, Forecaster, Invocation, ModelAnswer, StationHistory,
    invocation::encode_request,
};
use velib_inference::{DEFAULT_QUEUE, ModelService, serve};
use velib_model::{Artefact, ModelForecaster, Network, PlainNetwork};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz");
const STATIONS: usize = 1_416;
const TURNS: usize = 40;

/// One thing that is measured.
type Step = (String, Box<dyn FnMut()>);

fn main() {
    let model = Artefact::load(Path::new(SHIPPED)).unwrap();
    let body = encode_request(&request(&model));
    let mut steps = vec![through_the_service("plain arithmetic", ModelForecaster::open, &body)];
    #[cfg(feature = "libtorch")]
    steps.push(through_the_service("libtorch", velib_lstm::open, &body));
    steps.extend(by_themselves(&model, body));
    println!("| {STATIONS} stations, three horizons | fastest of {TURNS} | median |\n|---|---|---|");
    for (name, [fastest, median]) in measured(steps) {
        println!("| {name} | {fastest:.1} ms | {median:.1} ms |");
    }
}

/// The stations that the model knows, with a day and an hour of counts each, every seventh missing.
fn request(model: &Artefact) -> ForecastRequest {
    let station = |(at, known): (usize, &velib_forecast::profile::StationProfile)| {
        let capacity = (15 + at % 40) as u16;
        let count =
            |slot: usize| (!(at + slot).is_multiple_of(7)).then_some((at * 7 + slot * 3) as u16 % capacity);
        let bikes: Vec<Option<u16>> = (0..25).map(count).collect();
        StationHistory {
            station_id: known.station_id.clone(),
            capacity: Some(capacity),
            position: known.position,
            docks: bikes.iter().map(|bikes| bikes.map(|bikes| capacity - bikes)).collect(),
            bikes,
            ebikes: Some(1),
            bikes_week_before: Vec::new(),
        }
    };
    ForecastRequest {
        issued_at: "2026-11-20T14:00:00Z".parse().unwrap(),
        cadence: SignedDuration::from_hours(1),
        stations: model.profile.stations().iter().take(STATIONS).enumerate().map(station).collect(),
        weather: Vec::new(),
    }
}

/// A service on loopback, and one request to it on a connection that stays open.
fn through_the_service<F: Forecaster + 'static>(
    name: &str,
    open: fn(&Path) -> Result<F, velib_model::ModelError>,
    body: &[u8],
) -> Step {
    let stream = TcpStream::connect(started(open)).unwrap();
    let head = format!("POST /invocations HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n", body.len());
    let asked = [head.as_bytes(), body].concat();
    stream.set_nodelay(true).unwrap();
    let mut answers = BufReader::new(stream);
    let ask = move || {
        answers.get_mut().write_all(&asked).unwrap();
        black_box(read_answer(&mut answers));
    };
    (format!("`/invocations`, {name}"), Box::new(ask))
}

fn started<F: Forecaster + 'static>(open: fn(&Path) -> Result<F, velib_model::ModelError>) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let load = move || open(Path::new(SHIPPED)).map(|model| Box::new(model) as Box<dyn Forecaster>);
            let service = ModelService::start(load, DEFAULT_QUEUE);
            assert!(service.loaded().await.is_ready());
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(listener.local_addr().unwrap()).unwrap();
            serve(listener, service, std::future::pending()).await.unwrap();
        });
    });
    told.recv().unwrap()
}

fn read_answer(answers: &mut impl BufRead) -> Vec<u8> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        answers.read_line(&mut head).unwrap();
    }
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    answers.read_exact(&mut body).unwrap();
    body
}

/// What the service does for a request, each step alone, the network by plain arithmetic.
fn by_themselves(model: &Artefact, body: Vec<u8>) -> Vec<Step> {
    let Artefact { manifest, profile, weights, .. } = model.clone();
    let Invocation::ManyStations(request) = Invocation::decode(&body).unwrap() else {
        panic!("many stations were asked about")
    };
    let (spec, mut builder, mut built) = (manifest.features, FeatureBuilder::default(), Features::default());
    let features = spec.build(&request, &profile).unwrap();
    let network = PlainNetwork::new(&weights, &spec, manifest.network).unwrap();
    let mut forecaster = ModelForecaster::from_artefact(model.clone()).unwrap();
    let forecasts = forecaster.forecast(&request).unwrap();
    let horizons = spec.horizons();
    let asked = request.clone();
    let step = |name: &str, step: Box<dyn FnMut()>| (name.to_owned(), step);
    vec![
        step("reading the request", Box::new(move || drop(black_box(Invocation::decode(&body))))),
        step(
            "features",
            Box::new(move || {
                built.clear();
                builder.build(&spec, &request, &profile, &mut built).unwrap();
                black_box(&built);
            }),
        ),
        step("the network, plain arithmetic", Box::new(move || drop(black_box(network.run(&features))))),
        step(
            "features, network and distributions",
            Box::new(move || drop(black_box(forecaster.forecast(&asked)))),
        ),
        step(
            "writing the answer",
            Box::new(move || {
                drop(black_box(ModelAnswer::new("bench", 1.0, &horizons, &forecasts).encode()));
            }),
        ),
    ]
}

/// Milliseconds of each step, in turns: of the fastest turn and of the median one.
fn measured(mut steps: Vec<Step>) -> Vec<(String, [f64; 2])> {
    let mut taken = vec![Vec::new(); steps.len()];
    for _ in 0..TURNS {
        for ((_, step), taken) in steps.iter_mut().zip(&mut taken) {
            let since = Instant::now();
            step();
            taken.push(since.elapsed().as_secs_f64() * 1e3);
        }
    }
    let names = steps.into_iter().map(|(name, _)| name);
    let figures = taken.into_iter().map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        [taken[0], taken[TURNS / 2]]
    });
    names.zip(figures).collect()
}

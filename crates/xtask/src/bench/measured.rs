//! Commands measured as whole processes, in turns, so that a busy moment of the machine meets all of them.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// What one run of a command took, its children included.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Taken {
    /// From start to end.
    pub wall_s: f64,
    /// Of all cores together.
    pub cpu_s: f64,
    /// The most memory that was resident.
    pub peak_mb: f64,
}

/// A command, and what is to be done before each of its runs.
pub struct Contender<'a> {
    pub name: &'static str,
    pub command: Vec<String>,
    pub before: Box<dyn Fn() -> anyhow::Result<()> + 'a>,
}

/// Runs a command by a script that asks the system what it took.
pub struct Stopwatch {
    pub python: PathBuf,
    pub script: PathBuf,
    /// Set for every command.
    pub environment: Vec<(&'static str, String)>,
}

impl Stopwatch {
    /// Runs all contenders so many times in turns; the medians of each.
    pub fn medians(
        &self,
        contenders: &[Contender],
        rounds: usize,
    ) -> anyhow::Result<BTreeMap<&'static str, Taken>> {
        let mut taken: BTreeMap<&'static str, Vec<Taken>> = BTreeMap::new();
        for round in 1..=rounds {
            for contender in contenders {
                (contender.before)()?;
                let once = self.run(&contender.command).with_context(|| contender.name)?;
                eprintln!(
                    "round {round} of {rounds}: {:<14} {:>6.2} s, {:>6.2} s of CPU, {:>5.0} MB",
                    contender.name, once.wall_s, once.cpu_s, once.peak_mb
                );
                taken.entry(contender.name).or_default().push(once);
            }
        }
        Ok(taken.into_iter().map(|(name, runs)| (name, median(&runs))).collect())
    }

    fn run(&self, command: &[String]) -> anyhow::Result<Taken> {
        let mut run = Command::new(&self.python);
        run.arg(&self.script).args(command).envs(self.environment.iter().cloned());
        let output = run.output().context("python could not be started")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn median(runs: &[Taken]) -> Taken {
    let middle = |of: fn(&Taken) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Taken {
        wall_s: middle(|taken| taken.wall_s),
        cpu_s: middle(|taken| taken.cpu_s),
        peak_mb: middle(|taken| taken.peak_mb),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_figure_has_its_own_median() {
        let taken = |wall_s, cpu_s| Taken { wall_s, cpu_s, peak_mb: 1.0 };
        let median = median(&[taken(3.0, 1.0), taken(1.0, 3.0), taken(2.0, 9.0)]);
        assert_eq!((median.wall_s, median.cpu_s), (2.0, 3.0));
    }
}

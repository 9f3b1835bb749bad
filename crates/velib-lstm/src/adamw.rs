//! Adam with decoupled weight decay (Loshchilov and Hutter), its moments in the open: libtorch's own keeps them to itself,
//! and a fit that was killed could not go on where it stopped.

use std::collections::BTreeMap;

use tch::{Kind, Tensor, nn::VarStore};

use crate::weights::{self, Named};

const FIRST_DECAY: f64 = 0.9;
const SECOND_DECAY: f64 = 0.999;
const LEAST_SPREAD: f64 = 1e-8;

/// Gradients longer than this are shortened to it: one odd batch must not undo an epoch.
const LONGEST_GRADIENT: f64 = 1.0;

/// The optimiser of one network.
#[derive(Debug)]
pub(crate) struct AdamW {
    variables: BTreeMap<String, Variable>,
    steps: Tensor,
    pub(crate) rate: f64,
    /// How much weights shrink with each step, in units of the learning rate.
    decay: f64,
}

/// Weights that learn, and the running means of their gradient and its square.
#[derive(Debug)]
struct Variable {
    weights: Tensor,
    first: Tensor,
    second: Tensor,
}

impl AdamW {
    pub(crate) fn new(store: &VarStore, decay: f64) -> Self {
        let learning = store.variables().into_iter().filter(|(_, weights)| weights.requires_grad());
        let variable = |weights: Tensor| Variable {
            first: weights.zeros_like().detach(),
            second: weights.zeros_like().detach(),
            weights,
        };
        Self {
            variables: learning.map(|(name, weights)| (name, variable(weights))).collect(),
            steps: Tensor::from_slice(&[0.0_f32]),
            rate: 1e-3,
            decay,
        }
    }

    /// One step against the gradient of a loss.
    pub(crate) fn step(&mut self, loss: &Tensor) {
        self.variables.values_mut().for_each(|variable| variable.weights.zero_grad());
        loss.backward();
        tch::no_grad(|| {
            self.steps += 1.0;
            let steps = self.steps();
            let shortened = self.shortening();
            for variable in self.variables.values_mut() {
                variable.step(self.rate, self.decay, steps, shortened);
            }
        });
    }

    /// How many steps it has taken.
    pub(crate) fn steps(&self) -> f64 {
        self.steps.double_value(&[0])
    }

    /// The factor that shortens the gradient of all weights together; 1 where it is short enough.
    fn shortening(&self) -> f64 {
        let squares =
            self.variables.values().map(|variable| variable.weights.grad().square().sum(Kind::Float));
        let length = Tensor::stack(&squares.collect::<Vec<_>>(), 0).sum(Kind::Float).sqrt().double_value(&[]);
        (LONGEST_GRADIENT / (length + 1e-6)).min(1.0)
    }

    /// Everything but the weights, by name.
    pub(crate) fn state(&self) -> Named {
        let mut state = Named::from([("steps".to_owned(), self.steps.shallow_clone())]);
        for (name, variable) in &self.variables {
            state.insert(format!("first.{name}"), variable.first.shallow_clone());
            state.insert(format!("second.{name}"), variable.second.shallow_clone());
        }
        state
    }

    /// Takes over what [`state`](Self::state) gave.
    pub(crate) fn restore(&mut self, bytes: &[u8]) -> Result<(), String> {
        weights::fill_named(self.state(), bytes)
    }
}

impl Variable {
    fn step(&mut self, rate: f64, decay: f64, steps: f64, shortened: f64) {
        let gradient = self.weights.grad() * shortened;
        self.first *= FIRST_DECAY;
        self.first += &gradient * (1.0 - FIRST_DECAY);
        self.second *= SECOND_DECAY;
        self.second += gradient.square() * (1.0 - SECOND_DECAY);
        let spread = (&self.second / (1.0 - SECOND_DECAY.powf(steps))).sqrt() + LEAST_SPREAD;
        let change = &self.first / spread * (rate / (1.0 - FIRST_DECAY.powf(steps)));
        self.weights *= 1.0 - rate * decay;
        self.weights -= change;
    }
}

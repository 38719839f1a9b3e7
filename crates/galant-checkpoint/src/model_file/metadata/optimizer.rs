//! The text of an optimizer with its constants.

use galant_model::{Adam, Optimizer, RmsProp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum OptimizerText {
    Adam { learning_rate: f64, beta1: f64, beta2: f64, epsilon: f64 },
    RmsProp { learning_rate: f64, rho: f64, epsilon: f64 },
}

impl OptimizerText {
    pub(super) fn of(optimizer: Optimizer) -> OptimizerText {
        match optimizer {
            Optimizer::Adam(Adam { learning_rate, beta1, beta2, epsilon }) => {
                OptimizerText::Adam { learning_rate, beta1, beta2, epsilon }
            }
            Optimizer::RmsProp(RmsProp { learning_rate, rho, epsilon }) => {
                OptimizerText::RmsProp { learning_rate, rho, epsilon }
            }
        }
    }

    pub(super) fn optimizer(self) -> Optimizer {
        match self {
            OptimizerText::Adam { learning_rate, beta1, beta2, epsilon } => {
                Optimizer::Adam(Adam { learning_rate, beta1, beta2, epsilon })
            }
            OptimizerText::RmsProp { learning_rate, rho, epsilon } => {
                Optimizer::RmsProp(RmsProp { learning_rate, rho, epsilon })
            }
        }
    }
}

//! From gradients to new weights.

use galant_model::{Adam, Optimizer, RmsProp, Weights};
use tch::{Kind, TchError, Tensor};

use crate::error::TorchError;
use crate::loss::sum;
use crate::network::{Network, download, upload};

/// The moments of an optimizer, in the layout of the weights.
#[derive(Debug)]
pub(crate) struct Moments {
    /// Of the gradients; `None` if the optimizer keeps none.
    first: Option<Tensor>,
    /// Of their squares.
    second: Tensor,
}

impl Moments {
    pub(crate) fn zeros(optimizer: &Optimizer, network: &Network) -> Result<Moments, TchError> {
        let (n, device) = (network.spec().n_parameters() as i64, network.placement().device.tch());
        let zeros = || Tensor::f_zeros([n], (Kind::Float, device));
        let first = if optimizer.has_first_moment() { Some(zeros()?) } else { None };
        Ok(Moments { first, second: zeros()? })
    }

    /// Replaces the moments by others of the right lengths.
    pub(crate) fn restore(&mut self, first: &[f32], second: &[f32], network: &Network) -> Result<(), TchError> {
        let first = if self.first.is_some() { Some(upload(first, network.placement())?) } else { None };
        *self = Moments { first, second: upload(second, network.placement())? };
        Ok(())
    }

    /// Those of the gradients, empty if there are none, and those of their squares.
    pub(crate) fn download(&self) -> Result<(Vec<f32>, Vec<f32>), TchError> {
        let first = self.first.as_ref().map_or(Ok(Vec::new()), download)?;
        Ok((first, download(&self.second)?))
    }

    /// Moves `weights` one step; `update` counts from 1.
    pub(crate) fn step(
        &mut self,
        optimizer: &Optimizer,
        update: u64,
        weights: &mut Tensor,
        gradient: &Tensor,
    ) -> Result<(), TchError> {
        let squares = gradient.f_square()?;
        match *optimizer {
            Optimizer::Adam(Adam { learning_rate, beta1, beta2, epsilon }) => {
                let Some(first) = &mut self.first else { unreachable!("Adam keeps both means") };
                let steps = update as f64;
                let (unbias1, unbias2) = (1.0 - beta1.powf(steps), 1.0 - beta2.powf(steps));
                let _ = first.f_lerp_(gradient, 1.0 - beta1)?;
                let _ = self.second.f_lerp_(&squares, 1.0 - beta2)?;
                let mut root = self.second.f_div_scalar(unbias2)?.f_sqrt()?;
                let root = root.f_add_scalar_(epsilon)?;
                let _ = weights.f_sub_(&first.f_mul_scalar(learning_rate / unbias1)?.f_div_(&root)?)?;
            }
            Optimizer::RmsProp(RmsProp { learning_rate, rho, epsilon }) => {
                let _ = self.second.f_lerp_(&squares, 1.0 - rho)?;
                let root = self.second.f_add_scalar(epsilon)?.f_sqrt()?;
                let _ = weights.f_sub_(&gradient.f_mul_scalar(learning_rate)?.f_div_(&root)?)?;
            }
        }
        Ok(())
    }
}

/// Joins the gradients, `[N]`, and multiplies them by min(1, `clip_norm` / (‖gradient‖ + 1e-6)).
///
/// Pascanu, Mikolov and Bengio 2013; the 1e-6 is PyTorch's.
///
/// # Errors
///
/// If a gradient is infinite or NaN.
pub(crate) fn clipped(
    gradients: &[Tensor],
    network: &Network,
    clip_norm: Option<f32>,
    update: u64,
) -> Result<Tensor, TorchError> {
    let failed = || TorchError::libtorch("clipping the gradient");
    let mut joined = join(gradients).map_err(failed())?;
    let norm = squares(&joined, network).map_err(failed())?.sqrt();
    if !norm.is_finite() {
        let mut named = Weights::tensors(network.spec()).into_iter().zip(gradients);
        let not_finite = named.find(|(_, gradient)| !squares(gradient, network).is_ok_and(f64::is_finite));
        return Err(TorchError::NotFinite {
            update,
            tensor: not_finite.map_or(String::new(), |(tensor, _)| tensor.name),
        });
    }
    match clip_norm.map(|limit| f64::from(limit) / (norm + 1e-6)).filter(|&factor| factor < 1.0) {
        Some(factor) => joined.f_mul_scalar_(factor).map_err(failed()),
        None => Ok(joined),
    }
}

/// All numbers of the tensors in one, `[N]`.
pub(crate) fn join(tensors: &[Tensor]) -> Result<Tensor, TchError> {
    let flat = tensors.iter().map(|tensor| tensor.f_reshape([-1])).collect::<Result<Vec<_>, _>>()?;
    Tensor::f_cat(&flat, 0)
}

fn squares(tensor: &Tensor, network: &Network) -> Result<f64, TchError> {
    sum(&tensor.f_square()?, network.placement())
}

//! Every kernel, at every level of this CPU, against plain f64 loops, exact identities and other programs' numbers.

mod activation;
mod cell;
mod loss;
mod numbers;
mod optimizer;
mod product;
mod rate;
mod refusal;
mod transposed;
mod vector;

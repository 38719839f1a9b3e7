//! The game against the print's description, arithmetic done by hand, and tables read independently.

mod entropy;
mod game;
mod recognize;
mod repeats;

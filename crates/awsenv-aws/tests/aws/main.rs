//! Every call against a server on loopback: answers, refusals, and networks that fail.

mod ambient;
mod assignments;
mod calls;
mod network;
mod refusals;
mod sign_in;
mod support;
mod tls;

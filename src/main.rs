//! The `amur` command.

fn main() {}

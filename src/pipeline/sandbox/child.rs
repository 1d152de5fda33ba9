//! One child process: started, drained, waited for no longer than its deadline, and its death put into words.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use super::{Cause, Unread};
use crate::context::RunContext;
use crate::finding::ingest as codes;

/// What a child is told.
pub(super) struct Asked<'a> {
    /// The program, started as `amur read-one`.
    pub(super) program: &'a Path,
    /// Where its order stands.
    pub(super) order: &'a Path,
    /// Its address space, in bytes.
    pub(super) memory: u64,
    /// How long it may take.
    pub(super) deadline: Duration,
}

/// Most that is kept of what a child says; a reader gone wild must not fill this process's memory.
const KEPT: u64 = 1 << 16;
/// The exit code of a child that could not write what it read: that of a run whose output cannot be written.
const UNWRITABLE: i32 = 5;
/// How often a waiting parent looks whether the run is to stop.
const LOOK: Duration = Duration::from_millis(50);
/// How often it looks for the end of a process that has said its last word.
const ENDING: Duration = Duration::from_millis(1);

/// How a wait ended.
enum Ended {
    Exited(ExitStatus),
    TooLate,
    Stopped,
}

/// Runs a child and returns the hash it printed on its last line.
pub(super) fn run(asked: &Asked<'_>, context: &RunContext) -> Result<String, Unread> {
    let unusable = |what: &str, error: &std::io::Error| Unread::refused(format!("{what}: {error}"));
    let begun = Instant::now();
    let mut child = Command::new(asked.program)
        .arg("read-one")
        .arg(asked.order)
        .args(["--memory", &asked.memory.to_string()])
        // A child reads one file: a pool of threads and arenas would only use up its address space.
        .envs([("POLARS_MAX_THREADS", "1"), ("MALLOC_ARENA_MAX", "2"), ("RUST_BACKTRACE", "0")])
        .env("AMUR_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| unusable("the reading process could not be started", &error))?;
    let said = drain(child.stdout.take());
    let complained = drain(child.stderr.take());
    let (ended, said) = wait(&mut child, &said, asked.deadline, context)
        .map_err(|error| unusable("the reading process could not be waited for", &error))?;
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(order = %asked.order.display(), milliseconds, "Reading process ended.");
    match ended {
        Ended::Exited(status) if status.success() => {
            Ok(String::from_utf8_lossy(&said).lines().last().unwrap_or_default().to_owned())
        }
        Ended::Exited(status) => {
            Err(death(status, &String::from_utf8_lossy(&last(&complained)), asked.memory))
        }
        Ended::TooLate => Err(Unread {
            code: &codes::READ_TOO_LONG,
            ..Unread::refused(format!(
                "reading it took longer than {:.0} s and was stopped (--read-deadline)",
                asked.deadline.as_secs_f64()
            ))
        }),
        Ended::Stopped => Err(Unread::refused("the run was stopped by a signal")),
    }
}

/// Reads a pipe to its end in a thread of its own, so that the child never waits for a reader.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // A broken pipe ends the text where it broke; the exit status tells what happened.
            let read = pipe.by_ref().take(KEPT).read_to_end(&mut kept);
            let rest = read.and_then(|_| std::io::copy(&mut pipe, &mut std::io::sink()));
            if let Err(error) = rest {
                tracing::debug!(%error, "A pipe of a reading process broke.");
            }
        }
        // Nobody waits any more where the deadline passed.
        if send.send(kept).is_err() {
            tracing::debug!("A reading process spoke after its deadline.");
        }
    });
    receive
}

/// Waits until the process has ended and gives what it said; kills one that is too late or no longer wanted.
fn wait(
    child: &mut Child,
    said: &Receiver<Vec<u8>>,
    deadline: Duration,
    context: &RunContext,
) -> std::io::Result<(Ended, Vec<u8>)> {
    let begun = Instant::now();
    let mut kept = None;
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            // One that ended just too late is too late: the rule must not hang on how often it is looked at.
            break if begun.elapsed() > deadline { Ended::TooLate } else { Ended::Exited(status) };
        }
        let stopped = context.stopped_by().is_some();
        if stopped || begun.elapsed() > deadline {
            // It may have ended in this very moment, which is as good.
            if let Err(error) = child.kill() {
                tracing::debug!(%error, "A reading process had ended before it was killed.");
            }
            child.wait()?;
            break if stopped { Ended::Stopped } else { Ended::TooLate };
        }
        // The end of stdout comes just before the end of the process.
        match kept {
            None => kept = said.recv_timeout(LOOK).ok(),
            Some(_) => std::thread::sleep(ENDING),
        }
    };
    Ok((ended, kept.unwrap_or_else(|| last(said))))
}

/// What a pipe's thread kept, once the process has ended.
fn last(pipe: &Receiver<Vec<u8>>) -> Vec<u8> {
    pipe.recv_timeout(Duration::from_secs(1)).unwrap_or_default()
}

/// Why a process died, in plain words.
fn death(status: ExitStatus, complaint: &str, memory: u64) -> Unread {
    let mebibytes = memory >> 20;
    if complaint.contains("memory allocation of") || complaint.contains("memory allocation failed") {
        let reason = format!("reading it needs more than {mebibytes} MiB of memory (--read-memory)");
        return Unread { code: &codes::READ_TOO_MUCH_MEMORY, ..Unread::refused(reason) };
    }
    if status.code() == Some(UNWRITABLE) {
        let reason = complaint.trim().trim_start_matches("error: ");
        return Unread { cause: Cause::Disk, ..Unread::refused(reason) };
    }
    let how = if complaint.contains("has overflowed its stack") {
        "the content is nested too deeply (stack overflow)".to_owned()
    } else if let Some(panic) = panic_of(complaint) {
        format!("the reader broke off ({panic})")
    } else {
        let last = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let last: String = last.chars().filter(|ch| !ch.is_control()).take(200).collect();
        let colon = if last.is_empty() { "" } else { ": " };
        format!("the reading process died ({status}){colon}{last}")
    };
    Unread { code: &codes::READER_BROKE, ..Unread::refused(how) }
}

/// The message of a panic: the line after `thread … panicked at PLACE:`.
fn panic_of(complaint: &str) -> Option<String> {
    let mut lines = complaint.lines().skip_while(|line| !line.contains("panicked at"));
    let place = lines.next()?.split("panicked at").nth(1)?.trim().trim_end_matches(':');
    let place = place.rsplit('/').next().unwrap_or(place);
    let message: String = lines.next()?.chars().filter(|ch| !ch.is_control()).take(200).collect();
    Some(format!("{message}, at {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[track_caller]
    fn dies(raw_status: i32, complaint: &str, code: &str, reason: &str) {
        use std::os::unix::process::ExitStatusExt;
        let unread = death(ExitStatus::from_raw(raw_status), complaint, 1 << 30);
        assert_eq!((unread.code.id, unread.reason.as_str()), (code, reason));
    }

    #[cfg(unix)]
    #[test]
    fn a_death_is_put_into_plain_words() {
        dies(
            6,
            "memory allocation of 18446744 bytes failed\n",
            "F21",
            "reading it needs more than 1024 MiB of memory (--read-memory)",
        );
        dies(
            6,
            "\nthread 'main' (7) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n",
            "F23",
            "the content is nested too deeply (stack overflow)",
        );
        dies(
            101 << 8,
            "\nthread 'main' (7) panicked at /x/calamine-0.38.0/src/cfb.rs:320:9:\nrange end 9 out of range\nnote: run\n",
            "F23",
            "the reader broke off (range end 9 out of range, at cfb.rs:320:9)",
        );
        dies(9, "", "F23", "the reading process died (signal: 9 (SIGKILL))");
        dies(
            3 << 8,
            "error: no order\n",
            "F23",
            "the reading process died (exit status: 3): error: no order",
        );
    }

    /// Runs a script in the place of the program.
    #[cfg(unix)]
    fn scripted(folder: &Path, script: &str, seconds: f64) -> Result<String, (&'static str, String)> {
        use std::os::unix::fs::OpenOptionsExt;
        let program = folder.join("program");
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o700)
            .open(&program)
            .unwrap();
        std::io::Write::write_all(&mut file, format!("#!/bin/sh\n{script}\n").as_bytes()).unwrap();
        drop(file);
        let context = RunContext::in_folder(folder, jiff::Timestamp::UNIX_EPOCH);
        let deadline = Duration::from_secs_f64(seconds);
        let asked = Asked { program: &program, order: Path::new("order"), memory: 1 << 30, deadline };
        run(&asked, &context).map_err(|unread| (unread.code.id, unread.reason))
    }

    #[cfg(unix)]
    #[test]
    fn whatever_a_child_does_the_parent_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let died = |script: &str| scripted(folder.path(), script, 600.0).unwrap_err();
        assert_eq!(died("kill -ABRT $$").0, "F23");
        assert_eq!(died("kill -SEGV $$").0, "F23");
        assert_eq!(died("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$").0, "F21");
        let panicked =
            died("printf \"\\nthread 'main' (1) panicked at src/a.rs:1:2:\\noops\\n\" >&2; exit 70");
        assert_eq!(panicked, ("F23", "the reader broke off (oops, at a.rs:1:2)".to_owned()));
        assert_eq!(scripted(folder.path(), "exec sleep 600", 0.1).unwrap_err().0, "F22");
        // More than both pipes hold, so a parent that reads one after the other would wait for ever.
        let flood = "head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; echo; exit 0";
        assert!(scripted(folder.path(), flood, 600.0).is_ok());
        assert_eq!(scripted(folder.path(), "echo one; echo two", 600.0).unwrap(), "two");
    }

    #[test]
    fn a_pipe_is_read_to_its_end_but_kept_only_so_far() {
        let long = std::io::repeat(b'x').take(10 * KEPT);
        assert_eq!(last(&drain(Some(long))).len() as u64, KEPT);
    }
}

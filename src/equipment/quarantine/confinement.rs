//! What a process gives away before it decodes a stranger's file: time, memory, files, the network, nearly every system call.
//!
//! A process can only lock itself up further, never out again. The limits hold on every Linux and are a must; Landlock
//! and the filter of system calls are taken where kernel and processor have them. They overlap on purpose: with no limit of open
//! files left, with Landlock, or with the filter, each alone, no file opens any more.

use std::fs;
use std::io;

use landlock::{ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetError, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, nice, set_parent_process_death_signal, setrlimit};
use rustix::thread::set_no_new_privs;

/// So much behind everything else on the PC.
const NICER_BY: i32 = 10;
/// Of 1,000: when memory runs out all the same, this process is the one to go, not the station it has this value from.
const OOM_SCORE: &str = "500";
/// What decoders were written for.
const STACK_BYTES: u64 = 8 << 20;

/// Closes every file but standard input and output and standard error. Nothing of the station's is handed down; what the station
/// itself was started with, or a library of the sound system opened, may be.
pub fn close_what_was_inherited() {
    // SAFETY: called before this process has opened any file of its own, so that nobody holds one of these numbers. A kernel
    // without the call (before 5.9) leaves them open.
    unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
}

/// Locks this process up, which has one thread.
///
/// # Errors
/// A limit cannot be set.
pub fn confine(cpu_secs: u64, memory_bytes: u64) -> io::Result<()> {
    // Should the parent be dead already, nobody reads the answer, and the time is limited.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    set_no_new_privs(true)?;
    // Both are courtesies.
    let _ = nice(NICER_BY);
    let _ = fs::write("/proc/self/oom_score_adj", OOM_SCORE);
    let _ = shut_files();
    for (resource, most) in [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 0),
        (Resource::Stack, STACK_BYTES),
        (Resource::Data, memory_bytes),
        (Resource::Cpu, cpu_secs),
    ] {
        limit(resource, most)?;
    }
    let _ = shut_calls();
    Ok(())
}

/// Never more than there was. At the limit of processor time comes the signal that tells why, a second later the end.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let spare = u64::from(resource == Resource::Cpu);
    let inherited = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let limit = Rlimit { current: Some(most.min(inherited)), maximum: Some((most + spare).min(inherited)) };
    Ok(setrlimit(resource, limit)?)
}

/// No file, no TCP port, no other process, by Landlock; false where the kernel has none of it.
fn shut_files() -> Result<bool, RulesetError> {
    // As much of it as the kernel knows.
    let newest = ABI::V6;
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?;
    Ok(rules.create()?.restrict_self()?.ruleset != RulesetStatus::NotEnforced)
}

/// No system call but those by which a file that is open is read, memory is had, and a process ends. Others fail, which no
/// library takes amiss that only asks for something more.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn shut_calls() -> Result<(), seccompiler::Error> {
    use libc::{
        SYS_brk, SYS_clock_gettime, SYS_close, SYS_exit, SYS_exit_group, SYS_fstat, SYS_futex, SYS_getpid,
        SYS_getrandom, SYS_gettid, SYS_lseek, SYS_madvise, SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap,
        SYS_newfstatat, SYS_read, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sched_yield,
        SYS_sigaltstack, SYS_statx, SYS_tgkill, SYS_write, SYS_writev,
    };
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let plain = [
        SYS_brk,
        SYS_clock_gettime,
        SYS_close,
        SYS_exit,
        SYS_exit_group,
        SYS_fstat,
        SYS_futex,
        SYS_getpid,
        SYS_getrandom,
        SYS_gettid,
        SYS_lseek,
        SYS_madvise,
        SYS_mremap,
        SYS_munmap,
        SYS_newfstatat,
        SYS_read,
        SYS_rt_sigaction,
        SYS_rt_sigprocmask,
        SYS_rt_sigreturn,
        SYS_sched_yield,
        SYS_sigaltstack,
        SYS_statx,
        SYS_tgkill,
        SYS_write,
        SYS_writev,
    ];
    let mut calls: std::collections::BTreeMap<_, _> = plain.into_iter().map(|call| (call, Vec::new())).collect();
    for call in [SYS_mmap, SYS_mprotect] {
        calls.insert(call, vec![memory_that_is_no_program()?]);
    }
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let processor = std::env::consts::ARCH.try_into()?;
    let filter: BpfProgram = SeccompFilter::new(calls, refused, SeccompAction::Allow, processor)?.try_into()?;
    seccompiler::apply_filter(&filter)
}

/// The third argument of both calls is what the memory is for.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn memory_that_is_no_program() -> Result<seccompiler::SeccompRule, seccompiler::BackendError> {
    use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
    let run = u64::from(libc::PROT_EXEC.unsigned_abs());
    let not_run = SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(run), 0)?;
    SeccompRule::new(vec![not_run])
}

/// Filters are written for 64 bits.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn shut_calls() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::net::UdpSocket;
    use std::thread;

    use super::*;

    /// Both locks hold the thread that asks for them, so that the tests beside this one go on.
    fn locked_up<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
        thread::spawn(work).join().unwrap()
    }

    #[test]
    fn behind_landlock_no_file_opens() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_owned();
        let (enforced, before, after) = locked_up(move || {
            let before = File::open(&path).is_ok();
            (shut_files().unwrap(), before, [path.as_path(), "/dev/null".as_ref()].map(|path| File::open(path).err()))
        });
        assert!(before);
        if !enforced {
            println!("this kernel has no Landlock");
            return;
        }
        for error in after {
            assert_eq!(error.map(|error| error.kind()), Some(io::ErrorKind::PermissionDenied));
        }
    }

    #[test]
    fn behind_the_filter_nothing_opens_and_memory_is_there() {
        let (shut, file, socket, memory) = locked_up(|| {
            let shut = shut_calls();
            (shut.is_ok(), File::open("/dev/null").err(), UdpSocket::bind("127.0.0.1:0").err(), vec![7_u8; 1 << 20])
        });
        assert_eq!(memory.len(), 1 << 20);
        if !shut {
            println!("no filter for this processor or kernel");
            return;
        }
        for error in [file, socket] {
            assert_eq!(error.and_then(|error| error.raw_os_error()), Some(libc::EPERM));
        }
    }
}

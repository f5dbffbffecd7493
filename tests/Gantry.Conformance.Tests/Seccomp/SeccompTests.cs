using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Seccomp;

public sealed class SeccompTests
{
    private static Bundle With(string runtime, string script, params string[] rules) =>
        new Bundle(runtime, script).Set("linux.seccomp",
            $$"""{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{{string.Join(',', rules)}}]}""");

    private const string MakeDirectory = """{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}""";

    [Theory, EveryRuntime]
    public async Task AnErrorIsGivenInTheCallsPlace(string runtime)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x 2>&1; grep Seccomp: /proc/self/status | cut -f2", MakeDirectory);
        string output = await bundle.Output();
        Assert.Contains("Operation not permitted", output);
        Assert.EndsWith("\n2", output);
    }

    [Theory, EveryRuntime("13|Permission denied", "28|No space left on device", "38|Function not implemented")]
    public async Task TheErrorIsTheOneAskedFor(string runtime, string @case)
    {
        string[] parts = @case.Split('|');
        await using Bundle bundle = With(runtime, "mkdir /tmp/x 2>&1 || true",
            $$"""{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":{{parts[0]}}}""");
        Assert.Contains(parts[1], await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheDefaultMayBeAnErrorOfItsOwn(string runtime)
    {
        // Everything that a shell needs, and not the call that makes a directory.
        await using Bundle bundle = new Bundle(runtime, "mkdir /tmp/x 2>&1 || true").Set("linux.seccomp",
            $$"""{"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":28,"syscalls":[{"names":[{{Everything}}],"""
                + $$""" "action":"SCMP_ACT_ALLOW"}]}""");
        Assert.Contains("No space left on device", await bundle.Output());
    }

    [Theory, EveryRuntime("SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP")]
    public async Task TheCallMayBeTheLast(string runtime, string action)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x; echo $?", $$"""{"names":["mkdir","mkdirat"],"action":"{{action}}"}""");
        Assert.Equal("159", (await bundle.Output()).Split('\n')[^1]);
    }

    [Theory, EveryRuntime("SCMP_ACT_LOG", "SCMP_ACT_ALLOW")]
    public async Task TheCallMayGoOn(string runtime, string action)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x && echo made", $$"""{"names":["mkdir","mkdirat"],"action":"{{action}}"}""");
        Assert.Equal("made", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ATracedCallWithoutATracerIsNotThere(string runtime)
    {
        await using Bundle bundle =
            With(runtime, "mkdir /tmp/x 2>&1 || true", """{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_TRACE","errnoRet":1}""");
        Assert.Contains("Function not implemented", await bundle.Output());
    }

    [Theory,
        EveryRuntime("SCMP_CMP_EQ|5", "SCMP_CMP_NE|0 1 2 3 4 6 7 8 9", "SCMP_CMP_LT|0 1 2 3 4", "SCMP_CMP_LE|0 1 2 3 4 5",
            "SCMP_CMP_GT|6 7 8 9", "SCMP_CMP_GE|5 6 7 8 9", "SCMP_CMP_MASKED_EQ|4 5 6 7")]
    public async Task ArgumentsAreCompared(string runtime, string @case)
    {
        // kill(own PID, signal) without effect: URG, CHLD and 0 would do; numbers that kill are asked of a process that is not there,
        // so that only the error differs.
        string[] parts = @case.Split('|');
        string comparison = parts[0] == "SCMP_CMP_MASKED_EQ" ? """{"index":1,"value":12,"valueTwo":4,"op":"SCMP_CMP_MASKED_EQ"}"""
            : $$"""{"index":1,"value":5,"op":"{{parts[0]}}"}""";
        await using Bundle bundle = With(runtime,
            "for s in 0 1 2 3 4 5 6 7 8 9; do case $(busybox kill -$s 30000 2>&1) in *space*) echo $s;; esac; done | tr '\\n' ' '",
            $$"""{"names":["kill"],"action":"SCMP_ACT_ERRNO","errnoRet":28,"args":[{{comparison}}]}""");
        Assert.Equal(parts[1], (await bundle.Output()).Trim());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownCallIsNoError(string runtime)
    {
        // A profile may be newer than the library.
        await using Bundle bundle = With(runtime, "echo ran", """{"names":["no_such_call","mkdir"],"action":"SCMP_ACT_ERRNO"}""");
        Assert.Equal("ran", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownActionIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, "true", """{"names":["mkdir"],"action":"SCMP_ACT_SING"}""");
        Assert.Contains("SCMP_ACT_SING", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownArchitectureIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, "true", MakeDirectory);
        bundle.Set("linux.seccomp.architectures", """["SCMP_ARCH_PDP11"]""");
        Assert.Contains("PDP11", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task FurtherArchitecturesAreAccepted(string runtime)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x 2>/dev/null || echo refused", MakeDirectory);
        bundle.Set("linux.seccomp.architectures", """["SCMP_ARCH_X86_64","SCMP_ARCH_X86","SCMP_ARCH_X32"]""");
        Assert.Equal("refused", await bundle.Output());
    }

    [Theory, EveryRuntime("SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_SPEC_ALLOW")]
    public async Task FlagsAreAccepted(string runtime, string flag)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x 2>/dev/null || echo refused", MakeDirectory);
        bundle.Set("linux.seccomp.flags", $"[\"{flag}\"]");
        Assert.Equal("refused", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownFlagIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, "true", MakeDirectory);
        bundle.Set("linux.seccomp.flags", """["SECCOMP_FILTER_FLAG_SING"]""");
        Assert.Contains("SECCOMP_FILTER_FLAG_SING", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AnExecIsUnderIt(string runtime)
    {
        await using Bundle bundle = With(runtime, "sleep 100", MakeDirectory);
        await bundle.Start();
        Assert.Equal("refused\n2",
            (await bundle.Exec("sh", "-c", "mkdir /tmp/x 2>/dev/null || echo refused; grep Seccomp: /proc/self/status | cut -f2"))
                .Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ItNeedsNoNewPrivilegesNeither(string runtime)
    {
        await using Bundle bundle = With(runtime, "mkdir /tmp/x 2>/dev/null || echo refused", MakeDirectory);
        bundle.Set("process.noNewPrivileges", "true").Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("refused", await bundle.Output());
    }

    private const string Everything = """
        "read","write","open","openat","close","stat","fstat","newfstatat","lstat","lseek","mmap","mprotect","munmap","brk","rt_sigaction",
          "rt_sigprocmask","rt_sigreturn","ioctl","access","pipe","pipe2",
        "select","sched_yield","dup","dup2","dup3","nanosleep","clock_nanosleep","getpid","getppid","gettid","clone","clone3","fork",
          "vfork","execve","exit","exit_group","wait4","kill","uname","fcntl","getcwd",
        "chdir","readlink","umask","gettimeofday","clock_gettime","getuid","geteuid","getgid","getegid","getpgrp","arch_prctl","prctl",
          "set_tid_address","set_robust_list","futex","rseq","prlimit64",
        "getrandom","readlinkat","poll","getdents64","setuid","setgid","setgroups","capset","capget","fchdir","statx","getpgid","setpgid",
          "sigaltstack","madvise","close_range","sendmsg","recvmsg","sched_getaffinity","tgkill","socket","connect","faccessat2",
          "faccessat","fchown","chown","fstatfs","statfs","seccomp","epoll_pwait","epoll_ctl","epoll_create1","eventfd2","getpeername",
          "pread64","pwrite64","writev","setresuid","setresgid","getsid","setsid","sched_setaffinity","openat2","mount","umount2",
          "pivot_root","unshare","membarrier","getrlimit","setrlimit","fstatat64","sethostname","sysinfo","getresuid","getresgid","keyctl",
          "unlink","unlinkat","rt_sigtimedwait","sendto","recvfrom","socketpair","shutdown","memfd_create","fsync","ftruncate"
        """;
}

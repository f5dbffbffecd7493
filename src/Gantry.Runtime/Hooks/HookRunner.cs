using System.Text;
using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.Hooks;

/// <summary>Runs the spec's hooks (config.md, "POSIX-platform Hooks"): the state on stdin, and an end to their patience.</summary>
internal static class HookRunner
{
    internal static OciState State(string id, string status, int pid, string bundle, OciSpec spec) =>
        new() { Id = id, Status = status, Pid = pid, Bundle = bundle, Annotations = spec.Annotations };

    /// <exception cref="LaunchException">The first that failed or took too long; those after it do not run.</exception>
    internal static void RunAll(IReadOnlyList<OciHook>? hooks, string kind, OciState state)
    {
        if (hooks is null || hooks.Count == 0) return;
        byte[] input = JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.OciState);
        // Customary, and what a script with relative names counts on; a hook inside the container starts at its root.
        string directory = kind != "startContainer" && Node.CheckExecutable(state.Bundle) == 0 ? state.Bundle : "/";
        for (int i = 0; i < hooks.Count; i++) Run(hooks[i], $"{kind} hook #{i}", directory, input);
    }

    /// <summary>The same for hooks whose failure changes nothing (poststart, poststop): it is only told.</summary>
    internal static void RunAllTolerant(IReadOnlyList<OciHook>? hooks, string kind, OciState state, Action<string> note)
    {
        foreach (OciHook hook in hooks ?? [])
        {
            try
            {
                RunAll([hook], kind, state);
            }
            catch (LaunchException e)
            {
                note(e.Message);
            }
        }
    }

    private static void Run(OciHook hook, string name, string directory, byte[] input)
    {
        var (inputRead, inputWrite) = Descriptor.Pipe();
        var (outputRead, outputWrite) = Descriptor.Pipe();
        ChildProcess child;
        using (inputRead) using (outputWrite)
        {
            child = Spawn(hook, name, directory, inputRead, outputWrite);
        }
        using (child) using (inputWrite) using (outputRead)
        {
            // State fits a pipe's buffer, so a hook that never reads does not hold us.
            TryWrite(inputWrite, input);
            inputWrite.Dispose();
            string output = ReadUntilEnd(hook, name, child, outputRead);
            ExitResult exit = ChildProcess.Wait(child.PidFd)!.Value;
            if (exit.Code != 0) throw Failure($"error running {name}: exit status {exit.Code}, stdout: {output.Trim()}, stderr: ");
        }
    }

    private static ChildProcess Spawn(OciHook hook, string name, string directory, SafeFileDescriptor input, SafeFileDescriptor output)
    {
        try
        {
            return ChildProcess.Spawn(new ChildRequest
            {
                Path = hook.Path,
                Arguments = hook.Args is { Count: > 0 } args ? args : [hook.Path],
                Environment = hook.Env ?? [],
                WorkingDirectory = directory,
                Descriptors = [(input.Number, 0), (output.Number, 1), (output.Number, 2)],
            });
        }
        catch (KernelException e)
        {
            throw Failure($"error running {name}: fork/exec {hook.Path}: {Errno.Message(e.Errno)}");
        }
    }

    private static void TryWrite(SafeFileDescriptor pipe, byte[] input)
    {
        try
        {
            Descriptor.WriteAll(pipe.Number, input);
        }
        catch (KernelException e) when (e.Errno == Errno.EPIPE)
        {
            // It ended without reading its state, which is its right.
        }
    }

    private static string ReadUntilEnd(OciHook hook, string name, ChildProcess child, SafeFileDescriptor output)
    {
        const int MaxOutput = 64 << 10;
        DateTime end = hook.Timeout is > 0 and { } seconds ? DateTime.UtcNow.AddSeconds(seconds) : DateTime.MaxValue;
        StringBuilder text = new();
        using Epoll epoll = new();
        epoll.Add(output.Number, EpollEvents.Read, 0);
        epoll.Add(child.PidFd.Number, EpollEvents.Read, 1);
        Span<EpollReady> ready = stackalloc EpollReady[2];
        Span<byte> buffer = stackalloc byte[4096];
        while (true)
        {
            int wait = end == DateTime.MaxValue ? -1 : (int)Math.Clamp((end - DateTime.UtcNow).TotalMilliseconds, 0, int.MaxValue);
            int count = epoll.Wait(ready, wait);
            if (count == 0 && DateTime.UtcNow >= end)
            {
                PidFd.Signal(child.PidFd, 9);
                ChildProcess.Wait(child.PidFd);
                throw Failure($"error running {name}: it did not end within {hook.Timeout} s");
            }
            bool ended = false;
            for (int i = 0; i < count; i++)
            {
                if (ready[i].Tag == 1) ended = true;
                else if (Descriptor.Read(output.Number, buffer) is > 0 and int read && text.Length < MaxOutput) text.Append(Encoding.UTF8.GetString(buffer[..read]));
                else epoll.Remove(output.Number);
            }
            if (ended) return text.ToString();
        }
    }

    private static LaunchException Failure(string message) => new(FailureStep.Other, 0, $"unable to start container process: {message}");
}

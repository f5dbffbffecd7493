using Gantry.Linux;
using Gantry.Linux.Events;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.Hooks;

/// <summary>Runs the spec's hooks (config.md, "POSIX-platform Hooks"): the state on stdin, and an end to their patience.</summary>
internal static class HookRunner
{
    private const ulong Ended = 2, Input = 3;

    public static OciState State(string id, string status, int pid, string bundle, OciSpec spec) =>
        new() { Id = id, Status = status, Pid = pid, Bundle = bundle, Annotations = spec.Annotations };

    /// <exception cref="LaunchException">The first that failed or took too long; those after it do not run.</exception>
    public static void RunAll(IReadOnlyList<OciHook>? hooks, string kind, OciState state)
    {
        if (hooks is null || hooks.Count == 0) return;
        // Customary, and what a script with relative names counts on.
        RunAll(hooks, kind, state, Node.CheckExecutable(state.Bundle) == 0 ? state.Bundle : "/");
    }

    /// <param name="directory">Where they start; null where this process is.</param>
    /// <param name="filter">For their system calls. Only a process without other managed threads may ask for one.</param>
    /// <exception cref="LaunchException">As above.</exception>
    public static void RunAll(IReadOnlyList<OciHook>? hooks, string kind, OciState state, string? directory, HookFilter? filter = null)
    {
        if (hooks is null || hooks.Count == 0) return;
        byte[] input = JsonBytes.Of(writer => StateWriter.Write(writer, state));
        for (int i = 0; i < hooks.Count; i++) Run(hooks[i], $"{kind} hook #{i}", directory, filter, input);
    }

    /// <summary>The same for hooks whose failure changes nothing (poststart, poststop): it is only told.</summary>
    public static void RunAllTolerant(IReadOnlyList<OciHook>? hooks, string kind, OciState state, Action<string> note)
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

    private static void Run(OciHook hook, string name, string? directory, HookFilter? filter, byte[] input)
    {
        var (inputRead, inputWrite) = Descriptor.Pipe();
        var (outputRead, outputWrite) = Descriptor.Pipe();
        var (errorRead, errorWrite) = Descriptor.Pipe();
        ChildProcess child;
        using (inputRead) using (outputWrite) using (errorWrite)
        {
            child = Spawn(hook, name, directory, filter, [(inputRead.Number, 0), (outputWrite.Number, 1), (errorWrite.Number, 2)]);
        }
        using (child) using (inputWrite) using (outputRead) using (errorRead)
        {
            HookOutput output = new(outputRead), error = new(errorRead);
            Attend(hook, name, child, new HookInput(inputWrite, input), output, error);
            ExitResult exit = ChildProcess.Wait(child.PidFd)!.Value;
            if (exit.Code == 0) return;
            throw LaunchException.UnableToStart(
                $"error running {name}: exit status {exit.Code}, stdout: {output.Text}, stderr: {error.Text}");
        }
    }

    private static ChildProcess Spawn(OciHook hook, string name, string? directory, HookFilter? filter,
        IReadOnlyList<(int From, int To)> descriptors)
    {
        try
        {
            return ChildProcess.Spawn(new ChildRequest
            {
                Path = hook.Path,
                Arguments = hook.Args is { Count: > 0 } args ? args : [hook.Path],
                Environment = hook.Env ?? [],
                WorkingDirectory = directory,
                Descriptors = descriptors,
                Filter = filter?.Program ?? default(ReadOnlyMemory<byte>),
                FilterFlags = filter?.Flags ?? 0,
            });
        }
        catch (KernelException e)
        {
            throw LaunchException.UnableToStart($"error running {name}: fork/exec {hook.Path}: {Errno.Message(e.Errno)}");
        }
    }

    // Until its end.
    private static void Attend(OciHook hook, string name, ChildProcess child, HookInput input, HookOutput output, HookOutput error)
    {
        Deadline end = new(hook.Timeout is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan);
        using Epoll epoll = new();
        HookOutput[] outputs = [output, error];
        for (int i = 0; i < outputs.Length; i++) epoll.Add(outputs[i].Pipe.Number, EpollEvents.Read, (ulong)i);
        epoll.Add(child.PidFd.Number, EpollEvents.Read, Ended);
        epoll.Add(input.Pipe.Number, EpollEvents.Write, Input);
        Span<EpollReady> ready = stackalloc EpollReady[4];
        bool ended = false;
        while (!ended)
        {
            int count = epoll.Wait(ready, end.Milliseconds);
            if (count == 0 && end.IsOver)
            {
                PidFd.Signal(child.PidFd, Signals.Kill);
                ChildProcess.Wait(child.PidFd);
                throw LaunchException.UnableToStart($"error running {name}: it did not end within {hook.Timeout} s");
            }
            for (int i = 0; i < count; i++)
            {
                if (ready[i].Tag == Ended) ended = true;
                else if (ready[i].Tag == Input) Give(epoll, input);
                else if (!outputs[ready[i].Tag].Take()) epoll.Remove(outputs[ready[i].Tag].Pipe.Number);
            }
        }
        // What it wrote last came together with its end.
        foreach (HookOutput one in outputs) one.Take();
    }

    private static void Give(Epoll epoll, HookInput input)
    {
        if (input.Give()) return;
        epoll.Remove(input.Pipe.Number);
        // For the hook, the end of its input.
        input.Pipe.Dispose();
    }
}

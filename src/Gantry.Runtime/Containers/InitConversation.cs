using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Init;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>The parent's side of what is said between runtime and init.</summary>
internal sealed class InitConversation(InitChannel channel) : IDisposable
{
    private readonly List<string> _notes = [];

    internal InitChannel Channel => channel;
    internal Action? OnHooks { get; set; }
    /// <summary>Answers with what a seccomp listener is told of the process.</summary>
    internal Func<int, string>? ListenerText { get; set; }
    /// <summary>The sibling that init made, our child; null without one, or once taken.</summary>
    internal ChildProcess? Sibling { get; private set; }
    internal IReadOnlyList<PhaseTime> Phases { get; private set; } = [];
    /// <summary>What was done less well than asked.</summary>
    internal IReadOnlyList<string> Notes => _notes;
    /// <summary>Null without a terminal, or once taken.</summary>
    internal SafeFileDescriptor? Console { get; private set; }

    internal void Note(string text) => _notes.Add(text);

    internal void UntilCreated()
    {
        if (!Listen(InitMessageKind.Created)) throw new LaunchException(FailureStep.Other, 0, "unable to start container process: init ended without a word");
    }

    /// <summary>Sends Start and returns when the command has been executed.</summary>
    internal void Start()
    {
        channel.Send(new InitMessage { Kind = InitMessageKind.Start });
        UntilExecuted();
    }

    internal void UntilExecuted() => Listen(null);

    internal ChildProcess? TakeSibling()
    {
        ChildProcess? sibling = Sibling;
        Sibling = null;
        return sibling;
    }

    internal int TakeConsole()
    {
        if (Console is not { } console) return -1;
        int number = console.Number;
        console.SetHandleAsInvalid();
        Console = null;
        return number;
    }

    // False: the other side closed, which it does by becoming the command.
    private bool Listen(InitMessageKind? awaited)
    {
        while (true)
        {
            var (message, descriptor) = channel.Receive();
            if (message is null) return false;
            switch (message.Kind)
            {
                case InitMessageKind.Failed:
                    throw new LaunchException(message.Step ?? FailureStep.Other, message.Errno, message.Text ?? "");
                case InitMessageKind.Note:
                    _notes.Add(message.Text ?? "");
                    break;
                case InitMessageKind.Console:
                    Console = descriptor;
                    break;
                case InitMessageKind.RunHooks:
                    OnHooks?.Invoke();
                    channel.Send(new InitMessage { Kind = InitMessageKind.HooksDone });
                    break;
                case InitMessageKind.Cloned:
                    Sibling = new ChildProcess(message.Pid, PidFd.Open(message.Pid) ?? throw new KernelException("pidfd_open", Errno.ESRCH));
                    if (ListenerText is not null) channel.Send(new InitMessage { Kind = InitMessageKind.ListenerText, Text = ListenerText(message.Pid) });
                    break;
                case InitMessageKind.Created:
                    Phases = message.Phases ?? [];
                    break;
            }
            if (message.Kind == awaited) return true;
        }
    }

    public void Dispose()
    {
        channel.Dispose();
        Console?.Dispose();
        Sibling?.End();
    }
}

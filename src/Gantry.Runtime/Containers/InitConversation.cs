using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>The parent's side of what is said between runtime and init.</summary>
internal sealed class InitConversation(InitChannel channel) : IDisposable
{
    /// <summary>What is said of an init that has nothing to say any more.</summary>
    public const string Silence = "init ended without a word";

    private readonly List<string> _notes = [];

    public InitChannel Channel => channel;
    public Action? OnHooks { get; set; }
    /// <summary>Answers with what a seccomp listener is told of the process.</summary>
    public Func<int, string>? ListenerText { get; set; }
    /// <summary>The sibling that init made, our child; null without one, or once taken.</summary>
    public ChildProcess? Sibling { get; private set; }
    public IReadOnlyList<PhaseTime> Phases { get; private set; } = [];
    /// <summary>What was done less well than asked.</summary>
    public IReadOnlyList<string> Notes => _notes;
    /// <summary>Null without a terminal, or once taken.</summary>
    public SafeFileDescriptor? Console { get; private set; }

    public void Note(string text) => _notes.Add(text);

    public void UntilCreated()
    {
        if (!Listen(InitMessageKind.Created)) throw LaunchException.UnableToStart(Silence);
    }

    /// <summary>Sends Start and returns when the command has been executed.</summary>
    public void Start()
    {
        channel.Send(new InitMessage { Kind = InitMessageKind.Start });
        UntilExecuted();
    }

    public void UntilExecuted() => Listen(null);

    public ChildProcess? TakeSibling()
    {
        ChildProcess? sibling = Sibling;
        Sibling = null;
        return sibling;
    }

    public int TakeConsole()
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
                    Sibling =
                        new ChildProcess(message.Pid, PidFd.Open(message.Pid) ?? throw new KernelException("pidfd_open", Errno.ESRCH));
                    if (ListenerText is not null)
                        channel.Send(new InitMessage { Kind = InitMessageKind.ListenerText, Text = ListenerText(message.Pid) });
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

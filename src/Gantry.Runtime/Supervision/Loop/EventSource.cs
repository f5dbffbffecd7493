using Gantry.Linux.Events;

namespace Gantry.Runtime.Supervision.Loop;

/// <summary>One descriptor in the event loop, and what to do when it is ready.</summary>
internal abstract class EventSource(EventLoop loop, int descriptor)
{
    /// <summary>Asks for nothing but the report that the other side is gone.</summary>
    protected const EpollEvents HangUpOnly = EpollEvents.HangUp;

    protected EventLoop Loop { get; } = loop;

    /// <summary>-1 once it is closed.</summary>
    public int Descriptor { get; private set; } = descriptor;

    public EpollEvents Interest { get; private set; }

    public bool IsOpen => Descriptor >= 0;

    public abstract void Ready(EpollEvents events);

    /// <summary>A system call that must not fail has failed: let go of this source, and keep everything else going.</summary>
    public abstract void Fault(Exception error);

    /// <summary>With <see cref="EpollEvents.None"/> the descriptor leaves the loop:
    /// one that stayed would report a hang-up again and again.</summary>
    protected void Watch(EpollEvents interest)
    {
        if (interest == Interest || !IsOpen) return;
        Loop.Watch(this, Interest, interest);
        Interest = interest;
    }

    protected void CloseDescriptor()
    {
        if (!IsOpen) return;
        Watch(EpollEvents.None);
        new Linux.SafeFileDescriptor(Descriptor).Dispose();
        Descriptor = -1;
    }
}

using Gantry.Linux.Native;

namespace Gantry.Linux.Events;

/// <summary>signalfd(2): signals as something to read, on the thread that waits for everything else too.</summary>
public sealed unsafe class SignalDescriptor : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlock = 0x800, Block = 0, RecordSize = 128;

    private readonly SafeFileDescriptor _descriptor;

    /// <summary>Blocks the signals for the calling thread and all that it starts later: make this before other threads exist.</summary>
    public SignalDescriptor(params ReadOnlySpan<int> signals)
    {
        // sigset_t of glibc has 128 bytes, of which the kernel reads 8.
        ulong* mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        foreach (int signal in signals) mask[0] |= 1UL << (signal - 1);
        ProcessCalls.pthread_sigmask(Block, mask, null);
        int fd = EventCalls.signalfd(-1, mask, CloseOnExec | NonBlock);
        _descriptor = fd >= 0 ? new SafeFileDescriptor(fd) : throw KernelException.Last("signalfd");
    }

    /// <summary>Readable when a signal waits.</summary>
    public int Number => _descriptor.Number;

    /// <returns>The next signal's number, 0 when none waits.</returns>
    public int Take()
    {
        Span<byte> record = stackalloc byte[RecordSize];
        return Files.Descriptor.Read(Number, record) == RecordSize ? BitConverter.ToInt32(record) : 0;
    }

    public void Dispose() => _descriptor.Dispose();
}

using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Hooks;

/// <summary>The state on its way to a hook, which reads it when it likes, or never:
/// annotations make it larger than a pipe's buffer.</summary>
internal sealed class HookInput
{
    private ReadOnlyMemory<byte> _left;

    public HookInput(SafeFileDescriptor pipe, ReadOnlyMemory<byte> state)
    {
        Descriptor.SetNonBlocking(pipe.Number, true);
        (Pipe, _left) = (pipe, state);
    }

    public SafeFileDescriptor Pipe { get; }

    /// <summary>As much as the pipe takes now.</summary>
    /// <returns>False when there is nothing more to give, or nobody to take it: the pipe is to be closed then.</returns>
    public bool Give()
    {
        try
        {
            while (!_left.IsEmpty)
            {
                int count = Descriptor.Write(Pipe.Number, _left.Span);
                if (count < 0) return true;
                _left = _left[count..];
            }
        }
        catch (KernelException e) when (e.Errno == Errno.EPIPE)
        {
            // It does not read its state, which is its right.
        }
        return false;
    }
}

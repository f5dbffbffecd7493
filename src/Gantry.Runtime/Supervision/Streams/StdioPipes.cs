using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Streams;

/// <summary>The pipes of a process that has no terminal: what the process gets, and our ends until they are handed to its
/// <see cref="ProcessIo"/>.</summary>
internal sealed class StdioPipes : IDisposable
{
    private readonly (SafeFileDescriptor Read, SafeFileDescriptor Write)? _in, _out, _err;

    /// <summary>A stream that is not wanted has none.</summary>
    public StdioPipes(bool stdin, bool stdout, bool stderr)
    {
        _in = stdin ? Descriptor.Pipe() : null;
        _out = stdout ? Descriptor.Pipe() : null;
        _err = stderr ? Descriptor.Pipe() : null;
    }

    /// <summary>What the process gets as 0, 1 and 2.</summary>
    /// <param name="nothing">In the place of those that are not wanted.</param>
    public (int Stdin, int Stdout, int Stderr) With(SafeFileDescriptor nothing) =>
        ((_in?.Read ?? nothing).Number, (_out?.Write ?? nothing).Number, (_err?.Write ?? nothing).Number);

    public void Connect(ProcessIo io)
    {
        if (_in is { } input) io.ConnectInput(input.Write);
        if (_out is { } output) io.ConnectOutput(output.Read, ShimFrame.Stdout);
        if (_err is { } error) io.ConnectOutput(error.Read, ShimFrame.Stderr);
    }

    /// <summary>Closes the process' ends, without which its output would never end, and ours unless they are connected.</summary>
    public void Dispose()
    {
        foreach ((SafeFileDescriptor Read, SafeFileDescriptor Write)? pipe in new[] { _in, _out, _err })
        {
            pipe?.Read.Dispose();
            pipe?.Write.Dispose();
        }
    }
}
